"""Unit blocks: ranges of tonnes, locked, split and handed on; never overlapping, never reused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_ids
from rewards.registry.ranges import Range, Taking, take

_COLUMNS = """
    block_id, bundle_id, lower(numbers) as first, upper(numbers) as end_, owner_id, state,
    unit_class, vintage, parent_id, listing_id, trade_id, created_at, closed_at
"""
_NUMBERS = text(
    """
    insert into serial_counter (name, next_number) values ('registry', 1 + :quantity_t)
    on conflict (name) do update set next_number = serial_counter.next_number + :quantity_t
    returning next_number - :quantity_t
    """
)
_INSERT = text(
    """
    insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class, vintage,
                            created_at)
    values (:block_id, :bundle_id, int8range(:first, :end), :owner_id, :state, :unit_class,
            :vintage, :now)
    """
)
_LOCK = text(
    f"select {_COLUMNS} from unit_block where block_id = any(:block_ids)"  # noqa: S608
    " order by block_id for update"
)
# The parent is closed and its children stand in its place, in one statement: nobody ever sees
# the tonnes twice or not at all, and the exclusion constraint would stop it if somebody could.
_SPLIT = text(
    """
    with closed as (
        update unit_block set state = 'split', closed_at = :now
         where block_id = :block_id
        returning *
    )
    insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class, vintage,
                            parent_id, listing_id, trade_id, created_at)
    select part.block_id, closed.bundle_id, int8range(part.first, part.end_), closed.owner_id,
           old.state, closed.unit_class, closed.vintage, closed.block_id, closed.listing_id,
           closed.trade_id, :now
      from closed
      join unit_block old on old.block_id = closed.block_id
     cross join unnest(cast(:ids as uuid[]), cast(:firsts as bigint[]), cast(:ends as bigint[]))
                as part (block_id, first, end_)
    """
)
_SET = text(
    """
    update unit_block
       set owner_id = :owner_id, state = :state, listing_id = :listing_id, trade_id = :trade_id,
           closed_at = case when :state in ('retired', 'cancelled') then :now else closed_at end
     where block_id = any(:block_ids)
    """
)
_FREE_OF_OWNER = text(
    """
    select block_id from unit_block
     where owner_id = :owner_id and state = 'active'
     order by vintage, lower(numbers)
    """
)
_OF_LISTING = text(
    """
    select block_id from unit_block
     where listing_id = :listing_id and trade_id is null and state = 'reserved'
     order by lower(numbers)
    """
)
_OF_TRADE = text("select block_id from unit_block where trade_id = :trade_id order by block_id")
_BY_OWNER = text(
    f"""
    select {_COLUMNS} from unit_block
     where owner_id is not distinct from :owner_id and state in ('active', 'reserved', 'retired')
       and (cast(:before as uuid) is null or block_id < :before)
     order by block_id desc limit :most
    """  # noqa: S608
)


class Block(NamedTuple):
    """One row of unit_block; tonnes ``first`` up to, not including, ``end``."""

    block_id: UUID
    bundle_id: UUID
    first: int
    end: int
    owner_id: UUID | None
    state: str
    unit_class: str
    vintage: int
    parent_id: UUID | None
    listing_id: UUID | None
    trade_id: UUID | None
    created_at: datetime
    closed_at: datetime | None

    @property
    def quantity_t(self) -> int:
        return self.end - self.first


def take_numbers(connection: Connection, quantity_t: int) -> int:
    """The first of ``quantity_t`` serial numbers that nobody had and nobody will get again."""
    return connection.execute(_NUMBERS, {"quantity_t": quantity_t}).scalar_one()


def insert_block(
    connection: Connection,
    *,
    bundle_id: UUID,
    numbers: Range,
    state: str,
    unit_class: str,
    vintage: int,
    now: datetime,
) -> UUID:
    """A block of the programme, fresh from the counter."""
    (block_id,) = new_ids(1)
    connection.execute(
        _INSERT,
        {
            "block_id": block_id,
            "bundle_id": bundle_id,
            "first": numbers.first,
            "end": numbers.end,
            "owner_id": None,
            "state": state,
            "unit_class": unit_class,
            "vintage": vintage,
            "now": now,
        },
    )
    return block_id


def lock_blocks(connection: Connection, block_ids: Sequence[UUID]) -> list[Block]:
    """These blocks, locked until the transaction ends and ordered by id."""
    rows = connection.execute(_LOCK, {"block_ids": list(block_ids)})
    return [Block(*row) for row in rows]


def lock_free_blocks(connection: Connection, owner_id: UUID) -> list[Block]:
    """What an enterprise can dispose of, locked: oldest vintage first, then by number."""
    while True:
        wanted = list(connection.execute(_FREE_OF_OWNER, {"owner_id": owner_id}).scalars())
        blocks = lock_blocks(connection, wanted)
        # Whoever held a lock before us may have split or moved a block: then look again.
        if all(each.owner_id == owner_id and each.state == "active" for each in blocks):
            return sorted(blocks, key=lambda block: (block.vintage, block.first))


def blocks_of_listing(connection: Connection, listing_id: UUID) -> list[UUID]:
    """What a listing still offers."""
    return list(connection.execute(_OF_LISTING, {"listing_id": listing_id}).scalars())


def blocks_of_trade(connection: Connection, trade_id: UUID) -> list[UUID]:
    return list(connection.execute(_OF_TRADE, {"trade_id": trade_id}).scalars())


def blocks_by_owner(
    connection: Connection, owner_id: UUID | None, *, before: UUID | None, most: int
) -> list[Block]:
    """What somebody holds or has retired, newest block first; None is the programme."""
    parameters = {"owner_id": owner_id, "before": before, "most": most}
    return [Block(*row) for row in connection.execute(_BY_OWNER, parameters)]


def cut(
    connection: Connection, blocks: Sequence[Block], quantity_t: int, *, now: datetime
) -> list[Block]:
    """Whole tonnes out of locked blocks, in their order; a block that is needed in part is split.

    Returns the blocks that hold exactly ``quantity_t`` together; raises NotEnoughUnits.
    """
    takings = take([Range(block.first, block.end) for block in blocks], quantity_t)
    taken = []
    for taking in takings:
        block = blocks[taking.position]
        taken.append(block if taking.rest is None else _split(connection, block, taking, now=now))
    return taken


def _split(connection: Connection, block: Block, taking: Taking, *, now: datetime) -> Block:
    assert taking.rest is not None, "a block that is taken whole is not split"
    parts = (taking.taken, taking.rest)
    ids = new_ids(2)
    connection.execute(
        _SPLIT,
        {
            "block_id": block.block_id,
            "ids": ids,
            "firsts": [part.first for part in parts],
            "ends": [part.end for part in parts],
            "now": now,
        },
    )
    return block._replace(
        block_id=ids[0], first=taking.taken.first, end=taking.taken.end, parent_id=block.block_id
    )


def set_blocks(
    connection: Connection,
    block_ids: Sequence[UUID],
    *,
    owner_id: UUID | None,
    state: str,
    now: datetime,
    listing_id: UUID | None = None,
    trade_id: UUID | None = None,
) -> None:
    """Give locked blocks their owner, state and promises."""
    connection.execute(
        _SET,
        {
            "block_ids": list(block_ids),
            "owner_id": owner_id,
            "state": state,
            "listing_id": listing_id,
            "trade_id": trade_id,
            "now": now,
        },
    )
