"""Serial numbers, units and money: every number is somewhere once, and was paid for."""

# ruff: noqa: S608 - these statements are put together from constants only

from app.store.audit.invariant import Invariant
from app.store.registry.moves import HOLDING_MOVES
from app.store.tables.metadata import in_words
from app.store.trading.programme_statements import PROGRAMME_MOVES
from rewards.registry import block, handing_over
from rewards.trading import listing, trade
from rewards.trading.programme_statement import FOR_SALE, RESERVE

SERIALS = Invariant(
    "serial_numbers",
    "live blocks cover the numbers from 1 to the last without gap or overlap",
    f"""
    select text(numbers),
           lower(numbers) is distinct from coalesce(before, 1)
      from (select numbers,
                   max(upper(numbers)) over (order by lower(numbers)
                       rows between unbounded preceding and 1 preceding) as before
              from unit_block where state not in {block.REPLACED}) live
    union all
    select 'counter ' || name,
           next_number is distinct from coalesce(
               (select max(upper(numbers)) from unit_block where state not in {block.REPLACED}), 1)
      from serial_counter
    """,
)
SPLITS = Invariant(
    "unit_splits",
    "each split block = its parts, each merged one = what it was made of, number for number, of the"
    " same bundle, class and vintage",
    f"""
    select 'blk_' || replace(p.block_id::text, '-', ''),
           c.parts is distinct from int8multirange(p.numbers)
               or c.tonnes is distinct from upper(p.numbers) - lower(p.numbers)
               or not c.alike
      from unit_block p
      left join (select child.parent_id, range_agg(child.numbers) as parts,
                        sum(upper(child.numbers) - lower(child.numbers)) as tonnes,
                        bool_and((child.bundle_id, child.unit_class, child.vintage)
                                 = (of.bundle_id, of.unit_class, of.vintage)) as alike
                   from unit_block child join unit_block of on of.block_id = child.parent_id
                  group by 1) c on c.parent_id = p.block_id
     where p.state = '{block.SPLIT}'
    union all
    select 'blk_' || replace(m.block_id::text, '-', ''),
           p.parts is distinct from int8multirange(m.numbers)
               or p.tonnes is distinct from upper(m.numbers) - lower(m.numbers)
               or not p.alike
      from (select part.merged_into, range_agg(part.numbers) as parts,
                   sum(upper(part.numbers) - lower(part.numbers)) as tonnes,
                   bool_and((part.bundle_id, part.unit_class, part.vintage, part.state)
                            = (into_.bundle_id, into_.unit_class, into_.vintage, '{block.MERGED}'))
                       as alike
              from unit_block part
              left join unit_block into_ on into_.block_id = part.merged_into
             where part.merged_into is not null or part.state = '{block.MERGED}'
             group by 1) p
      left join unit_block m on m.block_id = p.merged_into
    """,
)
ISSUED = Invariant(
    "units_issued",
    "each issued bundle's tonnes = the numbers of its first blocks, buffer apart",
    """
    select 'bdl_' || replace(coalesce(b.bundle_id, u.bundle_id)::text, '-', ''),
           coalesce(b.issued_t, 0) is distinct from coalesce(u.tonnes, 0)
      from (select bundle_id, issued_t from bundle where issued_at is not null) b
      full join (select bundle_id, sum(upper(numbers) - lower(numbers)) as tonnes
                   from unit_block where parent_id is null and not for_reserve
                  group by 1) u on u.bundle_id = b.bundle_id
    """,
)
UNIT_MASS = Invariant(
    "units_mass",
    "per vintage: mg in units = issued tonnes + the reserve's that were handed over - given for"
    " others; the reserve covers its tonnes",
    f"""
    select vintage::text,
           coalesce(units_mg, 0) is distinct from
               (coalesce(units_t, 0) + coalesce(handed_t, 0)) * 1000000000 - coalesce(given_mg, 0)
               or coalesce(reserve_mg, 0) < coalesce(buffer_t, 0) * 1000000000
      from (select vintage, sum(mg) filter (where account = 'units') as units_mg,
                   sum(mg) filter (where account = 'reserve') as reserve_mg
              from (select vintage, debit_account as account, mg from carbon_posting
                    union all
                    select vintage, credit_account, -mg from carbon_posting) legs
             group by vintage) booked
      full join (select vintage,
                        sum(upper(numbers) - lower(numbers))
                            filter (where parent_id is null and not for_reserve) as units_t,
                        sum(upper(numbers) - lower(numbers))
                            filter (where state = '{block.BUFFER}'
                                    or for_reserve and state = '{block.LOCKED}') as buffer_t
                   from unit_block group by vintage) numbered
           using (vintage)
      left join (select u.vintage, sum(upper(u.numbers) - lower(u.numbers)) as handed_t
                   from hand_over h
                   join hand_over_block o on o.period_id = h.period_id and o.number = h.number
                   join unit_block u on u.block_id = o.block_id and u.for_reserve
                  where h.state = '{handing_over.ACCEPTED}' group by 1) handed
           using (vintage)
      left join (select u.vintage, sum(c.mg) as given_mg
                   from cover c
                   join lateral (select vintage from cover_block o join unit_block using (block_id)
                                  where o.cover_id = c.cover_id limit 1) u on true
                  where c.kind = 'units' group by 1) given
           using (vintage)
    """,
)
RETIRED = Invariant(
    "retirements",
    "each retirement's tonnes = its blocks; each retired block ↔ one retirement",
    f"""
    select 'ret_' || replace(r.retirement_id::text, '-', ''),
           r.quantity_t is distinct from b.tonnes or not b.all_retired
      from retirement r
      left join (select retirement_id, sum(upper(numbers) - lower(numbers)) as tonnes,
                        bool_and(state = '{block.RETIRED}') as all_retired
                   from retirement_block join unit_block using (block_id)
                  group by 1) b using (retirement_id)
    union all
    select 'blk_' || replace(u.block_id::text, '-', ''), r.retirement_id is null
      from unit_block u
      left join (retirement_block b join retirement r using (retirement_id))
        on b.block_id = u.block_id
     where u.state = '{block.RETIRED}'
    """,
)
CERTIFICATES = Invariant(
    "certificates",
    "each certificate states its retirement and the tonnes of its blocks; its key is published",
    """
    select 'ret_' || replace(r.retirement_id::text, '-', ''),
           k.key_id is null
               or r.certificate->>'retirement_id' is distinct from
                  'ret_' || replace(r.retirement_id::text, '-', '')
               or r.certificate->>'quantity_t' is distinct from b.tonnes::text
               or r.certificate->>'beneficiary' is distinct from r.beneficiary
               or r.certificate->'purpose'->>'code' is distinct from r.purpose
               or r.certificate->>'period' is distinct from r.period
               or coalesce((r.certificate->'footprint'->>'needed_t')::bigint > b.tonnes, false)
      from retirement r
      left join (select retirement_id, sum(upper(numbers) - lower(numbers)) as tonnes
                   from retirement_block join unit_block using (block_id)
                  group by 1) b using (retirement_id)
      left join registry_key k on k.key_id = r.certificate->'signature'->>'key_id'
    """,
)
MONEY = Invariant(
    "trade_money",
    "each delivered trade: its amount came from the bank and went to the seller; others: nothing",
    f"""
    select 'trd_' || replace(coalesce(t.trade_id, m.reference_id)::text, '-', ''),
           t.trade_id is null
               or coalesce(m.paid_fen, 0) is distinct from t.due_fen
               or coalesce(m.proceeds_fen, 0) is distinct from t.due_fen
      from (select trade_id,
                   case when state = '{trade.DELIVERED}' then amount_fen else 0 end as due_fen
              from trade) t
      full join (select reference_id,
                        sum(fen) filter (where credit_account = 'bank') as paid_fen,
                        sum(fen) filter (where debit_account like 'proceeds:%') as proceeds_fen
                   from money_posting
                  where credit_account = 'bank' or debit_account like 'proceeds:%'
                  group by 1) m on m.reference_id = t.trade_id
    """,
)
ESCROW = Invariant(
    "money_escrow",
    "each escrow account is empty: money and units change hands in one moment",
    """
    select account, sum(fen) <> 0
      from (select debit_account as account, fen from money_posting
            union all
            select credit_account, -fen from money_posting) legs
     where account like 'escrow:%'
     group by account
    """,
)
SHARED = Invariant(
    "proceeds_shared",
    "each distribution = its delivered sales = what was posted; its shares = the people's part",
    f"""
    select 'pdn_' || replace(d.distribution_id::text, '-', ''),
           d.amount_fen is distinct from s.fen or d.quantity_t is distinct from s.tonnes
               or not s.delivered
               or d.people_fen is distinct from coalesce(p.fen, 0)
               or d.people is distinct from coalesce(p.people, 0)
               or d.saved_mg is distinct from coalesce(p.saved_mg, 0)
               or d.people_fen is distinct from coalesce(m.people_fen, 0)
               or d.sponsors_fen is distinct from coalesce(m.sponsors_fen, 0)
      from proceeds_distribution d
      left join (select o.distribution_id, sum(t.amount_fen) as fen, sum(t.quantity_t) as tonnes,
                        bool_and(t.state = '{trade.DELIVERED}' and t.seller_id is null
                                 and b.bundle_id = od.bundle_id) as delivered
                   from proceeds_trade o
                   join proceeds_distribution od using (distribution_id)
                   join trade t using (trade_id)
                   join listing l using (listing_id)
                   join unit_block b using (block_id)
                  group by 1) s using (distribution_id)
      left join (select distribution_id, sum(fen) as fen, sum(saved_mg) as saved_mg,
                        count(*) as people
                   from proceeds_share group by 1) p using (distribution_id)
      left join (select reference_id as distribution_id,
                        sum(fen) filter (where debit_account = 'people:'
                                         || replace(reference_id::text, '-', '')) as people_fen,
                        sum(fen) filter (where debit_account = 'sponsors') as sponsors_fen
                   from money_posting where credit_account = 'proceeds:programme'
                  group by 1) m using (distribution_id)
    union all
    select 'posting ' || m.posting_id, d.distribution_id is null
      from money_posting m
      left join proceeds_distribution d on d.distribution_id = m.reference_id
     where m.credit_account like 'proceeds:%'
    """,
)
DELIVERIES = Invariant(
    "trade_deliveries",
    "each trade's tonnes = what changed hands for it, once delivered, at the listed price"
    " or the one that was bid, or made at the exchange",
    f"""
    select 'trd_' || replace(t.trade_id::text, '-', ''),
           case when t.state = '{trade.DELIVERED}' then t.quantity_t else 0 end
               is distinct from coalesce(u.tonnes, 0)
               or t.amount_fen is distinct from t.quantity_t
                  * coalesce(b.price_fen_per_tonne, x.price_fen_per_tonne, l.price_fen_per_tonne)
      from trade t
      left join listing l using (listing_id)
      left join auction_award w on w.trade_id = t.trade_id
      left join auction_bid b on b.listing_id = w.listing_id and b.number = w.bid_number
      left join exchange_trade x on x.trade_id = t.trade_id
      left join (select trade_id, sum(quantity_t) as tonnes from unit_transfer
                  where trade_id is not null group by 1) u on u.trade_id = t.trade_id
    """,
)
PAYMENTS = Invariant(
    "payments_kept",
    "each paid trade names its payment; one that nobody confirmed was due, holds no units,"
    " and says what became of the money once it is cleared",
    f"""
    select 'trd_' || replace(t.trade_id::text, '-', ''),
           (t.paid_at is not null) is distinct from (t.payment_reference is not null)
               or t.payment_key is null and {in_words("t.state", *trade.PAYMENT_KEPT)}
               or {in_words("t.state", *trade.AFTER_NO_WORD)}
                  and (coalesce(t.confirm_by > t.closed_at, true) or u.trade_id is not null)
               or (t.cleared_at is not null)
                  is distinct from {in_words("t.state", *trade.CLEARED)}
      from trade t
      left join (select distinct trade_id from unit_block
                  where state in ('{block.RESERVED}', '{block.SUSPENDED}')) u
        on u.trade_id = t.trade_id
    """,
)
HOLDINGS = Invariant(
    "holdings_moved",
    "each enterprise's units = what came to it - what went from it, as its statements say",
    f"""
    select 'org_' || replace(owner_id::text, '-', ''),
           coalesce(m.tonnes, 0) is distinct from coalesce(b.tonnes, 0)
      from (select owner_id, sum(quantity_t) as tonnes from ({HOLDING_MOVES}) moves
             where owner_id is not null group by 1) m
      full join (select owner_id, sum(upper(numbers) - lower(numbers)) as tonnes from unit_block
                  where owner_id is not null and {in_words("state", *block.UNUSED)}
                  group by 1) b using (owner_id)
    """,
)
PROGRAMME = Invariant(
    "programme_held",
    "the programme's units, for sale and in its reserve = what came to it - what went from it, as"
    " its statement says",
    f"""
    select concat_ws(' ', stock, unit_class, vintage),
           coalesce(m.tonnes, 0) is distinct from coalesce(b.tonnes, 0)
      from (select stock, unit_class, vintage, sum(quantity_t) as tonnes
              from ({PROGRAMME_MOVES}) moves group by 1, 2, 3) m
      full join (select case when for_reserve then '{RESERVE}' else '{FOR_SALE}' end as stock,
                        unit_class, vintage, sum(upper(numbers) - lower(numbers)) as tonnes
                   from unit_block
                  where owner_id is null and {in_words("state", block.BUFFER, *block.UNUSED)}
                  group by 1, 2, 3) b using (stock, unit_class, vintage)
    """,
)
LISTINGS = Invariant(
    "listings",
    "each open listing: remaining = quantity − live orders = the blocks reserved for it",
    f"""
    select 'lst_' || replace(l.listing_id::text, '-', ''),
           l.remaining_t is distinct from l.quantity_t - coalesce(t.tonnes, 0)
               or l.remaining_t is distinct from coalesce(u.tonnes, 0)
      from listing l
      left join (select listing_id, sum(quantity_t) as tonnes from trade
                  where {in_words("state", *trade.HOLDS_UNITS)}
                  group by 1) t
           using (listing_id)
      left join (select listing_id, sum(upper(numbers) - lower(numbers)) as tonnes
                   from unit_block
                  where state in ('{block.RESERVED}', '{block.SUSPENDED}', '{block.LOCKED}')
                    and trade_id is null
                  group by 1) u using (listing_id)
     where l.state <> '{listing.CLOSED}'
    """,
)

INVARIANTS = (
    SERIALS,
    SPLITS,
    ISSUED,
    UNIT_MASS,
    RETIRED,
    CERTIFICATES,
    SHARED,
    MONEY,
    ESCROW,
    DELIVERIES,
    PAYMENTS,
    HOLDINGS,
    PROGRAMME,
    LISTINGS,
)
