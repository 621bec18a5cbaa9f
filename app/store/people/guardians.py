"""SQL of guardians: who decides for a child, and who asks to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first, page_of_person
from app.store.people.data_keys import data_keys_of
from app.store.people.notes import opened_note, with_sealed_note
from behaviours.guardians import CHANGE, GuardianChange, Guardianship, SignedChange, Ward

# ruff: noqa: S608 - these statements are put together from constants only

_COLUMNS = (
    "guardianship_id, guardian_id, text_version, how, began_at, decides_from, ended_at,"
    " ended_because"
)
_ADD = text(
    """
    insert into guardianship (participant_id, guardianship_id, guardian_id, text_version, how,
                              began_at, decides_from)
    values (:participant_id, :guardianship_id, :guardian_id, :text_version, :how, :began_at,
            :decides_from)
    """
)
# The newest tells what is so: one that stands is the newest.
_LAST = text(
    f"""
    select distinct on (participant_id) participant_id, {_COLUMNS} from guardianship
     where participant_id = any(cast(:people as uuid[]))
     order by participant_id, guardianship_id desc
    """
)
_END = text(
    """
    update guardianship set ended_at = :now, ended_because = :because
     where participant_id = :participant_id and ended_at is null
    """
)
_WARDS = newest_first(
    f"""
    select participant_id, {_COLUMNS} from guardianship
     where guardian_id = :guardian_id
    """,
    by="guardianship_id",
)
_CHILDREN = text(
    """
    select participant_id from guardianship
     where guardian_id = any(cast(:people as uuid[])) and ended_at is null
    """
)
_OF_AGE = text(
    """
    select participant_id from guardianship
     where ended_at is null and decides_from <= :now
     order by decides_from limit :most
    """
)
_OF_CHANGE = GuardianChange._fields
_ADD_CHANGE = text(
    f"""
    insert into guardian_change ({", ".join(_OF_CHANGE)})
    values ({", ".join(f":{name}" for name in _OF_CHANGE)})
    """
)
_CHANGES = f"""
    select {", ".join(f"c.{name}" for name in _OF_CHANGE)},
           array(select s.role from signature s
                  where s.subject_kind = '{CHANGE}' and s.subject_id = c.change_id
                  order by s.signed_at)
      from guardian_change c
     where c.participant_id = :participant_id
"""
_CHANGE = text(f"{_CHANGES} and c.change_id = :change_id")
_PAGE = newest_first(_CHANGES, by="c.change_id")


def add_guardianship(connection: Connection, participant_id: UUID, added: Guardianship) -> None:
    """Let somebody decide for the person of a held account."""
    connection.execute(
        _ADD,
        {
            "participant_id": participant_id,
            "guardianship_id": added.guardianship_id,
            "guardian_id": added.guardian_id,
            "text_version": added.text_version,
            "how": added.how,
            "began_at": added.began_at,
            "decides_from": added.decides_from,
        },
    )


def guardianships_of(connection: Connection, people: Sequence[UUID]) -> dict[UUID, Guardianship]:
    """The newest guardianship of each of these people who has, or had, one."""
    rows = connection.execute(_LAST, {"people": list(people)})
    return {row[0]: Guardianship(*row[1:]) for row in rows}


def end_guardianship(
    connection: Connection, participant_id: UUID, *, because: str, now: datetime
) -> bool:
    """End the guardianship of a held account; False when none stands."""
    asked = {"participant_id": participant_id, "because": because, "now": now}
    return connection.execute(_END, asked).rowcount == 1


def wards_of(
    connection: Connection, guardian_id: UUID, *, before: UUID | None, limit: int
) -> list[Ward]:
    """The children of a guardian, newest first, also those that are not hers any more."""
    asked = {"guardian_id": guardian_id, "before": before, "most": limit}
    return [Ward(row[0], Guardianship(*row[1:])) for row in connection.execute(_WARDS, asked)]


def children_of(connection: Connection, people: Sequence[UUID]) -> list[UUID]:
    """Whose guardians these people are."""
    return list(connection.execute(_CHILDREN, {"people": list(people)}).scalars())


def come_of_age(connection: Connection, *, now: datetime, most: int) -> list[UUID]:
    """Children whose guardianship stands in the books and whose day has come."""
    return list(connection.execute(_OF_AGE, {"now": now, "most": most}).scalars())


def add_guardian_change(connection: Connection, asked: GuardianChange) -> None:
    connection.execute(_ADD_CHANGE, with_sealed_note(connection, asked))


def find_guardian_change(
    connection: Connection, participant_id: UUID, change_id: UUID
) -> SignedChange | None:
    asked = {"participant_id": participant_id, "change_id": change_id}
    row = connection.execute(_CHANGE, asked).one_or_none()
    return _signed(connection, participant_id, [tuple(row)])[0] if row else None


def guardian_changes(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[SignedChange]:
    """What was asked about a child, newest first."""
    rows = page_of_person(connection, _PAGE, participant_id, before=before, most=limit)
    return _signed(connection, participant_id, rows)


def _signed(
    connection: Connection, participant_id: UUID, rows: Sequence[tuple[Any, ...]]
) -> list[SignedChange]:
    told, key = len(_OF_CHANGE), data_keys_of(connection, [participant_id]).get(participant_id)
    changes = [(GuardianChange(*row[:told]), tuple(row[told])) for row in rows]
    return [
        SignedChange(each._replace(note=opened_note(each.note or "", each.change_id, key)), roles)
        for each, roles in changes
    ]
