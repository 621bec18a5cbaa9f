"""Cover: nothing that was taken back after the freeze stands behind a unit without saying so."""

# ruff: noqa: S608 - these statements are put together from constants only

from app.store.audit.invariant import Invariant
from rewards.registry import block

# mg taken back out of frozen bundles: of actions, and of what projects lost.
_REVERSED = """
    select bundle_id, sum(mg) as mg
      from (select e.bundle_id, r.saved_mg as mg
              from reversal r
              join bundle_entry e
                on e.participant_id = r.participant_id and e.action_id = r.action_id
              join bundle f on f.bundle_id = e.bundle_id and f.frozen_at is not null
             union all
            select bundle_id, mg from loss_part) taken_back
     group by 1
"""

UNITS_COVERED = Invariant(
    "units_covered",
    "per class and vintage: mg in live, used and given units <= verified, not taken back, replaced",
    f"""
    select concat_ws(' ', unit_class, vintage),
           coalesce(units_mg, 0) > coalesce(behind_mg, 0)
      from (select unit_class, vintage,
                   sum(upper(numbers) - lower(numbers)) * 1000000000 as units_mg
              from unit_block
             where not for_reserve and state not in {(*block.REPLACED, block.SUSPENDED)}
             group by 1, 2) u
      full join (
            -- What is short beyond every unused tonne of its bundle is stated, not hidden.
            select b.unit_class, b.vintage,
                   sum(b.selected_mg - b.deducted_mg - coalesce(r.mg, 0) + coalesce(c.mg, 0)
                       + greatest(b.shortfall_mg - coalesce(s.tonnes, 0) * 1000000000, 0))
                       as behind_mg
              from bundle b
              left join ({_REVERSED}) r using (bundle_id)
              left join (select bundle_id, sum(mg) as mg from cover
                          where kind = 'units' group by 1) c using (bundle_id)
              left join (select bundle_id, sum(upper(numbers) - lower(numbers)) as tonnes
                           from unit_block where state = '{block.SUSPENDED}' group by 1) s
                   using (bundle_id)
             where b.issued_at is not null
             group by 1, 2) v using (unit_class, vintage)
    """,
)
REVERSALS_COVERED = Invariant(
    "reversals_covered",
    "per bundle: mg taken back after the freeze = out of the reserve + replaced + shortfall",
    f"""
    select 'bdl_' || replace(b.bundle_id::text, '-', ''),
           coalesce(r.mg, 0) is distinct from
               coalesce(c.posted_mg, 0) + coalesce(c.given_mg, 0) + b.shortfall_mg
               or coalesce(c.posted_mg, 0) is distinct from coalesce(p.reserve_mg, 0)
               or coalesce(c.given_mg, 0) is distinct from coalesce(p.units_mg, 0)
               or coalesce(c.lines_t, 0) is distinct from coalesce(c.blocks_t, 0)
      from bundle b
      left join ({_REVERSED}) r using (bundle_id)
      left join (select bundle_id, sum(mg) filter (where kind = 'reserve') as posted_mg,
                        sum(mg) filter (where kind = 'units') as given_mg,
                        sum(cancelled_t) as lines_t,
                        sum((select sum(upper(numbers) - lower(numbers))
                               from cover_block o join unit_block u using (block_id)
                              where o.cover_id = cover.cover_id
                                and u.state = '{block.CANCELLED}')) as blocks_t
                   from cover group by 1) c using (bundle_id)
      left join (select bundle_id, sum(mg) filter (where credit_account = 'reserve') as reserve_mg,
                        sum(mg) filter (where credit_account = 'units') as units_mg
                   from carbon_posting
                  where debit_account = 'reversed_after_issue' group by 1) p using (bundle_id)
     where b.frozen_at is not null or b.shortfall_mg <> 0
    """,
)
UNCOVERED = Invariant(
    "uncovered_units",
    "per bundle: suspended tonnes = its shortfall, rounded up, as far as any are unused",
    f"""
    select 'bdl_' || replace(b.bundle_id::text, '-', ''),
           coalesce(u.suspended, 0) is distinct from
               least((b.shortfall_mg + 999999999) / 1000000000, coalesce(u.unused, 0))
      from bundle b
      left join (select bundle_id, sum(upper(numbers) - lower(numbers)) as unused,
                        sum(upper(numbers) - lower(numbers))
                            filter (where state = '{block.SUSPENDED}') as suspended
                   from unit_block
                  where state in ('{block.ACTIVE}', '{block.RESERVED}', '{block.SUSPENDED}')
                        or state = '{block.LOCKED}' and listing_id is not null
                  group by 1) u using (bundle_id)
     where b.issued_at is not null
    """,
)

# One class is better than the other: it permits more, and takes official figures alone.
REPLACED = Invariant(
    "replacements",
    "each line of given units = cancelled tonnes of a fitting class and vintage, signed by two",
    f"""
    select 'rpl_' || replace(c.cover_id::text, '-', ''),
           p.mg is distinct from c.mg
               or not c.mg between (c.cancelled_t - 1) * 1000000000 + 1
                               and c.cancelled_t * 1000000000
               or g.tonnes is distinct from c.cancelled_t
               or g.fit is distinct from true
               or s.people is distinct from 2
               or w.replacement_id is not null
      from cover c
      join bundle b using (bundle_id)
      left join carbon_posting p
        on p.posting_id = c.posting_id and p.bundle_id = c.bundle_id
       and (p.debit_account, p.credit_account) = ('reversed_after_issue', 'units')
      left join lateral (
            select sum(upper(u.numbers) - lower(u.numbers)) as tonnes,
                   bool_and(not u.for_reserve and u.state = '{block.CANCELLED}'
                            and u.unit_class in ('compliance', b.unit_class)
                            and u.vintage >= b.vintage and u.vintage = p.vintage
                            and u.owner_id is not distinct from c.organisation_id) as fit
              from cover_block o join unit_block u using (block_id)
             where o.cover_id = c.cover_id) g on true
      left join (select subject_id, count(distinct (role, user_id)) as people from signature
                  where subject_kind = 'replacement' and verb = 'replace'
                    and role in ('operator', 'authority')
                  group by 1 having count(distinct user_id) = count(distinct role)) s
             on s.subject_id = c.cover_id
      left join replacement_withdrawal w on w.replacement_id = c.cover_id
     where c.kind = 'units'
    """,
)

INVARIANTS = (UNITS_COVERED, REVERSALS_COVERED, UNCOVERED, REPLACED)
