"""The till: stock, what each person took, and what was spent against what was redeemed."""

# ruff: noqa: S608 - these statements are put together from constants only

from app.store.audit.invariant import Invariant
from rewards.redemption.kinds import VOUCHER
from rewards.redemption.redemption import CAPTURED, HELD, PARTLY_REVERSED, REVERSED

# What a redemption holds of stock and of a person's limit; released and expired ones nothing.
_OUT = f"""case when state in ('{HELD}', '{CAPTURED}', '{PARTLY_REVERSED}', '{REVERSED}')
               then quantity - reversed_quantity else 0 end"""

STOCK = Invariant(
    "offer_stock",
    "each offer's stock = remaining + captured and not reversed + held + codes that are spoilt",
    f"""
    select 'ofr_' || replace(o.offer_id::text, '-', ''),
           o.stock_total is distinct from
               coalesce(s.remaining, 0) + coalesce(r.gone, 0) + coalesce(v.spoilt, 0)
      from offer o
      left join (select offer_id, sum(remaining) as remaining
                   from offer_stock group by 1) s using (offer_id)
      left join (select offer_id, sum({_OUT}) as gone from redemption group by 1) r
           using (offer_id)
      left join (select offer_id, count(*) as spoilt from voucher_code
                  where spoilt_at is not null group by 1) v using (offer_id)
    """,
)
# A pool is as large as its offer's stock, and has as many free codes as are left of it.
POOLS = Invariant(
    "voucher_pools",
    "each voucher offer's stock = its codes, and what is left of it = the free ones",
    f"""
    select 'ofr_' || replace(o.offer_id::text, '-', ''),
           o.kind <> '{VOUCHER}' or o.stock_total is distinct from coalesce(v.codes, 0)
               or coalesce(s.remaining, 0) is distinct from coalesce(v.free, 0)
      from offer o
      left join (select offer_id, sum(remaining) as remaining
                   from offer_stock group by 1) s using (offer_id)
      left join (select offer_id, count(*) as codes,
                        count(*) filter (where redemption_id is null) as free
                   from voucher_code group by 1) v using (offer_id)
     where o.kind = '{VOUCHER}' or v.free > 0
    """,
)
CODES = Invariant(
    "voucher_codes",
    "each redemption of vouchers has a code for each item that was not taken back",
    f"""
    select 'rdm_' || replace(redemption_id::text, '-', ''),
           coalesce(r.gone, 0) is distinct from coalesce(v.codes, 0)
      from (select redemption_id, {_OUT} as gone from redemption
             where offer_id in (select offer_id from offer where kind = '{VOUCHER}')) r
      full join (select redemption_id, count(*) filter (where spoilt_at is null) as codes
                   from voucher_code where redemption_id is not null group by 1) v
           using (redemption_id)
    """,
)
DAYS = Invariant(
    "offer_days",
    "what of each offer was sold on each day = Σ what is counted under it, within its limit",
    f"""
    select 'ofr_' || replace(offer_id::text, '-', '') || ' ' || day::text,
           coalesce(d.quantity, 0) is distinct from coalesce(r.gone, 0)
               or coalesce(d.quantity > o.stock_per_day, false)
      from offer_day d
      full join (select c.offer_id, c.day, sum({_OUT}) as gone
                   from counted_redemption c join redemption using (redemption_id)
                  where c.day is not null group by 1, 2) r using (offer_id, day)
      left join offer o using (offer_id)
    """,
)
STORES = Invariant(
    "offer_stores",
    "what of each offer each store handed over = Σ what is counted under it, within its limit",
    f"""
    select 'ofr_' || replace(offer_id::text, '-', '') || ' ' || store_no,
           coalesce(s.quantity, 0) is distinct from coalesce(r.gone, 0)
               or coalesce(s.quantity > o.stock_per_store, false)
      from offer_store s
      full join (select c.offer_id, c.store_no, sum({_OUT}) as gone
                   from counted_redemption c join redemption using (redemption_id)
                  where c.store_no is not null group by 1, 2) r using (offer_id, store_no)
      left join offer o using (offer_id)
    """,
)
TAKEN = Invariant(
    "offer_limits",
    "what each person took of each offer = Σ their redemptions of it, within its limit",
    f"""
    select 'par_' || replace(participant_id::text, '-', '') || ' ofr_'
               || replace(offer_id::text, '-', ''),
           coalesce(t.quantity, 0) is distinct from coalesce(r.gone, 0) + coalesce(i.quantity, 0)
               or coalesce(t.quantity > o.per_person_limit, false)
      from offer_taken t
      full join (select participant_id, offer_id, sum({_OUT}) as gone
                   from redemption group by 1, 2) r using (participant_id, offer_id)
      left join inherited_limit i using (participant_id, offer_id)
      left join offer o using (offer_id)
    """,
)
SPENT = Invariant(
    "redemptions",
    "each redemption's points = Σ spent − Σ refunded, and reversed = Σ its reversals",
    """
    select 'rdm_' || replace(r.redemption_id::text, '-', ''),
           case when r.captured_at is null then 0
                else (r.quantity - r.reversed_quantity)::bigint * r.points_each end
               is distinct from coalesce(t.net, 0)
               or coalesce(b.quantity, 0) is distinct from r.reversed_quantity
               or coalesce(b.points, 0)
                  is distinct from r.reversed_quantity::bigint * r.points_each
      from redemption r
      left join (select participant_id, reference_id,
                        sum(case kind when 'spend' then points else -points end) as net
                   from points_transfer where kind in ('spend', 'refund') group by 1, 2) t
        on t.participant_id = r.participant_id and t.reference_id = r.redemption_id
      left join (select participant_id, redemption_id, sum(quantity) as quantity,
                        sum(points) as points
                   from redemption_reversal group by 1, 2) b
        on b.participant_id = r.participant_id and b.redemption_id = r.redemption_id
    """,
)

INVARIANTS = (STOCK, POOLS, CODES, DAYS, STORES, TAKEN, SPENT)
