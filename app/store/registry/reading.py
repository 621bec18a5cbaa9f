"""What the public registry shows: blocks, changes of hands and totals, and nobody's data."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.registry.covering import covers_of
from rewards.registry.block import REPLACED
from rewards.registry.ranges import Range
from rewards.registry.register import (
    HandedTo,
    IssuedTotals,
    MadeGood,
    ProjectTotal,
    RegisteredBlock,
    RegisteredTransfer,
    RegisteredUnits,
    RegisterTotals,
    UnitTotal,
)
from rewards.registry.serials import MIXED, SerialRange

_UNITS = "lower(b.numbers), upper(b.numbers), u.methodology, b.vintage, b.unit_class"
_BLOCKS = f"""
    select {_UNITS}, b.block_id, b.bundle_id, b.state, o.name, b.parent_id, rb.retirement_id,
           b.created_at, b.closed_at, c.bundle_id, c.posting_id, b.merged_into,
           h.receiver_name, h.answer_number, f.serial
      from unit_block b
      join bundle u on u.bundle_id = b.bundle_id
      left join organisation o on o.organisation_id = b.owner_id
      left join retirement_block rb on rb.block_id = b.block_id
      left join (cover_block cb join cover c on c.cover_id = cb.cover_id)
        on cb.block_id = b.block_id
      left join (foreign_serial f join hand_over h
                   on h.period_id = f.period_id and h.number = f.number)
        on f.block_id = b.block_id
     where (cast(:before as uuid) is null or b.block_id < :before)
"""
_NEWEST_FIRST = " order by b.block_id desc limit :most"
_LIVE = text(f"{_BLOCKS} and b.state not in {REPLACED}{_NEWEST_FIRST}")
_OF_BUNDLE = text(
    f"{_BLOCKS} and b.state not in {REPLACED} and b.bundle_id = :bundle_id{_NEWEST_FIRST}"
)
_OF_BUNDLES = text(
    f"{_BLOCKS} and b.state not in {REPLACED} and b.bundle_id = any(:bundle_ids)"
    " order by lower(b.numbers)"
)
_NAMED = text(f"{_BLOCKS} and b.block_id = any(:block_ids){_NEWEST_FIRST}")
# By the index that keeps live numbers apart.
_NUMBERED = text(
    f"""
    {_BLOCKS} and b.state not in {REPLACED} and b.numbers && int8range(:first, :end)
       and b.vintage = :vintage and coalesce(u.methodology, '{MIXED}') = :family
       and (cast(:unit_class as text) is null or b.unit_class = :unit_class)
    {_NEWEST_FIRST}
    """
)
_TRANSFERS = f"""
    select {_UNITS}, t.transfer_id, t.block_id, t.quantity_t, f.name, r.name, t.trade_id,
           t.transferred_at, d.exchange_id, x.name as exchange, d.exchange_tie
      from unit_transfer t
      join unit_block b on b.block_id = t.block_id
      join bundle u on u.bundle_id = b.bundle_id
      left join organisation f on f.organisation_id = t.from_id
      left join organisation r on r.organisation_id = t.to_id
      left join trade d on d.trade_id = t.trade_id
      left join organisation x on x.organisation_id = d.exchange_id
     where (cast(:before as uuid) is null or t.transfer_id < :before)
"""
_TRANSFERS_NEWEST = text(f"""
    {_TRANSFERS}
       and (cast(:transfer_id as uuid) is null or t.transfer_id = :transfer_id)
       and (cast(:exchange_id as uuid) is null or d.exchange_id = :exchange_id)
     order by t.transfer_id desc limit :most
""")
# Also of blocks that were split since: what was handed over had these numbers in it.
_TRANSFERS_NUMBERED = text(f"""
    {_TRANSFERS}
       and b.numbers && int8range(:first, :end)
       and b.vintage = :vintage and coalesce(u.methodology, '{MIXED}') = :family
       and (cast(:unit_class as text) is null or b.unit_class = :unit_class)
       and (cast(:exchange_id as uuid) is null or d.exchange_id = :exchange_id)
     order by t.transfer_id desc limit :most
