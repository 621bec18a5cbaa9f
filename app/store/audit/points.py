"""The points book: accounts against lots, lots against their uses, transfers against both."""

# ruff: noqa: S608 - these statements are put together from constants only

from app.store.audit.invariant import Invariant
from behaviours.proposals import ADJUST_POINTS, PROPOSAL, SIGN
from rewards.ledger import points as book
from rewards.points.adjustment import REINSTATED
from rewards.redemption import redemption

_CHANGE = "points * ((debit_account = '{0}')::int - (credit_account = '{0}')::int)"


def _each_account(has: str, *sums: str) -> str:
    """Of each account what it has, against each of the sums that are joined to it."""
    differs = " or ".join(f"{has} is distinct from coalesce({each}, 0)" for each in sums)
    return f"select 'par_' || replace(participant_id::text, '-', ''), {differs} from points_account"


BALANCES = Invariant(
    "points_balance",
    "each account's balance = Σ its lots' remaining = Σ its transfers",
    f"""
    {_each_account("balance", "in_lots", "transferred")}
      full join (select participant_id, sum(remaining) as in_lots
                   from points_lot group by 1) lots using (participant_id)
      full join (select participant_id, sum({_CHANGE.format("participant")}) as transferred
                   from points_transfer group by 1) transfers using (participant_id)
    """,
)
HELD = Invariant(
    "points_held",
    "each account's held = Σ its open holds = Σ its transfers",
    f"""
    {_each_account("held", "in_holds", "transferred")}
      full join (select participant_id, sum(quantity::bigint * points_each) as in_holds
                   from redemption where state = '{redemption.HELD}'
                  group by 1) holds using (participant_id)
      full join (select participant_id, sum({_CHANGE.format(book.HELD)}) as transferred
                   from points_transfer where '{book.HELD}' in (debit_account, credit_account)
                  group by 1) transfers using (participant_id)
    """,
)
DEBT = Invariant(
    "points_debt",
    "each account's debt = Σ owed − Σ recovered − Σ written off",
    f"""
    select 'par_' || replace(participant_id::text, '-', ''),
           debt is distinct from -coalesce(transferred, 0)
      from points_account
      full join (select participant_id, sum({_CHANGE.format("debt")}) as transferred
                   from points_transfer where 'debt' in (debit_account, credit_account)
                  group by 1) transfers using (participant_id)
    """,
)
LOTS = Invariant(
    "points_lots",
    "each lot's remaining = Σ its uses, and granted = Σ of those by awards and by hand, and of"
    " refunds whose own lots had expired",
    """
    select coalesce(lot_id, used_lot_id)::text,
           remaining is distinct from coalesce(used, 0)
               or granted is distinct from coalesce(awarded, 0)
      from points_lot l
      full join (select participant_id as used_by, lot_id as used_lot_id,
                        sum(u.points) as used,
                        sum(u.points) filter (
                            where u.points > 0 and (t.kind in ('award', 'adjust')
                               or t.kind = 'refund' and not exists (
                                  select from points_lot_use s
                                   where s.participant_id = u.participant_id
                                     and s.transfer_id = t.reference_id
                                     and s.lot_id = u.lot_id))) as awarded
                   from points_lot_use u
                   join points_transfer t using (participant_id, transfer_id)
                  group by 1, 2) uses
        on used_by = participant_id and used_lot_id = lot_id
    """,
)
TRANSFERS = Invariant(
    "points_transfers",
    "each transfer's change of its person = Σ of the lots it touched",
    f"""
    select 'pts_' || replace(transfer_id::text, '-', ''),
           kind is null or {_CHANGE.format("participant")} is distinct from coalesce(used, 0)
      from points_transfer
      full join (select participant_id, transfer_id, sum(points) as used
                   from points_lot_use group by 1, 2) uses using (participant_id, transfer_id)
    """,
)
AWARDS = Invariant(
    "points_awards",
    "each award ↔ its action, person and points alike",
    """
    select 'act_' || replace(coalesce(transfer_id, action_id)::text, '-', ''),
           coalesce(t.points, 0) is distinct from coalesce(a.points, 0)
               or t.reference_id is distinct from a.action_id and t.points is not null
      from (select participant_id, transfer_id, points, reference_id
              from points_transfer where kind = 'award') t
      full join (select participant_id, action_id, points from action where points > 0) a
        on a.participant_id = t.participant_id and a.action_id = t.transfer_id
    """,
)
CAPS = Invariant(
    "points_caps",
    "each cap's granted = Σ points of its live actions of that period, and what was used before"
    " a return ≤ the largest limit of a policy of the period",
    """
    with policy as (
        select * from unnest(cast(:cap_behaviours as text[]), cast(:cap_codes as text[]),
                             cast(:cap_periods as text[]), cast(:cap_from as date[]),
                             cast(:cap_to as date[]), cast(:cap_limits as int[]))
                   as policy (behaviour, cap_code, period, starts_on, ends_on, limit_points)),
    stated as (
        select distinct cap_code, period, starts_on, ends_on, limit_points from policy),
    live as (
        select participant_id, behaviour, points, (occurred_at at time zone :zone)::date as day
          from action a
         where points > 0
           and not exists (select from reversal r where r.participant_id = a.participant_id
                                                    and r.action_id = a.action_id)),
    awarded as (
        select participant_id, cap_code, cast(date_trunc(period, day) as date) as period_start,
               sum(points) as points
          from live
          join policy on policy.behaviour = live.behaviour and day between starts_on and ends_on
         group by 1, 2, 3),
    counted as (
        select participant_id, cap_code, period_start, coalesce(c.granted, 0) as granted,
               coalesce(a.points, 0) + coalesce(i.granted, 0) as used
          from points_cap c
          left join inherited_cap i using (participant_id, cap_code, period_start)
          full join awarded a using (participant_id, cap_code, period_start))
    select 'par_' || replace(participant_id::text, '-', '') || ' ' || c.cap_code || ' '
               || period_start,
           granted <> used or granted > coalesce((
               select max(limit_points) from stated s
                where s.cap_code = c.cap_code and ends_on >= c.period_start
                  and starts_on < c.period_start + cast('1 ' || period as interval)), 0)
      from counted c
    """,
)

