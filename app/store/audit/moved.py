"""What people brought along from other installations is history, and nothing else."""

from app.store.audit.invariant import Invariant

MOVED = Invariant(
    "moved_records",
    "each record that was taken in = its actions, taken in once; none of them is an action here,"
    " earned points or lies in a bundle",
    """
    select 'rec_' || replace(coalesce(r.record_id, m.record_id, t.record_id)::text, '-', ''),
           r.record_id is null or t.record_id is null or t.times <> 1
               or r.actions is distinct from coalesce(m.actions, 0)
               or r.saved_mg is distinct from coalesce(m.saved_mg, 0)
      from moved_record r
      full join (select participant_id, record_id, count(*) as actions,
                        sum(saved_mg) as saved_mg
                   from moved_action group by 1, 2) m
        on m.participant_id = r.participant_id and m.record_id = r.record_id
      full join (select participant_id, record_id, count(*) as times
                   from taken_record group by 1, 2) t
        on t.participant_id = r.participant_id and t.record_id = r.record_id
    union all
    select 'act_' || replace(m.action_id::text, '-', ''), true
      from moved_action m
     where exists (select from action a where a.action_id = m.action_id)
        or exists (select from claim_key k
                    where k.participant_id = m.participant_id and k.action_id = m.action_id)
        or exists (select from bundle_entry e
                    where e.participant_id = m.participant_id and e.action_id = m.action_id)
        or exists (select from points_transfer p
                    where p.participant_id = m.participant_id
                      and m.action_id in (p.transfer_id, p.reference_id))
    """,
)

INVARIANTS = (MOVED,)
