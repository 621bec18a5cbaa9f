"""Counts by region and month: what was counted on closed days is what was done on them."""

from app.store.audit.invariant import Invariant

REGION_MONTHS = Invariant(
    "region_months",
    "what was counted by month, region and behaviour ↔ the actions and reversals of the counted"
    " days, where they were done",
    """
    select concat_ws(' ', month, region, behaviour),
           (kept.actions, kept.saved_mg, kept.reversed, kept.reversed_mg, kept.people)
               is distinct from
           (done.actions, done.saved_mg, done.reversed, done.reversed_mg, done.people)
      from region_month kept
      full join (
          select date_trunc('month', day)::date as month, region, behaviour,
                 sum(actions)::bigint as actions, sum(saved_mg)::bigint as saved_mg,
                 sum(reversed)::bigint as reversed, sum(reversed_mg)::bigint as reversed_mg,
                 max(people)::bigint as people
            from (select (recorded_at at time zone :zone)::date as day, region, behaviour,
                         count(*) as actions, sum(saved_mg) as saved_mg, 0 as reversed,
                         0 as reversed_mg, count(distinct participant_id) as people
                    from action group by 1, 2, 3
                  union all
                  select (r.reversed_at at time zone :zone)::date, a.region, a.behaviour,
                         0, 0, count(*), sum(r.saved_mg), 0
                    from reversal r join action a using (participant_id, action_id)
                   group by 1, 2, 3) days
            join counted_day using (day)
           group by 1, 2, 3) done using (month, region, behaviour)
    """,
)

INVARIANTS = (REGION_MONTHS,)
