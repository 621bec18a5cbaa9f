"""Auctions: every bid counted when it was made, and the lot went to the highest, once."""

# ruff: noqa: S608 - these statements are put together from constants only

from app.store.audit.invariant import Invariant
from app.store.tables.metadata import in_words
from rewards.trading import auction, listing, trade

BIDS = Invariant(
    "auction_bids",
    "each bid: from the opening on, before the end as it was then, by the least raise above the one"
    " before; one beside the end moved it as the terms say",
    """
    select 'lst_' || replace(b.listing_id::text, '-', '') || '/bids/' || b.number,
           t.listing_id is null
               or b.number is distinct from b.place
               or b.made_at < greatest(t.opens_at, b.before_at)
               or b.made_at >= coalesce(b.before_end, t.closes_at)
               or b.price_fen_per_tonne < coalesce(
                      b.before_fen + t.raise_fen_per_tonne, t.minimum_fen_per_tonne)
               or b.ends_at is distinct from coalesce(b.before_end, t.closes_at)
                  + case when b.made_at >= coalesce(b.before_end, t.closes_at) - t.each
                          and coalesce(b.before_end, t.closes_at)
                              < t.closes_at + t.most_extensions * t.each
                         then t.each else interval '0' end
      from (select *, row_number() over w as place, lag(made_at) over w as before_at,
                   lag(ends_at) over w as before_end, lag(price_fen_per_tonne) over w as before_fen
              from auction_bid window w as (partition by listing_id order by number)) b
      left join (select *, make_interval(mins => extend_minutes) as each from auction_terms) t
           using (listing_id)
    """,
)
AUCTIONS = Invariant(
    "auctions",
    "each auction: led by its last bid; its lot went to the highest bidders in their order, each"
    " after the one before had not paid, and to one of them at a time",
    f"""
    select 'lst_' || replace(a.listing_id::text, '-', ''),
           t.listing_id is null
               or l.kind is distinct from '{listing.AUCTION}'
               or a.bids is distinct from coalesce(b.bids, 0)
               or a.highest_fen_per_tonne is distinct from b.highest
               or a.leader_id is distinct from b.leader_id
               or a.ends_at is distinct from coalesce(b.ends_at, t.closes_at)
               or a.awards is distinct from coalesce(w.awards, 0)
               or a.awards is distinct from coalesce(s.trades, 0)
               or w.numbers is distinct from b.ranked[1:w.awards]
               or coalesce(w.is_wrong, false)
               or coalesce(s.held, 0) > 1
               or (a.state = '{auction.AWARDED}')
                  is distinct from (a.closed_at is null and a.awards > 0)
               or a.closed_at is not null
                  and (l.state is distinct from '{listing.CLOSED}' or coalesce(s.held, 0) > 0)
      from auction a
      left join auction_terms t using (listing_id)
      left join listing l using (listing_id)
      left join (select listing_id, sum(bids)::integer as bids, max(highest) as highest,
                        (array_agg(bidder_id order by number desc))[1] as leader_id,
                        max(ends_at) as ends_at,
                        array_agg(number order by number desc) as ranked
                   from (select listing_id, bidder_id, count(*) as bids, max(number) as number,
                                max(price_fen_per_tonne) as highest, max(ends_at) as ends_at
                           from auction_bid group by 1, 2) each
                  group by 1) b using (listing_id)
      left join (select w.listing_id, count(*)::integer as awards,
                        array_agg(w.bid_number order by w.bid_number desc) as numbers,
                        bool_or(d.listing_id is distinct from w.listing_id
                                or d.buyer_id is distinct from i.bidder_id
                                or d.amount_fen is distinct from
                                   d.quantity_t * i.price_fen_per_tonne
                                or i.price_fen_per_tonne < coalesce(
                                       t.reserve_fen_per_tonne, t.minimum_fen_per_tonne)
                                or w.awarded_at < coalesce(i.ends_at, t.closes_at)
                                or w.bid_number > f.last
                                   and d.state is distinct from '{trade.EXPIRED}') as is_wrong
                   from auction_award w
                   join (select listing_id, min(bid_number) as last from auction_award group by 1) f
                        using (listing_id)
                   left join auction_terms t using (listing_id)
                   left join auction_bid i
                        on i.listing_id = w.listing_id and i.number = w.bid_number
                   left join trade d on d.trade_id = w.trade_id
                  group by 1) w using (listing_id)
      left join (select listing_id, count(*)::integer as trades,
                        count(*) filter (where {in_words("state", *trade.HOLDS_UNITS)}) as held
                   from trade group by 1) s using (listing_id)
    """,
)

INVARIANTS = (BIDS, AUCTIONS)
