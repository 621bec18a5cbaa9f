"""Wrap people's data keys by the master key of today: a part of them, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.store.database import Connection
from app.store.people.data_keys import KEYED, rewrap_part

PART = 1000


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """The last person that was looked at, and how many keys were wrapped anew."""

    last_id: UUID | None
    wrapped: int
    is_last: bool


def rewrap_keys(connection: Connection, *, after: UUID | None, part: int = PART) -> Rewrapped:
    """Look at the next people after an id, and wrap those whose key another master key wraps.

    Actions are recorded meanwhile: what is sealed is not touched. Who was looked at is right, so
    that it can be stopped anywhere and begun again. Raises MasterKeyMissing.
    """
    last_id, looked_at, wrapped = rewrap_part(connection, after, most=part)
    if looked_at == part:
        return Rewrapped(last_id, wrapped, is_last=False)
    return Rewrapped(last_id, wrapped + _others(connection, part), is_last=True)


def _others(connection: Connection, part: int) -> int:
    """What few have beside people: who complained without an account."""
    done = 0
    for table in KEYED[1:]:
        after, looked_at = None, part
        while looked_at == part:
            after, looked_at, wrapped = rewrap_part(connection, after, most=part, table=table)
            done += wrapped
    return done
