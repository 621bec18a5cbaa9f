"""SQL of the files that exchanges are handed: each is kept as it was made, byte for byte."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.ids import public
from app.store.inserting import by_column, insert_into
from app.store.log.acting import tell
from app.store.paging import newest_first
from rewards.trading.exchange_lot import ExchangeFile, HandedLot

_NAMES = tuple(each.name for each in fields(ExchangeFile))
_COLUMNS = ", ".join(_NAMES)
_INSERT = text(insert_into("exchange_file", (*_NAMES, "document_digest", "csv_digest")))
_INSERT_LOTS = text(
    """
    insert into exchange_file_lot (file_id, listing_id, quantity_t)
    select :file_id, r.* from unnest(cast(:ids as uuid[]), cast(:tonnes as bigint[])) as r
    """
)
# Two who make the file of one day wait for each other.
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_READ = text(f"select {_COLUMNS} from exchange_file where file_id = :file_id")
_OF_DAY = text(
    f"select {_COLUMNS} from exchange_file"
    " where exchange_id = :exchange_id and trading_day = :trading_day"
)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from exchange_file
     where (cast(:exchange_id as uuid) is null or exchange_id = :exchange_id)
    """,
    by="file_id",
)


def file_of_day(connection: Connection, exchange_id: UUID, day: date) -> ExchangeFile | None:
    """The file of a trading day, or None; whoever asks besides waits until the transaction ends."""
    connection.execute(_LOCK, {"name": f"exchange_file:{exchange_id}:{day}"})
    row = connection.execute(
        _OF_DAY, {"exchange_id": exchange_id, "trading_day": day}
    ).one_or_none()
    return None if row is None else _file(row)


def insert_exchange_file(
    connection: Connection, made: ExchangeFile, lots: Sequence[HandedLot]
) -> None:
    """Keep a file and which lots it names."""
    digests = {
        "document_digest": hashlib.sha256(made.document).digest(),
        "csv_digest": hashlib.sha256(made.csv).digest(),
    }
    connection.execute(_INSERT, asdict(made) | digests)
    named = [(each.lot.listing_id, each.quantity_t) for each in lots]
    given = by_column(("ids", "tonnes"), named)
    connection.execute(_INSERT_LOTS, {"file_id": made.file_id, **given})
    tell(
        "exchange_file",
        public("exf", made.file_id),
        {
            "exchange_id": public("org", made.exchange_id),
            "trading_day": made.trading_day.isoformat(),
            "lots": made.lots,
            "quantity_t": made.quantity_t,
            "sha256": digests["document_digest"].hex(),
        },
    )


def find_exchange_file(connection: Connection, file_id: UUID) -> ExchangeFile | None:
    """The file of this id, or None."""
    row = connection.execute(_READ, {"file_id": file_id}).one_or_none()
    return None if row is None else _file(row)


def list_exchange_files(
    connection: Connection, exchange_id: UUID | None, *, before: UUID | None, most: int
) -> list[ExchangeFile]:
    """The files of an exchange, newest first; None: of all of them."""
    given = {"exchange_id": exchange_id, "before": before, "most": most}
    return [_file(row) for row in connection.execute(_LIST, given)]


def _file(row: Row[Any]) -> ExchangeFile:
    found = ExchangeFile(*tuple(row))
    return replace(found, document=bytes(found.document), csv=bytes(found.csv))