""")
_STATISTICS = text(
    f"""
    select u.methodology, b.vintage, b.unit_class, b.state, count(*),
           cast(sum(upper(b.numbers) - lower(b.numbers)) as bigint), b.for_reserve
      from unit_block b join bundle u on u.bundle_id = b.bundle_id
     where b.state not in {REPLACED}
     group by u.methodology, b.vintage, b.unit_class, b.state, b.for_reserve
     order by b.vintage, u.methodology nulls first, b.unit_class, b.state
    """
)
_PROJECTS = text(
    """
    select split_part(methodology, '@', 1), state, count(*) from project
     where noticed_design is not null
     group by 1, 2 order by 1, 2
    """
)
_BUNDLES = text(
    """
    select count(*), cast(coalesce(sum(reductions), 0) as bigint),
           cast(coalesce(sum(selected_mg), 0) as bigint),
           cast(coalesce(sum(deducted_mg), 0) as bigint),
           cast(coalesce(sum(reserve_mg), 0) as bigint)
      from bundle where issued_at is not null
    """
)


def live_blocks(connection: Connection, *, before: UUID | None, most: int) -> list[RegisteredBlock]:
    """Blocks as they stand, newest first, without the closed parents of split ones."""
    rows = connection.execute(_LIVE, {"before": before, "most": most})
    return _registered(connection, rows)


def blocks_of_bundle(connection: Connection, bundle_id: UUID) -> list[RegisteredBlock]:
    """What was made of a bundle as it stands, newest block first; a thousand at most."""
    given = {"before": None, "most": 1000, "bundle_id": bundle_id}
    return _registered(connection, connection.execute(_OF_BUNDLE, given))


def blocks_of_bundles(connection: Connection, bundle_ids: Sequence[UUID]) -> list[RegisteredBlock]:
    """What was made of these bundles as it stands, in the order of numbers: all of it."""
    given = {"before": None, "bundle_ids": list(bundle_ids)}
    return _registered(connection, connection.execute(_OF_BUNDLES, given))


def named_blocks(connection: Connection, block_ids: Sequence[UUID]) -> list[RegisteredBlock]:
    """These blocks, newest first, also those that were split since."""
    given = {"before": None, "most": len(block_ids), "block_ids": list(block_ids)}
    return _registered(connection, connection.execute(_NAMED, given))


def numbered_blocks(
    connection: Connection, serial: SerialRange, *, before: UUID | None, most: int
) -> list[RegisteredBlock]:
    """In which blocks the numbers of a serial are now, newest block first."""
    given = {**serial._asdict(), "before": before, "most": most}
    return _registered(connection, connection.execute(_NUMBERED, given))


def list_transfers(
    connection: Connection,
    *,
    before: UUID | None = None,
    most: int = 1000,
    transfer_id: UUID | None = None,
    exchange_id: UUID | None = None,
) -> list[RegisteredTransfer]:
    """Changes of hands, newest first; or the one of that id, or those closed at an exchange."""
    given = {
        "before": before,
        "most": most,
        "transfer_id": transfer_id,
        "exchange_id": exchange_id,
    }
    return [_transfer(row) for row in connection.execute(_TRANSFERS_NEWEST, given)]


def numbered_transfers(
    connection: Connection,
    serial: SerialRange,
    *,
    exchange_id: UUID | None,
    before: UUID | None,
    most: int,
) -> list[RegisteredTransfer]:
    """Changes of hands of blocks that had any of a serial's numbers, newest first."""
    given = {**serial._asdict(), "exchange_id": exchange_id, "before": before, "most": most}
    return [_transfer(row) for row in connection.execute(_TRANSFERS_NUMBERED, given)]


def register_totals(connection: Connection) -> RegisterTotals:
    """Totals of issued bundles, tonnes by methodology, vintage, class and state, and projects."""
    issued = IssuedTotals(*connection.execute(_BUNDLES).one())
    units = [UnitTotal(*row) for row in connection.execute(_STATISTICS)]
    projects = [ProjectTotal(*row) for row in connection.execute(_PROJECTS)]
    return RegisterTotals(issued, units, projects)


def _registered(connection: Connection, rows: Iterable[Sequence[Any]]) -> list[RegisteredBlock]:
    blocks = [_block(row) for row in rows]
    covers = covers_of(connection, [each.bundle_id for each in blocks])
    return [each._replace(cover=covers.get(each.bundle_id)) for each in blocks]


def _block(row: Sequence[Any]) -> RegisteredBlock:
    block_id, bundle_id, state, owner, parent_id, retirement_id, created_at, closed_at = row[5:13]
    good_of, posting_id, merged_into, receiver, number, serial = row[13:]
    return RegisteredBlock(
        block_id,
        bundle_id,
        _units(row),
        state,
        owner,
        parent_id,
        retirement_id,
        created_at,
        closed_at,
        MadeGood(good_of, posting_id) if good_of else None,
        merged_into=merged_into,
        handed_to=HandedTo(receiver, number, serial) if serial else None,
    )


def _transfer(row: Sequence[Any]) -> RegisteredTransfer:
    return RegisteredTransfer(row[5], row[6], _units(row), *row[7:])


def _units(row: Sequence[Any]) -> RegisteredUnits:
    first, end, methodology, vintage, unit_class = row[:5]
    return RegisteredUnits(Range(first, end), methodology, vintage, unit_class)
