"""What installations did: each credited action of theirs is its holder's, of the time they had."""

from app.store.audit.invariant import Invariant

INSTALLATIONS = Invariant(
    "installations",
    "each action of an installation is its holder's, of the time in which they had it",
    """
    select 'act_' || replace(u.action_id::text, '-', ''),
           i.participant_id is distinct from a.participant_id or i.commissioned_on is null
               or (a.occurred_at at time zone :zone)::date < i.commissioned_on
               or a.occurred_at < coalesce(i.held_from, '-infinity')
               or coalesce(a.ended_at, a.occurred_at) > coalesce(i.ended_at, 'infinity')
      from installation_action u
      join action a using (participant_id, action_id)
      left join installation i using (installation_id)
     where not exists (select from reversal r
                        where r.participant_id = a.participant_id and r.action_id = a.action_id)
    """,
)

INVARIANTS = (INSTALLATIONS,)
