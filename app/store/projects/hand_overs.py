"""SQL of hand-overs: where each stands, its package, its blocks and what they are called there."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.ids import public
from app.store.events.gathering import moved
from app.store.inserting import by_column, by_name, insert_into
from app.store.log.acting import tell
from app.store.registry.blocks import lock_blocks
from app.store.tables.metadata import in_words
from behaviours.json_value import JsonObject
from rewards.registry.block import Block
from rewards.registry.handing_over import ACCEPTED, HOLDS_UNITS, ForeignSerial, HandOver

_COLUMNS = tuple(each.name for each in fields(HandOver))
_ADD = text(insert_into("hand_over", _COLUMNS))
_READ = f"select {', '.join(_COLUMNS)} from hand_over"
_ALL = text(f"{_READ} where period_id = :period_id order by number")
_HOLDING = text(
    f"select exists (select from hand_over where project_id = :project_id"
    f" and {in_words('state', *HOLDS_UNITS)})"
)
_LAST_MANIFEST = text(
    f"""
    select manifest_digest from hand_over where project_id = :project_id and state = '{ACCEPTED}'
     order by state_at desc, period_id desc, number desc limit 1
    """
)
_CHANGED = ("state", "state_at", "manifest_digest", "answer_number", "reason")
_WRITE = text(
    f"update hand_over set {', '.join(f'{name} = :{name}' for name in _CHANGED)}"
    " where period_id = :period_id and number = :number"
)
_OF_ONE = "where period_id = :period_id and number = :number"
_ADD_PACKAGE = text(
    "insert into hand_over_package (period_id, number, content)"
    " values (:period_id, :number, :content)"
)
_PACKAGE = text(f"select content from hand_over_package {_OF_ONE}")
_ADD_BLOCKS = text(
    """
    insert into hand_over_block (period_id, number, block_id, serial)
    select :period_id, :number, r.* from unnest(
        cast(:block_ids as uuid[]), cast(:serials as text[])) as r
    """
)
_BLOCKS = text(f"select block_id, serial from hand_over_block {_OF_ONE} order by block_id")
_ADD_FOREIGN = text(
    """
    insert into foreign_serial (period_id, number, block_id, serial)
    select b.period_id, b.number, b.block_id, r.theirs
      from unnest(cast(:ours as text[]), cast(:theirs as text[])) as r (ours, theirs)
      join hand_over_block b on b.serial = r.ours
                            and b.period_id = :period_id and b.number = :number
    """
)
_FOREIGN = text(
    """
    select b.serial, f.serial from foreign_serial f
      join hand_over_block b on b.block_id = f.block_id
                            and b.period_id = f.period_id and b.number = f.number
     where f.period_id = :period_id and f.number = :number order by b.serial
    """
)
# Two answers of one number wait for each other.
_LOCK_NUMBER = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_NUMBERED = text(
    """
    select exists (select from hand_over
                    where receiver_name = :receiver_name and answer_number = :answer_number)
    """
)


class LockedBlock(NamedTuple):
    """A block of a hand-over, and its serial as it is printed."""

    block_id: UUID
    serial: str


def add_hand_over(connection: Connection, one: HandOver) -> None:
    """Keep a new one, of a project that the caller holds."""
    connection.execute(_ADD, by_name(_COLUMNS, one))
    _tell(one)


def write_hand_over(connection: Connection, one: HandOver) -> None:
    """Keep where one stands, of a project that the caller holds."""
    connection.execute(_WRITE, by_name(("period_id", "number", *_CHANGED), one))
    _tell(one)


def hand_overs_of(connection: Connection, period_id: UUID) -> list[HandOver]:
    """Every one of a period, in their order."""
    return [_one(row) for row in connection.execute(_ALL, {"period_id": period_id})]


def last_manifest(connection: Connection, project_id: UUID) -> bytes | None:
    """The SHA-256 of the manifest that was accepted last of a project."""
    found = connection.execute(_LAST_MANIFEST, {"project_id": project_id}).scalar_one_or_none()
    return None if found is None else bytes(found)


def holds_units(connection: Connection, project_id: UUID) -> bool:
    """Whether units of a held project wait for a receiver's answer."""
    held: bool = connection.execute(_HOLDING, {"project_id": project_id}).scalar_one()
    return held


def add_package(
    connection: Connection, one: HandOver, content: bytes, blocks: Sequence[LockedBlock]
) -> None:
    """Keep the package of a hand-over as it is locked, and the blocks that it is of."""
    connection.execute(_ADD_PACKAGE, {**_named(one), "content": content})
    connection.execute(_ADD_BLOCKS, {**_named(one), **by_column(("block_ids", "serials"), blocks)})


def package_of(connection: Connection, one: HandOver) -> bytes | None:
    """The package as it was locked, if it was."""
    found = connection.execute(_PACKAGE, _named(one)).scalar_one_or_none()
    return None if found is None else bytes(found)


def blocks_of_hand_over(connection: Connection, one: HandOver) -> list[LockedBlock]:
    """Its blocks, by their ids."""
    return [LockedBlock(*row) for row in connection.execute(_BLOCKS, _named(one))]


def lock_blocks_of(connection: Connection, blocks: Sequence[LockedBlock]) -> list[Block]:
    """The same as they stand, locked until the transaction ends."""
    return lock_blocks(connection, [each.block_id for each in blocks])


def add_foreign_serials(
    connection: Connection, one: HandOver, serials: Sequence[ForeignSerial]
) -> None:
    """Keep what the receiver calls each range."""
    given = by_column(ForeignSerial._fields, serials)
    connection.execute(_ADD_FOREIGN, {**_named(one), **given})


def foreign_serials_of(connection: Connection, one: HandOver) -> list[ForeignSerial]:
    """What the receiver calls each range, in the order of ours."""
    return [ForeignSerial(*row) for row in connection.execute(_FOREIGN, _named(one))]


def number_taken(connection: Connection, receiver_name: str, answer_number: str) -> bool:
    """Whether a receiver gave this number before; whoever asks the same waits for us."""
    asked = {"receiver_name": receiver_name, "answer_number": answer_number}
    connection.execute(_LOCK_NUMBER, {"name": f"hand_over:{receiver_name}:{answer_number}"})
    taken: bool = connection.execute(_NUMBERED, asked).scalar_one()
    return taken


def _named(one: HandOver) -> dict[str, UUID | int]:
    return {"period_id": one.period_id, "number": one.number}


def _one(row: Row[Any]) -> HandOver:
    found = HandOver(*tuple(row))
    digest = found.manifest_digest
    return replace(found, manifest_digest=None if digest is None else bytes(digest))


def _tell(one: HandOver) -> None:
    moved(one)
    told: JsonObject = {
        "hand_over": one.number,
        "hand_over_state": one.state,
        "receiver": one.receiver_name,
        "account": one.account,
        "manifest_sha256": one.manifest_digest.hex() if one.manifest_digest else None,
        "receiver_number": one.answer_number,
    }
    tell("monitoring_period", public("mpd", one.period_id), told)
