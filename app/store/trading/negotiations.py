"""Negotiations: one row each, locked before it is changed; every word of them is final."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from app.store.paging import newest_first
from app.store.tables.metadata import in_words
from rewards.trading.negotiation import OPEN, Negotiation, PriceOffer, Round

_HEAD = ("negotiation_id", "seller_id", "buyer_id", "block_id")
_TAIL = ("state", "rounds", "made_at", "closed_at", "trade_id")
_CHANGING = (*PriceOffer._fields, *_TAIL)
_NAMES = (*_HEAD, *_CHANGING)
_COLUMNS = ", ".join(_NAMES)
_INSERT = text(insert_into("negotiation", _NAMES))
_ROUND = (*("negotiation_id", "number", "by_seller"), *PriceOffer._fields, "said_at")
_INSERT_ROUND = text(insert_into("negotiation_round", _ROUND))
_READ = text(f"select {_COLUMNS} from negotiation where negotiation_id = :negotiation_id")
_LOCK = text(
    f"select {_COLUMNS} from negotiation where negotiation_id = :negotiation_id for update"
)
_WRITE = text(
    f"""
    update negotiation set {", ".join(f"{name} = :{name}" for name in _CHANGING)}
     where negotiation_id = :negotiation_id
    """
)
_ROUNDS = text(
    f"""
    select {", ".join(_ROUND)} from negotiation_round
     where negotiation_id = :negotiation_id order by number
    """
)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from negotiation
     where (:every or buyer_id = :tenant_id or seller_id = :tenant_id)
    """,
    by="negotiation_id",
)
# The same as Negotiation.has_lapsed.
_LAPSED = text(
    f"""
    select negotiation_id from negotiation
     where {in_words("state", *OPEN)} and valid_until <= :now
     order by negotiation_id limit :most
    """
)


def insert_negotiation(connection: Connection, made: Negotiation) -> None:
    """Write a new negotiation and its first word."""
    connection.execute(_INSERT, _row(made))
    insert_round(connection, made.last_round)
    kept(made)


def insert_round(connection: Connection, said: Round) -> None:
    """Write what one side said."""
    row = {**said._asdict(), **said.proposal._asdict()}
    del row["proposal"]
    connection.execute(_INSERT_ROUND, row)


def find_negotiation(connection: Connection, negotiation_id: UUID) -> Negotiation | None:
    """The negotiation of this id, or None."""
    row = connection.execute(_READ, {"negotiation_id": negotiation_id}).one_or_none()
    return None if row is None else _negotiation(row)


def lock_negotiation(connection: Connection, negotiation_id: UUID) -> Negotiation | None:
    """The same, locked until the transaction ends."""
    row = connection.execute(_LOCK, {"negotiation_id": negotiation_id}).one_or_none()
    return None if row is None else held(_negotiation(row))


def write_negotiation(connection: Connection, changed: Negotiation) -> None:
    """Write what may change of a locked negotiation."""
    connection.execute(_WRITE, _row(changed))
    kept(changed)


def rounds_of(connection: Connection, negotiation_id: UUID) -> list[Round]:
    """What was said, in its order."""
    return [
        Round(*(*row[:3], PriceOffer(*row[3:6]), row[6]))
        for row in connection.execute(_ROUNDS, {"negotiation_id": negotiation_id})
    ]


def list_negotiations(
    connection: Connection, tenant_id: UUID | None, *, before: UUID | None, most: int
) -> list[Negotiation]:
    """What an enterprise negotiates, newest first; None reads everybody's."""
    given = {"tenant_id": tenant_id, "every": tenant_id is None, "before": before, "most": most}
    return [_negotiation(row) for row in connection.execute(_LIST, given)]


def lapsed_negotiations(connection: Connection, *, now: datetime, most: int) -> list[UUID]:
    """Negotiations in which what was said last stands no longer."""
    return list(connection.execute(_LAPSED, {"now": now, "most": most}).scalars())


def _row(one: Negotiation) -> Mapping[str, object]:
    return {**by_name((*_HEAD, *_TAIL), one), **one.proposal._asdict()}


def _negotiation(row: Sequence[Any]) -> Negotiation:
    return Negotiation(*(*row[:4], PriceOffer(*row[4:7]), *row[7:]))
