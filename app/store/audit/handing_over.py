"""Hand-overs: what lives at another registry is dead here, and nothing lives in both places."""

# ruff: noqa: S608 - the statements are put together from constants only

from app.store.audit.invariant import Invariant
from app.store.tables.metadata import in_words
from rewards.registry import block
from rewards.registry.handing_over import ACCEPTED, GIVEN, HOLDS_UNITS, LOCKED, REJECTED

HANDED_OVER = Invariant(
    "hand_overs",
    "each hand-over: locked and answered by two people of two roles; its blocks are the whole issue"
    " and locked until the answer, cancelled with a serial of the receiver's once accepted; the"
    " reserve that went with them covers nothing here",
    f"""
    select 'mpd_' || replace(h.period_id::text, '-', '') || '/hand-overs/' || h.number,
           ({in_words("h.state", LOCKED, *GIVEN)})
               and (k.signed is distinct from 2 or not p.packed
                    or b.tonnes is distinct from i.tonnes)
           or ({in_words("h.state", ACCEPTED, REJECTED)}) and a.signed is distinct from 2
           or ({in_words("h.state", *HOLDS_UNITS)}) and b.locked is distinct from b.blocks
           or (h.state = '{ACCEPTED}'
               and (b.cancelled is distinct from b.blocks or b.named is distinct from b.blocks
                    or o.mg is distinct from b.reserve_t * 1000000000))
           or (h.state <> '{ACCEPTED}' and b.named > 0)
      from hand_over h
      left join lateral (
           select count(*) as blocks,
                  count(*) filter (where u.state = '{block.LOCKED}') as locked,
                  count(*) filter (where u.state = '{block.CANCELLED}') as cancelled,
                  count(f.block_id) as named,
                  coalesce(sum(upper(u.numbers) - lower(u.numbers)), 0) as tonnes,
                  coalesce(sum(upper(u.numbers) - lower(u.numbers))
                           filter (where u.for_reserve), 0) as reserve_t,
                  string_agg(k.serial || chr(9) || f.serial, chr(10)
                             order by k.serial collate "C") as pairs
             from hand_over_block k
             left join unit_block u on u.block_id = k.block_id
             left join foreign_serial f on f.block_id = k.block_id
                                       and f.period_id = k.period_id and f.number = k.number
            where k.period_id = h.period_id and k.number = h.number) b on true
      left join lateral (
           select coalesce(sum(issued_t + reserve_mg / 1000000000), 0) as tonnes
             from bundle where period_id = h.period_id) i on true
      left join lateral (
           select coalesce(sum(c.mg), 0) as mg
             from carbon_posting c join bundle u on u.bundle_id = c.bundle_id
            where u.period_id = h.period_id
              and (c.debit_account, c.credit_account) = ('units', 'reserve')) o on true
      left join lateral (
           select count(*) > 0 as packed from hand_over_package
            where period_id = h.period_id and number = h.number) p on true
      left join lateral (
           select count(distinct (s.role, s.user_id)) as signed from signature s
            where s.subject_kind = 'monitoring_period' and s.subject_id = h.period_id
              and s.role in ('operator', 'authority')
              and s.verb = 'lock_hand_over:' || encode(h.manifest_digest, 'hex')) k on true
      left join lateral (
           select count(distinct (s.role, s.user_id)) as signed from signature s
            where s.subject_kind = 'monitoring_period' and s.subject_id = h.period_id
              and s.role in ('operator', 'authority')
              and s.verb = 'answer_hand_over:' || encode(sha256(convert_to(concat_ws(chr(10),
                      case h.state when '{ACCEPTED}' then 'accept' else 'reject' end,
                      h.answer_number, encode(h.manifest_digest, 'hex'),
                      case h.state when '{ACCEPTED}' then b.pairs end,
                      coalesce(h.reason, '')), 'UTF8')), 'hex')) a on true
    union all
    select 'blk_' || replace(u.block_id::text, '-', ''),
           not exists (select from hand_over_block k
                         join hand_over h on h.period_id = k.period_id and h.number = k.number
                        where k.block_id = u.block_id
                          and {in_words("h.state", *HOLDS_UNITS)})
      from unit_block u where u.state = '{block.LOCKED}' and u.listing_id is null
    """,
)

INVARIANTS = (HANDED_OVER,)
