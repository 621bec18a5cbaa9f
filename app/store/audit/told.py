"""Events against things: the last event of a thing says in which state the thing is."""

from app.store.audit.invariant import Invariant

# (kind of the events, what the id begins with, table, column of the id)
_KEPT = (
    ("app", "app", "mobile_app", "app_id"),
    ("application", "org", "organisation_application", "organisation_id"),
    ("auction", "lst", "auction", "listing_id"),
    ("block", "blk", "unit_block", "block_id"),
    ("budget", "bgt", "budget", "budget_id"),
    ("bundle", "bdl", "bundle", "bundle_id"),
    ("declaration", "dec", "declared_elsewhere", "declaration_id"),
    ("exchange_settlement", "xst", "exchange_settlement", "settlement_id"),
    ("identity_service", "ids", "identity_service", "service_id"),
    ("installation", "ins", "installation", "installation_id"),
    ("listing", "lst", "listing", "listing_id"),
    ("login_service", "lgs", "identity_provider", "login_service_id"),
    ("monitoring_period", "mpd", "monitoring_period", "period_id"),
    ("negotiation", "ngt", "negotiation", "negotiation_id"),
    ("offer", "ofr", "offer", "offer_id"),
    ("openid_provider", "oip", "openid_provider", "provider_id"),
    ("organisation", "org", "organisation", "organisation_id"),
    ("origin", "ogn", "origin", "origin_id"),
    ("project", "prj", "project", "project_id"),
    ("redemption", "rdm", "redemption", "redemption_id"),
    ("scene_admission", "scn", "scene_admission", "admission_id"),
    ("trade", "trd", "trade", "trade_id"),
    ("user", "usr", "app_user", "user_id"),
    ("webhook", "whk", "webhook_endpoint", "endpoint_id"),
)
# (kind of the events, what they are called below their project, table)
_OF_PROJECTS = (
    ("design_change", "design-changes", "design_change"),
    ("owner_change", "owner-changes", "owner_change"),
    ("project_loss", "losses", "project_loss"),
)
# ruff: noqa: S608 - of constants of this file only
_STANDS = "\n union all ".join(
    (
        *(
            f"select '{kind}', '{prefix}_' || replace({key}::text, '-', ''), state from {table}"
            for kind, prefix, table, key in _KEPT
        ),
        *(
            f"select '{kind}', 'prj_' || replace(project_id::text, '-', '')"
            f" || '/{part}/' || number, state from {table}"
            for kind, part, table in _OF_PROJECTS
        ),
        """
        select 'hand_over', 'mpd_' || replace(period_id::text, '-', '')
               || '/hand-overs/' || number, state from hand_over
        """,
        """
        select 'budget_addition', 'bgt_' || replace(budget_id::text, '-', '')
               || '/additions/' || number, state from budget_addition
        """,
        "select 'complaint', number, state from complaint",
        """
        select 'points', 'par_' || replace(participant_id::text, '-', '')
               || '/expiries/' || expires_on, 'expiring' from points_expiry_notice
        """,
        "select 'methodology', code || '@' || version, state from methodology_version",
        """
        select 'action', 'act_' || replace(a.action_id::text, '-', ''),
               case when r.action_id is null then 'quantified' else 'reversed' end
          from action a left join reversal r using (participant_id, action_id)
        """,
        """
        select 'action', 'act_' || replace(h.action_id::text, '-', ''), h.state
          from action_hold h
         where not exists (select from action a where a.participant_id = h.participant_id
                              and a.action_id = h.action_id)
        """,
    )
)
# What was made before there were events, or longer ago than events are kept, has none.
LAST_EVENT = Invariant(
    "events_tell_states",
    "the last event of each thing ↔ the state in which the thing is",
    f"""
    select e.subject || ' ' || e.kind, e.state is distinct from s.state
      from (select distinct on (subject, split_part(type, '.', 1))
                   subject, split_part(type, '.', 1) as kind, split_part(type, '.', 2) as state
              from event where not is_copy
             order by subject, split_part(type, '.', 1), event_no desc) e
      join ({_STANDS}) as s (kind, subject, state) using (kind, subject)
    """,
)

INVARIANTS = (LAST_EVENT,)