# What was spent is counted without what was refunded since: a debt may be paid from another lot
# before the refund comes back to this one.
OWED = Invariant(
    "points_owed",
    "what reversals left owed of a lot ≤ what was spent of it: nothing that expired is owed",
    """
    select 'par_' || replace(w.participant_id::text, '-', '') || ' ' || w.lot_id,
           w.owed > coalesce((
               select -sum(u.points) from points_lot_use u
                 join points_transfer t using (participant_id, transfer_id)
                where u.participant_id = w.participant_id and u.lot_id = w.lot_id
                  and u.points < 0 and t.kind not in ('award', 'expire', 'clawback')), 0)
      from (select a.participant_id, l.lot_id, sum(r.points_owed) as owed
              from reversal r
              join action a using (participant_id, action_id)
              left join points_lot l
                on l.participant_id = a.participant_id
               and l.available_at = a.points_available_at
               and l.expires_at = a.points_expires_at
             where r.points_owed > 0 and r.points_kept is not null
             group by 1, 2) w
    """,
)

ADJUSTED = Invariant(
    "points_adjustments",
    "each transfer by hand ↔ its adjustment, person and points alike, signed by two people of two"
    " roles",
    f"""
    select 'pts_' || replace(coalesce(t.transfer_id, j.adjustment_id)::text, '-', ''),
           t.change is distinct from j.points
               or (select count(distinct s.role) < 2 or count(distinct s.user_id) < 2
                     from proposal p
                     join signature s on s.subject_kind = '{PROPOSAL}'
                      and s.subject_id = p.proposal_id and s.verb = '{SIGN}'
                    where p.carried_out and p.step = '{ADJUST_POINTS}'
                      and p.subject = 'par_' || replace(j.participant_id::text, '-', '')
                      and p.terms ->> 'asked' = encode(j.asked, 'hex'))
      from (select participant_id, transfer_id, {_CHANGE.format("participant")} as change
              from points_transfer where kind = '{book.ADJUST}') t
      full join points_adjustment j
        on j.participant_id = t.participant_id and j.adjustment_id = t.transfer_id
    """,
)

REINSTATED_POINTS = Invariant(
    "points_reinstated",
    "what was given back of each person's expired points ≤ what expired before",
    f"""
    select 'par_' || replace(j.participant_id::text, '-', ''),
           min(j.points) <= 0
               or sum(j.points) > coalesce((
                    select sum(t.points) from points_transfer t
                     where t.participant_id = j.participant_id and t.kind = '{book.EXPIRE}'
                       and t.posted_at <= max(j.adjusted_at)), 0)
      from points_adjustment j where j.ground = '{REINSTATED}' group by j.participant_id
    """,
)

INVARIANTS = (
    BALANCES,
    HELD,
    DEBT,
    LOTS,
    TRANSFERS,
    AWARDS,
    CAPS,
    OWED,
    ADJUSTED,
    REINSTATED_POINTS,
)
