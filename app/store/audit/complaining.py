"""Complaints: each has one number, one clock while it is open, and stands where steps led it."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from app.store.audit.invariant import Invariant

# Written here a second time, apart from the table of steps that the verbs go by.
_LED_TO = """
    (values ('file', 'filed'), ('acknowledge', 'under_review'), ('reply', 'replied'),
            ('accept', 'closed'), ('settle', 'closed'), ('escalate', 'escalated'),
            ('overrun', 'escalated'), ('decide', 'closed'), ('uphold', 'upheld'),
            ('fulfil', 'closed'), ('withdraw', 'withdrawn'), ('leave', 'person_left'))
    as led (step, state)
"""
COMPLAINTS = Invariant(
    "complaints",
    "each complaint ↔ its number, the state to which its last step led, its last outcome, and one"
    " clock while it is open; to whom it was handed over last must answer it; what was credited for"
    " it is the person's, of that behaviour and day; nobody decided what they answered; who"
    " complains without an account has a secret while it is open, and no account",
    f"""
    select coalesce(c.number, n.number),
           c.complaint_id is null or n.number is null or n.number is distinct from c.number
               or (c.due_at is not null)
                   is distinct from (c.state not in ('closed', 'withdrawn', 'person_left'))
               or (c.ended_at is not null)
                   is distinct from (c.state in ('closed', 'withdrawn', 'person_left'))
               or c.state is distinct from last.state
               or c.outcome is distinct from answer.outcome
               or c.credited_action_id is distinct from answer.action_id
               or (c.credited_action_id is not null and not exists (
                       select from action a
                        where a.participant_id = c.participant_id
                          and a.action_id = c.credited_action_id
                          and a.behaviour = c.behaviour
                          and (a.occurred_at at time zone :zone)::date = c.occurred_on))
               or (handed.handed_to is not null
                   and (handed.handed_to, handed.handed_to_id)
                       is distinct from (c.answerer, c.answerer_id))
               or exists (select from complaint_entry d
                           where d.participant_id = c.participant_id
                             and d.complaint_id = c.complaint_id
                             and d.step in ('decide', 'uphold') and d.user_id = c.answered_by)
               or (c.filed_by = 'complainant' and c.ended_at is null and w.complaint_id is null)
               or (w.complaint_id is not null
                   and (c.filed_by is distinct from 'complainant'
                        or w.complaint_id is distinct from c.complaint_id
                        or exists (select from participant p
                                    where p.participant_id = c.participant_id)))
      from complaint c
      full join complaint_number n
        on n.participant_id = c.participant_id and n.complaint_id = c.complaint_id
      left join complainant w on w.participant_id = c.participant_id
      left join lateral (
          select led.state from complaint_entry e join {_LED_TO} on led.step = e.step
           where e.participant_id = c.participant_id and e.complaint_id = c.complaint_id
           order by e.entry_id desc limit 1) last on true
      left join lateral (
          select e.outcome, e.action_id from complaint_entry e
           where e.participant_id = c.participant_id and e.complaint_id = c.complaint_id
             and e.outcome is not null
           order by e.entry_id desc limit 1) answer on true
      left join lateral (
          select e.handed_to, e.handed_to_id from complaint_entry e
           where e.participant_id = c.participant_id and e.complaint_id = c.complaint_id
             and e.handed_to is not null
           order by e.entry_id desc limit 1) handed on true
    """,
)

INVARIANTS = (COMPLAINTS,)
