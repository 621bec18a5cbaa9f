"""Supplied values: whoever was counted by one was recorded after two people had signed it."""

from app.store.audit.invariant import Invariant
from behaviours.rules.series_value import SERIES_VALUE

SUPPLIED_VALUES = Invariant(
    "supplied_values",
    "each factor of a stored calculation that the programme supplied ↔ its value, signed by two"
    " before the action was recorded, and held on the action's day",
    f"""
    with used as (
        select a.action_id, a.recorded_at, f.value as factor_id,
               (a.calculation -> 'inputs' ->> 'occurred_on')::date as occurred_on
          from action a cross join lateral jsonb_each_text(a.calculation -> 'factors') f
         where f.value like 'svl\\_%'),
    published as (
        select v.*, s.published_at,
               concat_ws('/', 'svl_' || replace(v.value_id::text, '-', ''),
                         v.series, v.area, v.data_year) as factor_id
          from series_value v
          join (select subject_id, max(signed_at) as published_at from signature
                 where subject_kind = '{SERIES_VALUE}' and role in ('operator', 'authority')
                 group by subject_id
                having count(distinct role) = 2 and count(distinct user_id) = 2) s
            on s.subject_id = v.value_id)
    select 'act_' || replace(u.action_id::text, '-', ''),
           p.value_id is null or u.recorded_at < p.published_at or u.occurred_on < p.holds_from
      from used u left join published p using (factor_id)
    """,  # noqa: S608 - words of the domain
)
INVARIANTS = (SUPPLIED_VALUES,)
