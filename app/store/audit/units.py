"""Serial numbers, units and money: every number is somewhere once, and was paid for."""

from app.store.audit.invariant import Invariant

SERIALS = Invariant(
    "serial_numbers",
    "live blocks cover the issued numbers from first to last without gap or overlap",
    """
    select text(numbers),
           lower(numbers) is distinct from coalesce(before, first_number)
      from (select numbers, min(lower(numbers)) over () as first_number,
                   max(upper(numbers)) over (order by lower(numbers)
                       rows between unbounded preceding and 1 preceding) as before
              from unit_block where state <> 'split') live
    union all
    select 'counter ' || name,
           next_number is distinct from coalesce(
               (select max(upper(numbers)) from unit_block), next_number)
      from serial_counter
    """,
)
SPLITS = Invariant(
    "unit_splits",
    "each split block = its parts, number for number, of the same bundle, class and vintage",
    """
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
     where p.state = 'split'
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
                   from unit_block where parent_id is null and state <> 'buffer'
                  group by 1) u on u.bundle_id = b.bundle_id
    """,
)
UNIT_MASS = Invariant(
    "units_mass",
    "per vintage: mg in units = issued tonnes; the reserve covers its numbered tonnes",
    """
    select vintage::text,
           coalesce(units_mg, 0) is distinct from coalesce(units_t, 0) * 1000000000
               or coalesce(reserve_mg, 0) < coalesce(buffer_t, 0) * 1000000000
      from (select vintage, sum(mg) filter (where account = 'units') as units_mg,
                   sum(mg) filter (where account = 'reserve') as reserve_mg
              from (select vintage, debit_account as account, mg from carbon_posting
                    union all
                    select vintage, credit_account, -mg from carbon_posting) legs
             group by vintage) booked
      full join (select vintage,
                        sum(upper(numbers) - lower(numbers)) filter (where state <> 'buffer')
                            as units_t,
                        sum(upper(numbers) - lower(numbers)) filter (where state = 'buffer')
                            as buffer_t
                   from unit_block where parent_id is null group by vintage) numbered
           using (vintage)
    """,
)
RETIRED = Invariant(
    "retirements",
    "each retirement's tonnes = its blocks; each retired block ↔ one retirement",
    """
    select 'ret_' || replace(r.retirement_id::text, '-', ''),
           r.quantity_t is distinct from b.tonnes or not b.all_retired
      from retirement r
      left join (select retirement_id, sum(upper(numbers) - lower(numbers)) as tonnes,
                        bool_and(state = 'retired') as all_retired
                   from retirement_block join unit_block using (block_id)
                  group by 1) b using (retirement_id)
    union all
    select 'blk_' || replace(u.block_id::text, '-', ''), r.retirement_id is null
      from unit_block u
      left join (retirement_block b join retirement r using (retirement_id))
        on b.block_id = u.block_id
     where u.state = 'retired'
    """,
)
MONEY = Invariant(
    "trade_money",
    "each trade's money: paid = its amount came in, delivered = it went on, else none",
    """
    select 'trd_' || replace(coalesce(t.trade_id, m.reference_id)::text, '-', ''),
           t.trade_id is null
               or coalesce(m.paid_fen, 0)
                  is distinct from case when t.paid_at is null then 0 else t.amount_fen end
               or coalesce(m.delivered_fen, 0)
                  is distinct from case when t.delivered_at is null then 0 else t.amount_fen end
      from trade t
      full join (select reference_id,
                        sum(fen) filter (where credit_account = 'bank') as paid_fen,
                        sum(fen) filter (where credit_account = 'escrow') as delivered_fen
                   from money_posting group by 1) m on m.reference_id = t.trade_id
    """,
)
LISTINGS = Invariant(
    "listings",
    "each listing's remaining tonnes = its quantity − its live orders; orders are priced as listed",
    """
    select 'lst_' || replace(l.listing_id::text, '-', ''),
           l.remaining_t is distinct from l.quantity_t - coalesce(t.tonnes, 0)
               or t.as_priced is false
      from listing l
      left join (select t.listing_id, sum(t.quantity_t) as tonnes,
                        bool_and(t.amount_fen = t.quantity_t * l.price_fen_per_tonne)
                            as as_priced
                   from trade t join listing l using (listing_id)
                  where t.state in ('reserved', 'paid', 'delivered') group by 1) t
           using (listing_id)
    """,
)

INVARIANTS = (SERIALS, SPLITS, ISSUED, UNIT_MASS, RETIRED, MONEY, LISTINGS)
