"""Households: everybody agreed to what was fixed, nobody is in two, and parts are the whole."""

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

# Each row's own milligrams are computed again from the whole by line ``recomputed``.
HOUSEHOLD_SHARES = Invariant(
    "household_shares",
    "what a household saved = Σ of its people's parts by largest remainder, each in an action of"
    " its own or nobody's, by the parts agreed to; all parts have one fate",
    f"""
    select 'act_' || replace(whole_action_id::text, '-', ''),
           count(distinct version_id) <> 1 or count(distinct whole_mg) <> 1
               or sum(parts) <> {WHOLE} or sum(saved_mg) <> max(whole_mg)
               or count(*) filter (where action_id = whole_action_id) <> 1
               or bool_or(agreed is distinct from parts) or bool_or(members <> people)
               or bool_or(saved_mg <> least_mg + (place <= whole_mg - all_least)::integer)
               or bool_or(action_id is not null and (
                      stored_mg is distinct from saved_mg
                      or stored_whole is distinct from whole_mg
                      or stored_passed_on is distinct from (action_id <> whole_action_id)))
               or count(distinct fate) filter (where action_id is not null) <> 1
      from (select d.*, sum(least_mg) over (partition by whole_action_id) as all_least,
                   row_number() over (partition by whole_action_id
                                      order by rest desc, participant_id) as place
              from (select s.*, m.parts as agreed, n.members,
                           count(*) over (partition by s.whole_action_id) as people,
                           div(s.whole_mg::numeric * s.parts, {WHOLE}) as least_mg,
                           mod(s.whole_mg::numeric * s.parts, {WHOLE}) as rest,
                           coalesce(a.saved_mg, w.saved_mg) as stored_mg,
                           (c.share ->> 'whole_mg')::bigint as stored_whole,
                           (c.share ->> 'passed_on')::boolean as stored_passed_on,
                           case when r.action_id is not null then 'reversed'
                                else coalesce(h.state, 'quantified') end as fate
                      from household_share s
                      left join household_member m using (participant_id, version_id)
                      left join lateral (
                          select count(*) filter (where parts > 0) as members
                            from household_member o
                           where o.household_id = s.household_id
                             and o.version_id = s.version_id) n on true
                      left join action a
                        on a.participant_id = s.participant_id and a.action_id = s.action_id
                      left join waiting_action w
                        on w.participant_id = s.participant_id and w.action_id = s.action_id
                      left join lateral (
                          select coalesce(a.calculation, w.calculation) #> '{{inputs,share}}'
                              as share) c on true
                      left join reversal r
                        on r.participant_id = s.participant_id and r.action_id = s.action_id
                      left join action_hold h
                        on h.participant_id = s.participant_id and h.action_id = s.action_id) d) e
     group by whole_action_id
    union all
    select 'act_' || replace(a.action_id::text, '-', ''), s.action_id is null
      from (select action_id, calculation from action where behaviour = any(:household_behaviours)
             union all
            select action_id, calculation from waiting_action) a
      left join household_share s on s.action_id = a.action_id
     where a.calculation #> '{{inputs,share}}' is not null
    """,  # noqa: S608 - only text of this code
)

INVARIANTS = (HOUSEHOLDS, HOUSEHOLD_SHARES)
