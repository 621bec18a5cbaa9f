"""What the public registry shows: blocks, changes of hands and totals, and nobody's data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

_BLOCKS = text(
    """
    select b.block_id, b.bundle_id, lower(b.numbers) as first, upper(b.numbers) as end_,
           b.state, b.unit_class, b.vintage, b.parent_id, b.created_at, b.closed_at,
           u.methodology, o.name as owner_name, rb.retirement_id
      from unit_block b
      join bundle u on u.bundle_id = b.bundle_id
      left join organisation o on o.organisation_id = b.owner_id
      left join retirement_block rb on rb.block_id = b.block_id
     where (cast(:before as uuid) is null or b.block_id < :before)
       and (cast(:bundle_id as uuid) is null or b.bundle_id = :bundle_id)
       and (cast(:block_ids as uuid[]) is null or b.block_id = any(:block_ids))
       and (:splits or b.state <> 'split')
     order by b.block_id desc limit :most
    """
)
_TRANSFERS = text(
    """
    select t.transfer_id, t.block_id, t.quantity_t, t.trade_id, t.transferred_at,
           lower(b.numbers) as first, upper(b.numbers) as end_, b.vintage, b.unit_class,
           u.methodology, f.name as from_name, r.name as to_name
      from unit_transfer t
      join unit_block b on b.block_id = t.block_id
      join bundle u on u.bundle_id = b.bundle_id
      left join organisation f on f.organisation_id = t.from_id
      left join organisation r on r.organisation_id = t.to_id
     where (cast(:before as uuid) is null or t.transfer_id < :before)
       and (cast(:transfer_ids as uuid[]) is null or t.transfer_id = any(:transfer_ids))
     order by t.transfer_id desc limit :most
    """
)
_STATISTICS = text(
    """
    select u.methodology, b.vintage, b.unit_class, b.state,
           count(*) as blocks,
           cast(sum(upper(b.numbers) - lower(b.numbers)) as bigint) as quantity_t
      from unit_block b join bundle u on u.bundle_id = b.bundle_id
     where b.state <> 'split'
     group by u.methodology, b.vintage, b.unit_class, b.state
     order by b.vintage, u.methodology nulls first, b.unit_class, b.state
    """
)
_BUNDLES = text(
    """
    select count(*) as bundles, cast(coalesce(sum(reductions), 0) as bigint) as reductions,
           cast(coalesce(sum(selected_mg), 0) as bigint) as saved_mg,
           cast(coalesce(sum(deducted_mg), 0) as bigint) as deducted_mg,
           cast(coalesce(sum(reserve_mg), 0) as bigint) as reserve_mg
      from bundle where state = 'issued'
    """
)


def list_blocks(
    connection: Connection,
    *,
    before: UUID | None = None,
    most: int = 1000,
    bundle_id: UUID | None = None,
    block_ids: list[UUID] | None = None,
    splits: bool = False,
) -> list[dict[str, Any]]:
    """Blocks, newest first; ``splits`` shows the closed parents too."""
    parameters = {"before": before, "most": most, "bundle_id": bundle_id, "splits": splits}
    rows = connection.execute(_BLOCKS, parameters | {"block_ids": block_ids})
    return [dict(row) for row in rows.mappings()]


def list_transfers(
    connection: Connection,
    *,
    before: UUID | None = None,
    most: int = 1000,
    transfer_ids: list[UUID] | None = None,
) -> list[dict[str, Any]]:
    """Changes of hands, newest first."""
    parameters = {"before": before, "most": most, "transfer_ids": transfer_ids}
    return [dict(row) for row in connection.execute(_TRANSFERS, parameters).mappings()]


def statistics(connection: Connection) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(totals of issued bundles, tonnes by methodology, vintage, class and state)."""
    totals = dict(connection.execute(_BUNDLES).mappings().one())
    return totals, [dict(row) for row in connection.execute(_STATISTICS).mappings()]
