"""Unit blocks: ranges of tonnes, locked, split and handed on; never overlapping, never reused."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_id, new_ids
from app.store.events.gathering import became, moved
from app.store.inserting import by_column
from app.store.paging import newest_first
from rewards.registry.block import (
    ACTIVE,
    BUFFER,
    HELD,
    LOCKED,
    MERGED,
    REPLACED,
    RESERVED,
    SPLIT,
    SUSPENDED,
    UNUSED,
    Block,
    Parts,
)
from rewards.registry.merging import Merged
from rewards.registry.origin import Origin
from rewards.registry.ranges import Range, take

BLOCK_COLUMNS = """
    block_id, bundle_id, lower(numbers), upper(numbers), owner_id, state, unit_class, vintage,
    parent_id, listing_id, trade_id, created_at, closed_at
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
                            created_at, for_reserve)
    values (:block_id, :bundle_id, int8range(:first, :end), :owner_id, :state, :unit_class,
            :vintage, :now, :for_reserve)
    """
)
_LOCK = text(
    f"select {BLOCK_COLUMNS} from unit_block where block_id = any(:block_ids)"
    " order by block_id for update"
)
# The parent is closed and its children stand in its place, in one statement: nobody ever sees
# the tonnes twice or not at all, and the exclusion constraint would stop it if somebody could.
_SPLIT = text(
    """
    with closed as (
        update unit_block set state = :closed_state, closed_at = :now
         where block_id = :block_id
        returning *
    )
    insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class, vintage,
                            parent_id, listing_id, trade_id, created_at, for_reserve)
    select part.block_id, closed.bundle_id, int8range(part.first, part.end_), closed.owner_id,
           :part_state, closed.unit_class, closed.vintage, closed.block_id, closed.listing_id,
           closed.trade_id, :now, closed.for_reserve
      from closed
     cross join unnest(cast(:ids as uuid[]), cast(:firsts as bigint[]), cast(:ends as bigint[]))
                as part (block_id, first, end_)
    """
)
_MERGE = text(
    f"""
    with closed as (
        update unit_block set state = '{MERGED}', closed_at = :now, merged_into = :made
         where block_id = any(:ids)
        returning block_id
    )
    insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class, vintage,
                            parent_id, created_at, for_reserve)
    select :made, :bundle_id, int8range(:first, :end), :owner_id, :state, :unit_class, :vintage,
           :parent_id, :now, false
      from (select count(*) from closed) done
    """
)
_WRITE = text(
    """
    update unit_block b
       set owner_id = n.owner_id, state = n.state, listing_id = n.listing_id,
           trade_id = n.trade_id, closed_at = n.closed_at
      from unnest(cast(:ids as uuid[]), cast(:owners as uuid[]), cast(:states as text[]),
                  cast(:listings as uuid[]), cast(:trades as uuid[]),
                  cast(:closings as timestamptz[]))
           as n (block_id, owner_id, state, listing_id, trade_id, closed_at)
     where b.block_id = n.block_id
    """
)
_FREE_OF_OWNER = text(
    f"""
    select block_id from unit_block
     where owner_id = :owner_id and state = '{ACTIVE}'
     order by vintage, lower(numbers)
    """
)
_FREE_TONNES = text(
    f"""
    select unit_class, sum(upper(numbers) - lower(numbers))::bigint from unit_block
     where owner_id = :owner_id and state = '{ACTIVE}' group by unit_class
    """
)
_STOPPED_OF_OWNER = text(
    f"""
    select {BLOCK_COLUMNS} from unit_block
     where owner_id is not distinct from :owner_id and state = '{SUSPENDED}'
       and listing_id is null
       and (cast(:bundle_id as uuid) is null or bundle_id = :bundle_id)
     order by vintage, lower(numbers)
    """
)
_OF_LISTING = text(
    f"""
    select block_id from unit_block
     where listing_id = :listing_id and trade_id is null
       and state in ('{RESERVED}', '{SUSPENDED}', '{LOCKED}')
     order by lower(numbers)
    """
)
# A block that was split after it was promised keeps its promise written; its parts have it too.
_OF_TRADE = text(
    f"""
    select block_id from unit_block
     where trade_id = :trade_id and state in ('{RESERVED}', '{SUSPENDED}')
     order by block_id
    """
)
_BY_OWNER = newest_first(
    f"""
    select {BLOCK_COLUMNS} from unit_block
     where owner_id is not distinct from :owner_id and state = any(:states)
    """,
    by="block_id",
)
_UNUSED_OF_BUNDLE = text(
    """
    select block_id, listing_id, trade_id from unit_block
     where bundle_id = :bundle_id and state = any(:states)
     union
    select block_id, listing_id, trade_id from unit_block
     where block_id = cast(:also as uuid)
     order by block_id
    """
)
# By the index that keeps live numbers apart.
_PARTS_NOW = text(
    f"""
    select p.block_id
      from unit_block b
      join unit_block p on p.numbers && b.numbers and p.state not in {REPLACED}
     where b.block_id = :block_id and p.state = any(:states)
       and p.owner_id is not distinct from b.owner_id
     order by lower(p.numbers) limit 20
    """
)
_LOCK_LISTINGS = text(
    "select from listing where listing_id = any(:ids) order by listing_id for update"
)
_LOCK_TRADES = text("select from trade where trade_id = any(:ids) order by trade_id for update")
_ORIGINS = text(
    """
    select bundle_id, methodology, vintage, root, selected_mg, verifier_id, methodologies
      from bundle where bundle_id = any(:bundle_ids)
    """
)


def parts_of_split(
    connection: Connection, found: Block | None, owner_id: UUID | None
) -> list[UUID]:
    """What its owner has of a split block now, in the order of numbers; twenty at most.

    Nothing of a block that was not split, or is somebody else's.
    """
    if found is None or found.owner_id != owner_id or found.state != SPLIT:
        return []
    given = {"block_id": found.block_id, "states": list(UNUSED)}
    return list(connection.execute(_PARTS_NOW, given).scalars())


def take_numbers(connection: Connection, quantity_t: int) -> int:
    """The first of ``quantity_t`` serial numbers that nobody had and nobody will get again."""
    first: int = connection.execute(_NUMBERS, {"quantity_t": quantity_t}).scalar_one()
    return first


def insert_block(
    connection: Connection,
    *,
    bundle_id: UUID,
    numbers: Range,
    state: str,
    unit_class: str,
    vintage: int,
    now: datetime,
    owner_id: UUID | None = None,
) -> UUID:
    """A block fresh from the counter, of the programme or of its first owner."""
    block_id = new_id()
    became(Block, state, [(block_id, None, owner_id)])
    connection.execute(
        _INSERT,
        {
            "block_id": block_id,
            "bundle_id": bundle_id,
            "first": numbers.first,
            "end": numbers.end,
            "owner_id": owner_id,
            "state": state,
            "unit_class": unit_class,
            "vintage": vintage,
            "now": now,
            "for_reserve": state == BUFFER,
        },
    )
    return block_id


def lock_blocks(connection: Connection, block_ids: Sequence[UUID]) -> list[Block]:
    """These blocks, locked until the transaction ends and ordered by id."""
    rows = connection.execute(_LOCK, {"block_ids": list(block_ids)})
    return [block_of(row) for row in rows]


def lock_block(connection: Connection, block_id: UUID) -> Block | None:
    """The block of this id, locked until the transaction ends, or None."""
    return next(iter(lock_blocks(connection, [block_id])), None)


def lock_free_blocks(connection: Connection, owner_id: UUID) -> list[Block]:
    """What an enterprise can dispose of, locked: oldest vintage first, then by number."""
    while True:
        wanted = list(connection.execute(_FREE_OF_OWNER, {"owner_id": owner_id}).scalars())
        blocks = lock_blocks(connection, wanted)
        # Whoever held a lock before us may have split or moved a block: then look again.
        if all(each.owner_id == owner_id and each.state == ACTIVE for each in blocks):
            return sorted(blocks, key=lambda block: (block.vintage, block.numbers))


def free_tonnes(connection: Connection, owner_id: UUID) -> dict[str, int]:
    """What an enterprise can dispose of, in whole tonnes by unit class; not locked."""
    rows = connection.execute(_FREE_TONNES, {"owner_id": owner_id})
    return {row[0]: row[1] for row in rows}


def stopped_blocks(
    connection: Connection, owner_id: UUID | None, *, bundle_id: UUID | None
) -> list[Block]:
    """What would be free of an owner's (None: the programme's) if it were covered; not locked.

    Of one bundle, or of all of them (None); oldest vintage first.
    """
    given = {"owner_id": owner_id, "bundle_id": bundle_id}
    return [block_of(row) for row in connection.execute(_STOPPED_OF_OWNER, given)]


def blocks_of_listing(connection: Connection, listing_id: UUID) -> list[UUID]:
    """What a listing still offers, also what is suspended of it."""
    return list(connection.execute(_OF_LISTING, {"listing_id": listing_id}).scalars())


def blocks_of_trade(connection: Connection, trade_id: UUID) -> list[UUID]:
    """What is promised to a trade, also what is suspended of it."""
    return list(connection.execute(_OF_TRADE, {"trade_id": trade_id}).scalars())


def blocks_by_owner(
    connection: Connection, owner_id: UUID | None, *, before: UUID | None, most: int
) -> list[Block]:
    """What somebody holds or has retired, newest block first; None is the programme."""
    parameters = {"owner_id": owner_id, "states": list(HELD), "before": before, "most": most}
    return [block_of(row) for row in connection.execute(_BY_OWNER, parameters)]


def lock_unused(
    connection: Connection, bundle_id: UUID, *, also: UUID | None = None
) -> list[Block]:
    """What was made of a bundle and is not used yet, locked with the promises on it.

    Listings before trades before blocks, as everybody locks them; and in that same order ``also``
    one block of another bundle, in whatever state it is.
    """
    given = {"bundle_id": bundle_id, "states": list(UNUSED), "also": also}
    found = connection.execute(_UNUSED_OF_BUNDLE, given).all()
    while True:
        for statement, ids in (
            (_LOCK_LISTINGS, {row.listing_id for row in found if row.listing_id}),
            (_LOCK_TRADES, {row.trade_id for row in found if row.trade_id}),
        ):
            connection.execute(statement, {"ids": sorted(ids)})
        # Whoever held a lock before us may have split or promised a block: then look again.
        blocks = lock_blocks(connection, [row.block_id for row in found])
        seen, found = found, connection.execute(_UNUSED_OF_BUNDLE, given).all()
        if found == seen:
            return blocks


def origins_of(connection: Connection, blocks: Sequence[Block]) -> dict[UUID, Origin]:
    """The bundles that the blocks were made of, by their ids, in one reading."""
    bundle_ids = sorted({each.bundle_id for each in blocks})
    rows = connection.execute(_ORIGINS, {"bundle_ids": bundle_ids})
    found = {row.bundle_id: Origin(*row) for row in rows}
    assert len(found) == len(bundle_ids), "a block comes from a bundle"
    return found


def cut(
    connection: Connection, blocks: Sequence[Block], quantity_t: int, *, now: datetime
) -> list[Block]:
    """Whole tonnes out of locked blocks, in their order; a block that is needed in part is split.

    Returns the blocks that hold exactly ``quantity_t`` together; raises NotEnoughUnits.
    """
    taken = []
    for taking in take([block.numbers for block in blocks], quantity_t):
        block = blocks[taking.position]
        if taking.rest is not None:
            first_id, second_id = new_ids(2)
            parts = block.split(taking, (first_id, second_id), now=now)
            _write_split(connection, parts, now=now)
            block = parts.taken
        taken.append(block)
    return taken


def _write_split(connection: Connection, parts: Parts, *, now: datetime) -> None:
    made = (parts.taken, parts.rest)
    moved(parts.closed, *made)
    connection.execute(
        _SPLIT,
        {
            "block_id": parts.closed.block_id,
            "closed_state": parts.closed.state,
            "part_state": parts.taken.state,
            "ids": [part.block_id for part in made],
            "firsts": [part.numbers.first for part in made],
            "ends": [part.numbers.end for part in made],
            "now": now,
        },
    )


def write_merged(connection: Connection, merged: Merged) -> None:
    """Close the merged blocks, which are locked, and put the one in their place."""
    made = merged.made
    moved(*merged.closed, made)
    connection.execute(
        _MERGE,
        {
            "ids": [each.block_id for each in merged.closed],
            "made": made.block_id,
            "parent_id": made.parent_id,
            "bundle_id": made.bundle_id,
            "first": made.numbers.first,
            "end": made.numbers.end,
            "owner_id": made.owner_id,
            "state": made.state,
            "unit_class": made.unit_class,
            "vintage": made.vintage,
            "now": made.created_at,
        },
    )


def write_blocks(connection: Connection, blocks: Sequence[Block]) -> None:
    """Write owner, state, promises and end of blocks that are locked, as they are now."""
    names = ("ids", "owners", "states", "listings", "trades", "closings")
    rows = [
        (one.block_id, one.owner_id, one.state, one.listing_id, one.trade_id, one.closed_at)
        for one in blocks
    ]
    connection.execute(_WRITE, by_column(names, rows))
    moved(*blocks)


def block_of(row: Sequence[Any]) -> Block:
    """A row of ``BLOCK_COLUMNS``."""
    block_id, bundle_id, first, end, *others = row
    return Block(block_id, bundle_id, Range(first, end), *others)
