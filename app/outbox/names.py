"""The names of tasks, in one place: for who starts one and for who runs it.

A name is written into the outbox: one that was once started is never reused for other work; those
of former releases are ``purge_codes``, ``purge_answers``, ``purge_tokens``, ``purge_tasks``,
``purge_tombstones`` and ``purge_sightings``.
"""

# Pooling, registry and trading.
PREVIEW_BUNDLE = "preview_bundle"
SELECT_BUNDLE = "select_bundle"
REPORT_BUNDLE = "report_bundle"
SEAL_BUNDLE = "seal_bundle"
RELEASE_BUNDLE = "release_bundle"
REPLACE_VERIFIERS = "replace_verifiers"
EXPIRE_TRADES = "expire_trades"
SHARE_PROCEEDS = "share_proceeds"
ALARM_PAYMENTS = "alarm_payments"
SETTLE_EXCHANGE = "settle_exchange"
# Redemption.
DRAW_STATEMENTS = "draw_statements"
# Recording and methodologies.
IMPORT_FILE = "import_file"
REVERSE_DAYS = "reverse_days"
SHADOW_RUN = "shadow_run"
LAPSE_ACTIONS = "lapse_actions"
ALARM_ACTIONS = "alarm_actions"
# What follows when papers of organisations ran out.
EXPIRE_PAPERS = "expire_papers"
# What ends with an organisation.
END_LINKS = "end_links"
# What time itself brings about.
EXPIRE_LOTS = "expire_lots"
EXPIRE_HOLDS = "expire_holds"
TELL_EXPIRIES = "tell_expiries"
WRITE_OFF_DEBTS = "write_off_debts"
CLOSE_BUDGETS = "close_budgets"
END_CHILDHOODS = "end_childhoods"
CLOSE_DAYS = "close_days"
RETENTION = "retention"
# Engagement.
COUNT_ENGAGEMENT = "count_engagement"
# Complaints.
MOVE_COMPLAINTS = "move_complaints"
# Projects.
MOVE_PROJECTS = "move_projects"
