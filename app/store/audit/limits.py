"""The limits of rules: what counted of each person's actions, derived again from the actions."""

# ruff: noqa: S608 - this statement is put together from constants only

from app.store.audit.invariant import Invariant
from app.store.audit.recording import LIVE_ACTIONS
from behaviours.actions.waiting import OPEN
from behaviours.rules.limit_rule import ACTIONS, LIFE, LIFE_BEGINS, RESULT

_READ = "a.participant_id, a.digest, a.occurred_at, a.calculation, a.quantities, a.saved_mg"
_OPEN = ", ".join(f"'{each}'" for each in OPEN)
# What counts of each: of a mass what was credited, of a quantity no more than what was sent.
_COUNTED = f"""
    select participant_id, r.code as limit_code,
           case r.period when '{LIFE}' then date '{LIFE_BEGINS}'
                else cast(date_trunc(r.period, occurred_at at time zone :zone) as date)
            end as period_start,
           case when r.of = '{RESULT}' then saved_mg
                when r.of = '{ACTIONS}' then least(told.counted, 1)
                else least(told.counted, sent.amount) end * (
               case when r.of = '{RESULT}' then 1 else r.scale end) as used,
           r.most
      from (select {_READ} from {LIVE_ACTIONS}
             union all
            select {_READ} from waiting_action a join action_hold h
                on h.participant_id = a.participant_id and h.action_id = a.action_id
             where h.state in ({_OPEN})) a
      join unnest(cast(:limit_digests as bytea[]), cast(:limit_names as text[]),
                  cast(:limit_ofs as text[]), cast(:limit_periods as text[]),
                  cast(:limit_codes as text[]), cast(:limit_scales as bigint[]),
                  cast(:limit_mosts as bigint[]))
           as r (digest, name, of, period, code, scale, most) using (digest)
     cross join lateral (
           select cast(calculation -> 'inputs' -> 'limits' -> r.name ->> 'counted' as numeric)
                      as counted) told
     cross join lateral (
           select sum(cast(q.value as numeric)) as amount from jsonb_each_text(quantities) q
            where q.key = r.of or starts_with(q.key, r.of || '.')) sent
"""
RULE_LIMITS = Invariant(
    "rule_limits",
    "what is used of each limit of a rule = Σ what counts of its live and waiting actions of that"
    " civil period, and what was used before a return ≤ the limit",
    f"""
    select 'par_' || replace(participant_id::text, '-', '') || ' ' || limit_code || ' '
               || period_start,
           coalesce(l.used, 0) is distinct from coalesce(c.used, 0) + coalesce(i.used, 0)
               or coalesce(c.used > 0 and l.used > c.most, false)
      from rule_limit l
      full join (select participant_id, limit_code, period_start, sum(used) as used,
                        max(most) as most
                   from ({_COUNTED}) counted group by 1, 2, 3) c
           using (participant_id, limit_code, period_start)
      left join inherited_rule_limit i using (participant_id, limit_code, period_start)
    """,
)

INVARIANTS = (RULE_LIMITS,)
