"""SQL of changes of identity: what was asked, who signed it, and how it ended."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import insert_into
from app.store.paging import newest_first, page_of_person
from app.store.people.data_keys import data_keys_of
from app.store.people.notes import opened_note, with_sealed_note
from app.store.signing import signed_roles
from behaviours.identity_change import IdentityChange, IdentityChangeAsked

KIND = "identity_change"
VERB = "change_identity"
_COLUMNS = IdentityChangeAsked._fields
_ADD = text(insert_into("identity_change", _COLUMNS))
_READ = f"""
    select {", ".join(f"c.{name}" for name in _COLUMNS)},
           {signed_roles(KIND, VERB, of="c.change_id")},
           e.ended, e.ended_at
      from identity_change c
      left join identity_change_end e using (participant_id, change_id)
     where c.participant_id = :participant_id
"""
_ONE = text(f"{_READ} and c.change_id = :change_id")
_PAGE = newest_first(_READ, by="c.change_id")
_END = text(
    """
    insert into identity_change_end (participant_id, change_id, ended, ended_by, ended_at)
    values (:participant_id, :change_id, :ended, :ended_by, :ended_at)
    """
)


def add_change(connection: Connection, asked: IdentityChangeAsked) -> None:
    """Keep what was asked; it never changes."""
    connection.execute(_ADD, with_sealed_note(connection, asked))


def find_change(
    connection: Connection, participant_id: UUID, change_id: UUID
) -> IdentityChange | None:
    row = connection.execute(
        _ONE, {"participant_id": participant_id, "change_id": change_id}
    ).one_or_none()
    return None if row is None else _changes(connection, participant_id, [tuple(row)])[0]


def changes_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[IdentityChange]:
    """What was asked of a person's identity, newest first."""
    rows = page_of_person(connection, _PAGE, participant_id, before=before, most=limit)
    return _changes(connection, participant_id, rows)


def end_change(
    connection: Connection, change: IdentityChange, ended: str, *, by: UUID, at: datetime
) -> None:
    """Keep how it ended; it does so once."""
    connection.execute(
        _END,
        {
            "participant_id": change.asked.participant_id,
            "change_id": change.asked.change_id,
            "ended": ended,
            "ended_by": by,
            "ended_at": at,
        },
    )


def _changes(
    connection: Connection, participant_id: UUID, rows: Sequence[tuple[Any, ...]]
) -> list[IdentityChange]:
    key = data_keys_of(connection, [participant_id]).get(participant_id)
    changes = []
    for row in rows:
        asked = IdentityChangeAsked(*row[: len(_COLUMNS)])
        asked = asked._replace(note=opened_note(asked.note or "", asked.change_id, key))
        signed, ended, ended_at = row[len(_COLUMNS) :]
        changes.append(IdentityChange(asked, tuple(signed), ended, ended_at))
    return changes
