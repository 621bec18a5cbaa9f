"""SQL of origins: other installations whose exports are taken in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.admitted import statements_of, write_admitted
from app.store.events.gathering import moved
from app.store.inserting import by_name, insert_into
from behaviours.exports.origins import RecordOrigin
from behaviours.identity_services import TRUSTED

# ruff: noqa: S608 - these statements are put together from constants only

_PROPOSED: Final = ("origin_id", "name", "keys", "state", "proposed_at")
_COLUMNS = f"{', '.join(_PROPOSED)}, admitted_at, ended_at"
# The second of two that come at the same instant waits for the first, and then finds the name.
_ADD = text(
    f"{insert_into('origin', _PROPOSED)} on conflict (name) where ended_at is null do nothing"
).bindparams(bindparam("keys", type_=JSONB()))
_HOLD, _PAGE, _WRITE = statements_of("origin", "origin_id", _COLUMNS)
_TRUSTED = text(
    f"select {_COLUMNS} from origin where state = '{TRUSTED}' order by origin_id for share"
)


def add_origin(connection: Connection, added: RecordOrigin) -> bool:
    """Keep what was proposed; False when another origin of this name stands."""
    done = connection.execute(_ADD, by_name(_PROPOSED, added)).rowcount == 1
    if done:
        moved(added)
    return done


def hold_origin(connection: Connection, origin_id: UUID) -> RecordOrigin | None:
    """The origin, which nobody else moves until the transaction ends."""
    row = connection.execute(_HOLD, {"id": origin_id}).one_or_none()
    return RecordOrigin(*row) if row else None


def trusted_origins(connection: Connection) -> list[RecordOrigin]:
    """Every admitted one; nobody ends them until the transaction ends."""
    return [RecordOrigin(*row) for row in connection.execute(_TRUSTED)]


def origins_page(connection: Connection, *, before: UUID | None, most: int) -> list[RecordOrigin]:
    """Origins, newest first, also those that wait or have ended."""
    return [
        RecordOrigin(*row) for row in connection.execute(_PAGE, {"before": before, "most": most})
    ]


def write_origin(connection: Connection, moved: RecordOrigin) -> None:
    """Keep the state that an origin moved to."""
    write_admitted(connection, _WRITE, moved.origin_id, moved)
