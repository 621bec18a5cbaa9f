"""Households: everybody agreed to what was fixed, and nobody is in two of them."""

from app.store.audit.invariant import Invariant
from behaviours.households import BY_GUARDIAN, WHOLE
from behaviours.people import CLOSED

HOUSEHOLDS = Invariant(
    "households",
    "the parts of a household are whole, and fixed once all had agreed, for days from the next one"
    " on; nobody is in two households on one day, nor in one that stands without an account",
    f"""
    select 'hhv_' || replace(v.version_id::text, '-', ''),
           m.parts is distinct from {WHOLE} or m.shared < 2
               or m.waiting > 0 or m.last_agreed > v.fixed_at
               or v.fixed_at > v.lapses_at
               or v.holds_from <= (v.fixed_at at time zone :zone)::date
               or v.ended_at is null and m.gone > 0
      from household_version v
      left join lateral (
          select sum(h.parts) as parts, count(*) filter (where h.parts > 0) as shared,
                 count(*) filter (where h.agreed_at is null) as waiting,
                 max(h.agreed_at) as last_agreed,
                 count(*) filter (where h.parts > 0 and p.state = '{CLOSED}') as gone
            from household_member h left join participant p using (participant_id)
           where h.household_id = v.household_id and h.version_id = v.version_id) m on true
     where v.fixed_at is not null
    union all
    select 'hhv_' || replace(h.version_id::text, '-', ''), coalesce(h.holds_from < max(
               coalesce(h.holds_until, 'infinity')) over (
                   partition by h.participant_id order by h.holds_from, h.version_id
                   rows between unbounded preceding and 1 preceding), false)
      from (select m.participant_id, v.version_id, v.holds_from, v.holds_until
              from household_member m join household_version v using (household_id, version_id)
             where m.parts > 0 and v.holds_from < coalesce(v.holds_until, 'infinity')) h
    union all
    select 'hhv_' || replace(m.version_id::text, '-', ''), not exists (
               select from guardianship g
                where g.participant_id = m.participant_id and m.agreed_at >= g.began_at
                  and m.agreed_at < g.decides_from
                  and (g.ended_at is null or m.agreed_at <= g.ended_at))
      from household_member m where m.agreed_by = '{BY_GUARDIAN}'
    """,  # noqa: S608 - only text of this code
)

INVARIANTS = (HOUSEHOLDS,)
