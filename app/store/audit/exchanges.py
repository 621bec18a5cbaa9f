"""Exchanges: what was handed over is out, settled or back, and each settled line is its trade."""

# ruff: noqa: S608 - these statements are put together from constants only

from app.store.audit.invariant import Invariant
from rewards.registry import block
from rewards.trading import exchange_settlement as settlement, listing, trade

LOTS = Invariant(
    "exchange_lots",
    "each lot at an exchange: units out there + settled + returned = handed over, by the file that"
    " was made of it; nothing else is locked for a listing",
    f"""
    select 'lst_' || replace(l.listing_id::text, '-', ''),
           x.listing_id is null
               or coalesce(u.tonnes, 0) + coalesce(t.tonnes, 0)
                  + case when l.state = '{listing.CLOSED}' then l.remaining_t else 0 end
                  is distinct from l.quantity_t
               or coalesce(u.strays, false)
               or l.closed_at is null and x.returns_at <= l.created_at
               or sha256(x.document) is distinct from x.document_digest
               or f.said -> 'files' -> 0 ->> 'sha256'
                  is distinct from encode(sha256(x.serials_csv), 'hex')
               or (f.said ->> 'quantity_t')::bigint is distinct from l.quantity_t
               or (select sum((each ->> 'quantity_t')::bigint)
                     from jsonb_array_elements(f.said -> 'units') each)
                  is distinct from l.quantity_t
      from listing l
      left join exchange_lot x using (listing_id)
      left join lateral (select convert_from(x.document, 'UTF8')::jsonb as said) f on true
      left join (select listing_id, sum(upper(numbers) - lower(numbers)) as tonnes,
                        bool_or(state = '{block.RESERVED}' or trade_id is not null) as strays
                   from unit_block
                  where listing_id is not null
                    and state in ('{block.RESERVED}', '{block.SUSPENDED}', '{block.LOCKED}')
                  group by 1) u using (listing_id)
      left join (select listing_id, sum(quantity_t) as tonnes from trade
                  where state = '{trade.DELIVERED}' group by 1) t using (listing_id)
     where l.kind = '{listing.AT_EXCHANGE}'
    union all
    select 'blk_' || replace(b.block_id::text, '-', ''),
           l.kind is distinct from '{listing.AT_EXCHANGE}'
      from unit_block b left join listing l using (listing_id)
     where b.state = '{block.LOCKED}' and b.listing_id is not null
    """,
)
SETTLEMENTS = Invariant(
    "exchange_settlements",
    "each settled line of an exchange is the trade of its number, with the same lot, buyer, tonnes,"
    " price and payment; every trade of a lot was told in one; what has ended has none that waits",
    f"""
    select 'xst_' || replace(s.settlement_id::text, '-', ''),
           s.lines is distinct from l.lines
               or s.state = '{settlement.SETTLED}' and l.waiting > 0
               or l.is_wrong
      from exchange_settlement s
      left join (select i.settlement_id, count(*) as lines,
                        count(*) filter (where i.state = '{settlement.WAITS}') as waiting,
                        bool_or(i.state = '{settlement.DONE}'
                                and (x.trade_id is null
                                     or x.exchange_id is distinct from o.exchange_id
                                     or (i.lot_id, i.buyer_id, i.quantity_t, i.amount_fen,
                                         i.payment_reference)
                                        is distinct from (t.listing_id, t.buyer_id, t.quantity_t,
                                                          t.amount_fen, t.payment_reference)
                                     or i.price_fen_per_tonne
                                        is distinct from x.price_fen_per_tonne
                                     or i.traded_at is distinct from x.traded_at)) as is_wrong
                   from exchange_settlement_line i
                   join exchange_settlement o using (settlement_id)
                   left join exchange_trade x on x.trade_id = i.trade_id
                   left join trade t on t.trade_id = i.trade_id
                  group by 1) l using (settlement_id)
    union all
    select 'trd_' || replace(t.trade_id::text, '-', ''),
           x.trade_id is null
               or t.state is distinct from '{trade.DELIVERED}'
               or t.exchange_id is distinct from x.exchange_id
               or t.exchange_id is distinct from o.exchange_id
               or x.price_fen_per_tonne < l.price_fen_per_tonne
               or x.traded_at < l.created_at
               or x.traded_at >= o.returns_at
               or i.trade_id is distinct from t.trade_id
      from trade t
      join listing l using (listing_id)
      left join exchange_lot o using (listing_id)
      left join exchange_trade x on x.trade_id = t.trade_id
      left join exchange_settlement_line i using (settlement_id, line)
     where l.kind = '{listing.AT_EXCHANGE}'
    """,
)

INVARIANTS = (LOTS, SETTLEMENTS)
