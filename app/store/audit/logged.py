"""The log: whatever two people sign has its rows, and whoever stands in a row could take the step.

Signatures are found by their own tables, in the words that each has for them; what was given
before there was a log has no row.
"""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from app.store.audit.invariant import Invariant

# Every table of signatures, written here a second time.
_SIGNED = """
    select concat_ws('/', 'signature', subject_kind, subject_id, verb) as name, user_id,
           signed_at as at
      from signature
     union all
    select concat_ws('/', 'reversal_signature', action_id), user_id, signed_at
      from reversal_signature
     union all
    select concat_ws('/', 'gate_approval', methodology || '@' || version), user_id, approved_at
      from gate_approval
     union all
    select concat_ws('/', 'user_step', user_id, step, about), taken_by, taken_at
      from user_step
     where step in ('sign_approve', 'sign_end', 'sign_reset', 'sign_recovery')
       and taken_by is not null
"""
LOG_SIGNATURES = Invariant(
    "log_signatures",
    "each signature of two people ↔ its row in the log, by the same user at the same moment, which"
    " names everybody who has signed by then",
    f"""
    with signed as ({_SIGNED}),
         since as (select min(taken_at) as at from log_entry where verb = 'log.begin')
    select coalesce(s.name, l.signed),
           (l.entry_id is null and s.at >= (select at from since))
               or (l.entry_id is not null and (
                   s.name is null
                   or not l.user_id = any(l.signers)
                   or not l.signers <@ array(select o.user_id from signed o where o.name = s.name)
                   -- Of two at one moment either may have been the first.
                   or cardinality(l.signers) not between
                       (select count(*) + 1 from signed o where o.name = s.name and o.at < s.at)
                       and (select count(*) from signed o where o.name = s.name and o.at <= s.at)))
      from signed s
      full join (select * from log_entry where signed is not null) l
        on l.signed = s.name and l.user_id = s.user_id and l.taken_at = s.at
    """,
)
LOG_ACTORS = Invariant(
    "log_actors",
    "whoever a row of the log names as its actor ↔ a user of that role and organisation, a program"
    " of an organisation, or the command line",
    """
    select l.entry_id::text,
           case when o.organisation_id is not null
                -- What an organisation's program signed bears the organisation's own id.
                then l.role in ('operator', 'authority', 'participant')
                when l.user_id is not null
                then u.user_id is null
                     or (u.role is distinct from l.role
                         and (l.role <> 'applicant' or u.organisation_id is null))
                     or (l.organisation_id is not null
                         and u.organisation_id is distinct from l.organisation_id)
                when l.client_id is not null then l.organisation_id is null
                else l.role <> 'command_line' end
      from log_entry l left join app_user u on u.user_id = l.user_id
      left join organisation o on o.organisation_id = l.user_id
    """,
)

INVARIANTS = (LOG_SIGNATURES, LOG_ACTORS)
