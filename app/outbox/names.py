"""The names of tasks, in one place: for who starts one and for who runs it.

A name is written into the outbox: one that was once started is never reused for other work.
"""

# Pooling, registry and trading.
SELECT_BUNDLE = "select_bundle"
REPORT_BUNDLE = "report_bundle"
SEAL_BUNDLE = "seal_bundle"
RELEASE_BUNDLE = "release_bundle"
REPLACE_VERIFIERS = "replace_verifiers"
EXPIRE_TRADES = "expire_trades"
# Recording and methodologies.
IMPORT_FILE = "import_file"
SHADOW_RUN = "shadow_run"
LAPSE_ACTIONS = "lapse_actions"
ALARM_ACTIONS = "alarm_actions"
# What time itself brings about.
EXPIRE_LOTS = "expire_lots"
EXPIRE_HOLDS = "expire_holds"
PURGE_CODES = "purge_codes"
PURGE_ANSWERS = "purge_answers"
PURGE_TOKENS = "purge_tokens"
PURGE_TASKS = "purge_tasks"
WRITE_OFF_DEBTS = "write_off_debts"
PURGE_TOMBSTONES = "purge_tombstones"
PURGE_SIGHTINGS = "purge_sightings"
CLOSE_DAYS = "close_days"
# Complaints.
MOVE_COMPLAINTS = "move_complaints"
