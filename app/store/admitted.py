"""What is proposed, admitted by a second person and ends some day: the SQL that such tables share.

Each has a key of its own, ``state`` and ``admitted_at``; entries that ended stay, so that what was
done by them can be looked up.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from app.store.events import gathering

# ruff: noqa: S608 - these statements are put together from constants only


class AdmittedStatements(NamedTuple):
    """Statements of one table: hold an entry, read a page of them, write where one has got to."""

    hold: TextClause
    page: TextClause
    write: TextClause


class _Admitted(Protocol):
    @property
    def state(self) -> str: ...

    @property
    def admitted_at(self) -> datetime | None: ...

    @property
    def ended_at(self) -> datetime | None: ...


def statements_of(
    table: str, key: str, columns: str, *, ended_at: str = "ended_at"
) -> AdmittedStatements:
    """The statements of a table; ``columns`` as they are read. A page begins with the newest."""
    return AdmittedStatements(
        text(f"select {columns} from {table} where {key} = :id for update"),
        text(
            f"select {columns} from {table} where cast(:before as uuid) is null or {key} < :before"
            f" order by {key} desc limit :most"
        ),
        text(
            f"update {table} set state = :state, admitted_at = :admitted_at, {ended_at} = :ended_at"
            f" where {key} = :id"
        ),
    )


def write_admitted(connection: Connection, write: TextClause, key: UUID, moved: _Admitted) -> None:
    """Keep the state that an entry moved to."""
    given = {"state": moved.state, "admitted_at": moved.admitted_at, "ended_at": moved.ended_at}
    connection.execute(write, {"id": key, **given})
    gathering.moved(moved)
