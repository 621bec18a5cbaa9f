"""Negotiations: the two sides spoke in turn, and what was accepted was what was said last."""

# ruff: noqa: S608 - this statement is put together from constants only

from app.store.audit.invariant import Invariant
from app.store.tables.metadata import in_words
from rewards.trading import listing, negotiation

NEGOTIATIONS = Invariant(
    "negotiations",
    "each negotiation: its sides spoke in turn while the last word stood; one that was accepted in"
    " time is a trade of just that, and every negotiated listing is of one",
    f"""
    select 'ngt_' || replace(n.negotiation_id::text, '-', ''),
           r.negotiation_id is null
               or r.is_wrong
               or n.rounds is distinct from r.rounds
               or (n.quantity_t, n.price_fen_per_tonne, n.valid_until)
                  is distinct from (r.quantity_t, r.price_fen_per_tonne, r.valid_until)
               or {in_words("n.state", *negotiation.OPEN)}
                  and (n.state = '{negotiation.OFFERED}') is distinct from (r.rounds % 2 = 1)
               or n.state = '{negotiation.ACCEPTED}'
                  and (n.closed_at >= n.valid_until
                       or t.buyer_id is distinct from n.buyer_id
                       or t.seller_id is distinct from n.seller_id
                       or t.quantity_t is distinct from n.quantity_t
                       or t.amount_fen is distinct from n.quantity_t * n.price_fen_per_tonne
                       or l.kind is distinct from '{listing.NEGOTIATED}')
      from negotiation n
      left join (select negotiation_id, max(number) as rounds,
                        bool_or(number is distinct from place
                                or by_seller is distinct from (number % 2 = 1)
                                or said_at >= coalesce(before_until, 'infinity')) as is_wrong,
                        (array_agg(quantity_t order by number desc))[1] as quantity_t,
                        (array_agg(price_fen_per_tonne order by number desc))[1]
                            as price_fen_per_tonne,
                        (array_agg(valid_until order by number desc))[1] as valid_until
                   from (select *, row_number() over w as place,
                                lag(valid_until) over w as before_until
                           from negotiation_round
                         window w as (partition by negotiation_id order by number)) said
                  group by 1) r using (negotiation_id)
      left join trade t using (trade_id)
      left join listing l using (listing_id)
    union all
    select 'lst_' || replace(l.listing_id::text, '-', ''), n.negotiation_id is null
      from listing l
      left join trade t using (listing_id)
      left join negotiation n using (trade_id)
     where l.kind = '{listing.NEGOTIATED}'
    """,
)

INVARIANTS = (NEGOTIATIONS,)
