"""How holdings of enterprises move: one row for each block that came to one, or went from one."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from typing import Final

from rewards.registry.handing_over import ACCEPTED
from rewards.trading.statement import (
    BOUGHT,
    CANCELLED,
    GIVEN,
    HANDED_OVER,
    ISSUED,
    RECEIVED,
    RETIRED,
    SOLD,
)

_T: Final = "(upper(b.numbers) - lower(b.numbers))::bigint"
# Whoever an issue of a project gave its units to: the first who handed the whole block on, or who
# has it; its parts are blocks of their own.
HOLDING_MOVES: Final = f"""
    select coalesce((select t.from_id from unit_transfer t where t.block_id = b.block_id
                      order by t.transferred_at, t.transfer_id limit 1), b.owner_id) as owner_id,
           u.issued_at as at, '{ISSUED}' as kind, b.block_id, b.unit_class, b.vintage,
           {_T} as quantity_t, u.bundle_id as reference_id
      from unit_block b join bundle u on u.bundle_id = b.bundle_id
     where u.period_id is not null and b.parent_id is null
       and not exists (select from unit_block m where m.merged_into = b.block_id)
    union all
    select t.to_id, t.transferred_at,
           case when t.trade_id is null then '{RECEIVED}' else '{BOUGHT}' end,
           t.block_id, b.unit_class, b.vintage, t.quantity_t, coalesce(t.trade_id, t.transfer_id)
      from unit_transfer t join unit_block b on b.block_id = t.block_id
    union all
    select t.from_id, t.transferred_at,
           case when t.trade_id is null then '{GIVEN}' else '{SOLD}' end,
           t.block_id, b.unit_class, b.vintage, -t.quantity_t, coalesce(t.trade_id, t.transfer_id)
      from unit_transfer t join unit_block b on b.block_id = t.block_id
    union all
    select r.enterprise_id, r.retired_at, '{RETIRED}', b.block_id, b.unit_class, b.vintage,
           -{_T}, r.retirement_id
      from retirement r
      join retirement_block o on o.retirement_id = r.retirement_id
      join unit_block b on b.block_id = o.block_id
    union all
    select c.organisation_id, c.covered_at, '{CANCELLED}', b.block_id, b.unit_class, b.vintage,
           -{_T}, c.cover_id
      from cover c
      join cover_block o on o.cover_id = c.cover_id
      join unit_block b on b.block_id = o.block_id
    union all
    select b.owner_id, h.state_at, '{HANDED_OVER}', b.block_id, b.unit_class, b.vintage,
           -{_T}, h.period_id
      from hand_over h
      join hand_over_block o on o.period_id = h.period_id and o.number = h.number
      join unit_block b on b.block_id = o.block_id
     where h.state = '{ACCEPTED}'
"""
