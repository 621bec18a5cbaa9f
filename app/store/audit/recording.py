"""What was recorded: the nets of uniqueness stand, and people's totals are the sum of actions."""

# ruff: noqa: S608 - these statements are put together from constants of this file only

from app.store.audit.invariant import Invariant

# Actions without those that were reversed.
LIVE_ACTIONS = """
    action a
     where not exists (select from reversal r
                        where r.participant_id = a.participant_id and r.action_id = a.action_id)
"""

# Reductions that a unit contains, or will: what they claim stays claimed even when they are taken
# back.
IN_A_UNIT = """
    bundle_entry e join bundle b on b.bundle_id = e.bundle_id and b.frozen_at is not null
"""
# Actions that wait for a confirmation or a look.
WAITING = """
    action_hold h where h.state in ('pending_confirmation', 'held')
"""
# Actions that hold what they claim: live ones, those that wait, and those whose reduction was sold
# or will be.
# Those in a unit, and those of which a household's other part is in one.
SOLD = f"""
    select e.participant_id, e.action_id from {IN_A_UNIT}
     union
    select w.participant_id, w.whole_action_id
      from {IN_A_UNIT}
      join household_share s
        on s.action_id = e.action_id and s.participant_id = e.participant_id
      join household_share w on w.action_id = s.whole_action_id
"""
HOLDING = f"""
    select a.participant_id, a.action_id from {LIVE_ACTIONS}
     union
    select h.participant_id, h.action_id from {WAITING}
     union
    {SOLD}
"""

TOTALS = Invariant(
    "reduction_totals",
    "each person's reduction account = Σ and count of their live actions",
    f"""
    select 'par_' || replace(participant_id::text, '-', ''),
           r.saved_mg is distinct from coalesce(l.saved_mg, 0)
               or r.actions is distinct from coalesce(l.actions, 0)
      from reduction_account r
      full join (select participant_id, sum(saved_mg) as saved_mg, count(*) as actions
                   from {LIVE_ACTIONS} group by 1) l using (participant_id)
    """,
)
CLAIMS = Invariant(
    "claim_keys",
    "each claim key ↔ its action; live, waiting and sold actions have one at least, others their"
    " own",
    f"""
    select 'act_' || replace(coalesce(a.action_id, k.action_id)::text, '-', ''),
           a.action_id is null or k.keys is null
               or (u.action_id is null and (r.action_id is not null or a.ended) and k.keys <> 1)
      from (select participant_id, action_id, false as ended from action
             union all
            select participant_id, action_id, state not in ('pending_confirmation', 'held')
              from action_hold where state <> 'quantified') a
      full join (select participant_id, action_id, count(*) as keys
                   from claim_key group by 1, 2) k
        on k.participant_id = a.participant_id and k.action_id = a.action_id
      left join reversal r
        on r.participant_id = a.participant_id and r.action_id = a.action_id
      left join ({SOLD}) u
        on u.participant_id = a.participant_id and u.action_id = a.action_id
    """,
)


def _intervals(table: str, whose: str) -> str:
    """Intervals that begin before an earlier one of the same ended, or that no action made."""
    return f"""
    select 'act_' || replace(i.action_id::text, '-', ''),
           coalesce(starts_at < max(ends_at) over (
                   partition by {whose} order by starts_at
                   rows between unbounded preceding and 1 preceding), false)
               or l.action_id is null
      from {table} i
      left join ({HOLDING}) l
        on l.participant_id = i.participant_id and l.action_id = i.action_id
    """


RIDES = Invariant(
    "person_intervals",
    "nobody is in two rides at once, and each interval ↔ a live or sold action",
    _intervals("person_interval", "i.participant_id"),
)
METERS = Invariant(
    "meter_intervals",
    "no meter counts a moment twice, and each interval ↔ a live or sold action",
    _intervals("meter_interval", "meter_digest"),
)
REVERSALS = Invariant(
    "reversals",
    "each reversal ↔ its action's mg and points: taken back, owed, or kept when it came late",
    """
    select 'act_' || replace(r.action_id::text, '-', ''),
           a.saved_mg is distinct from r.saved_mg
               or r.points_taken + r.points_owed + coalesce(r.points_kept, 0)
                   is distinct from a.points
               or r.points_taken is distinct from coalesce(t.taken, 0)
               or r.points_owed is distinct from coalesce(t.owed, 0)
      from reversal r
      left join action a
        on a.participant_id = r.participant_id and a.action_id = r.action_id
      left join (select participant_id, reference_id,
                        sum(points) filter (where kind = 'clawback') as taken,
                        sum(points) filter (where kind = 'owe') as owed
                   from points_transfer where kind in ('clawback', 'owe') group by 1, 2) t
        on t.participant_id = r.participant_id and t.reference_id = r.action_id
    """,
)

WAITS = Invariant(
    "waiting_actions",
    "what is not credited ↔ its hold, in one table only, without transfer, lot, reversal or place"
    " in a bundle; each that ended has its outcome",
    """
    select 'act_' || replace(coalesce(h.action_id, w.action_id)::text, '-', ''),
           h.action_id is null
               or (h.state = 'quantified') is distinct from (a.action_id is not null)
               or (h.state <> 'quantified') is distinct from (w.action_id is not null)
               or (h.state in ('pending_confirmation', 'held'))
                   is distinct from (o.action_id is null)
               or (h.state <> 'quantified' and (
                       exists (select from points_transfer t
                                where t.participant_id = h.participant_id
                                  and t.reference_id = h.action_id)
                       or exists (select from bundle_entry e
                                   where e.participant_id = h.participant_id
                                     and e.action_id = h.action_id)
                       or exists (select from reversal r
                                   where r.participant_id = h.participant_id
                                     and r.action_id = h.action_id)))
      from action_hold h
      full join waiting_action w
        on w.participant_id = h.participant_id and w.action_id = h.action_id
      left join action a
        on a.participant_id = h.participant_id and a.action_id = h.action_id
      left join hold_outcome o
        on o.participant_id = h.participant_id and o.action_id = h.action_id
    """,
)

DATA_KEYS = Invariant(
    "data_keys",
    "each open account ↔ the key under which its evidence is sealed; who left has none",
    """
    select 'par_' || replace(participant_id::text, '-', ''),
           coalesce(p.state = 'active', false) is distinct from (k.participant_id is not null)
      from participant p full join person_key k using (participant_id)
    """,
)

INVARIANTS = (TOTALS, CLAIMS, RIDES, METERS, REVERSALS, WAITS, DATA_KEYS)
