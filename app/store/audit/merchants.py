"""Statements of merchants: each is its lines, owed and paid to the fen, and nothing is left out."""

from app.store.audit.invariant import Invariant

# Of a closing, what moved at its store.
_SOLD_THERE = " and r.store_id = s.store_no"
_TAKEN_BACK_THERE = """
           and exists (select from redemption o
                        where o.participant_id = v.participant_id
                          and o.redemption_id = v.redemption_id and o.store_id = s.store_no)"""


def _moves(since: str, until: str, *, of_store: bool = False) -> str:
    """Every movement at the tills of a statement's merchant, or of a closing's store, in a stretch
    of time, by its index."""
    return f"""
        select 1 as captures, r.quantity as captured_items,
               r.quantity::bigint * r.points_each as captured_points,
               r.quantity::bigint * r.settlement_fen_each as captured_fen, 0 as reversals,
               0 as reversed_items, 0::bigint as reversed_points, 0::bigint as reversed_fen
          from redemption r
         where r.merchant_id = s.merchant_id and r.captured_at >= {since}
           and r.captured_at < {until}{_SOLD_THERE if of_store else ""}
         union all
        select 0, 0, 0, 0, 1, v.quantity, v.points, v.settlement_fen
          from redemption_reversal v
         where v.merchant_id = s.merchant_id and v.reversed_at >= {since}
           and v.reversed_at < {until}{_TAKEN_BACK_THERE if of_store else ""}
    """  # noqa: S608 - only names of this file


_SUMS = (
    *("captures", "captured_items", "captured_points", "captured_fen"),
    *("reversals", "reversed_items", "reversed_points", "reversed_fen"),
)
_WRONG = "\n               or ".join(f"s.{name} is distinct from m.{name}" for name in _SUMS)
_ADDED = ", ".join(f"coalesce(sum({name}), 0) as {name}" for name in _SUMS)
STATEMENTS = Invariant(
    "merchant_statements",
    "each statement = its captures less its reversals = what was booked; it brings what the one"
    " before left, nothing happened between the two, and what it owes was paid once or not at all",
    f"""
    select 'mst_' || replace(s.statement_id::text, '-', ''),
           {_WRONG}
               or s.brought_fen is distinct from
                  least(coalesce(b.brought_fen + b.captured_fen - b.reversed_fen, 0), 0)
               or (s.number > 1) is distinct from (b.statement_id is not null)
               or coalesce(b.ends_at > s.starts_at, false)
               or exists ({_moves("coalesce(b.ends_at, '-infinity')", "s.starts_at")})
               or coalesce(o.owed_fen, 0) is distinct from s.captured_fen - s.reversed_fen
               or coalesce(o.paid_fen, 0) is distinct from case
                      when p.statement_id is null then 0
                      else s.brought_fen + s.captured_fen - s.reversed_fen end
      from merchant_statement s
      left join merchant_statement b
        on b.merchant_id = s.merchant_id and b.number = s.number - 1
      left join merchant_payout p on p.statement_id = s.statement_id
     cross join lateral (select {_ADDED} from ({_moves("s.starts_at", "s.ends_at")}) moves) m
      left join (
        select reference_id,
               coalesce(sum(fen) filter (where credit_account = 'redeemed'), 0)
                   - coalesce(sum(fen) filter (where debit_account = 'redeemed'), 0) as owed_fen,
               coalesce(sum(fen) filter (where debit_account = 'paid_out'), 0) as paid_fen
          from money_posting
         where debit_account in ('paid_out', 'redeemed') or credit_account = 'redeemed'
         group by 1) o on o.reference_id = s.statement_id
    union all
    select 'posting ' || m.posting_id,
           s.statement_id is null
               or 'merchant:' || replace(s.merchant_id::text, '-', '')
                  is distinct from case when m.debit_account like 'merchant:%'
                                        then m.debit_account else m.credit_account end
      from money_posting m
      left join merchant_statement s on s.statement_id = m.reference_id
     where m.debit_account like 'merchant:%' or m.credit_account like 'merchant:%'
    """,  # noqa: S608 - put together from constants of the program only
)
CLOSINGS = Invariant(
    "till_closings",
    "each closed day of a store = what its tills took and gave back since the closing before; the"
    " closings of a store are numbered, later days later, and leave nothing between them",
    f"""
    select 'tcl_' || replace(s.closing_id::text, '-', ''),
           {_WRONG}
               or (s.number > 1) is distinct from (b.closing_id is not null)
               or coalesce(b.ends_at <> s.starts_at or b.day >= s.day, false)
               or s.ends_at > (s.day + 1)::timestamp at time zone :zone
               or s.number = 1
                  and s.starts_at is distinct from s.day::timestamp at time zone :zone
      from till_closing s
      left join till_closing b
        on b.merchant_id = s.merchant_id and b.store_no = s.store_no and b.number = s.number - 1
     cross join lateral (select {_ADDED} from (
                   {_moves("s.starts_at", "s.ends_at", of_store=True)}) moves) m
    """,  # noqa: S608 - put together from constants of the program only
)
# What held of a cashier when they sold: what was stated last before.
CASHIERS = Invariant(
    "cashiers",
    "each sale and refund of a cashier was made in a store that they served then, within the"
    " points of one sale, by somebody who took back where they might, and before they were ended",
    """
    select moved.name,
           u.user_id is null or u.duty is distinct from 'cashier'
               or u.organisation_id is distinct from moved.merchant_id
               or coalesce(moved.at > u.ended_at, false)
               or t.terms_id is null
               or not coalesce(moved.store_id = any(t.stores), false)
               or coalesce(moved.taken > t.most_points_per_sale, false)
               or moved.taken is null and not t.may_refund
      from (select 'rdm_' || replace(redemption_id::text, '-', '') as name, cashier_id,
                   merchant_id, store_id, captured_at as at,
                   quantity::bigint * points_each as taken
              from redemption where cashier_id is not null
             union all
            select 'refund ' || v.reversal_id, v.cashier_id, v.merchant_id, r.store_id,
                   v.reversed_at, null
              from redemption_reversal v join redemption r using (participant_id, redemption_id)
             where v.cashier_id is not null) moved
      left join app_user u on u.user_id = moved.cashier_id
      left join lateral (select * from cashier_terms c
                          where c.user_id = moved.cashier_id and c.stated_at <= moved.at
                          order by c.terms_id desc limit 1) t on true
    """,
)
INVARIANTS = (STATEMENTS, CLOSINGS, CASHIERS)
