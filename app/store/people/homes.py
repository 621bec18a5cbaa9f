"""SQL of where people live: the region of an account, and those before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first, page_of_person
from behaviours.homes import FormerRegion, Home

# ruff: noqa: S608 - these statements are put together from constants only

_COLUMNS = ", ".join(FormerRegion._fields)
_HOME = text(
    """
    select p.region,
           coalesce((select max(f.lived_until) from former_region f
                      where f.participant_id = p.participant_id),
                    (p.enrolled_at at time zone :zone)::date)
      from participant p where p.participant_id = :participant_id
    """
)
_MOVE = text("update participant set region = :region where participant_id = :participant_id")
_ADD = text(
    f"""
    insert into former_region (participant_id, {_COLUMNS})
    values (:participant_id, {", ".join(f":{name}" for name in FormerRegion._fields)})
    """
)
_PAGE = newest_first(
    f"select {_COLUMNS} from former_region where participant_id = :participant_id", by="change_id"
)
_FORGET = text("delete from former_region where participant_id = any(cast(:people as uuid[]))")


def home_of(connection: Connection, participant_id: UUID, *, zone: tzinfo) -> Home:
    """Where the person of a held account lives now, and since which civil day."""
    asked = {"participant_id": participant_id, "zone": str(zone)}
    return Home(*connection.execute(_HOME, asked).one())


def move_home(
    connection: Connection, participant_id: UUID, region: str, former: FormerRegion
) -> None:
    """Let another region hold for the person of a held account, and keep the former one."""
    given = {"participant_id": participant_id}
    connection.execute(_MOVE, given | {"region": region})
    connection.execute(_ADD, given | former._asdict())


def former_regions(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[FormerRegion]:
    """The person's regions before this one, the one that was told last first."""
    rows = page_of_person(connection, _PAGE, participant_id, before=before, most=limit)
    return [FormerRegion(*row) for row in rows]


def forget_homes(connection: Connection, people: Sequence[UUID]) -> None:
    """Forget where people lived before: they leave."""
    connection.execute(_FORGET, {"people": list(people)})
