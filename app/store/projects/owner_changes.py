"""SQL of changes of owner, and of whose the units of each issue were."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.events.gathering import moved
from app.store.inserting import by_name, each_of, insert_into
from app.store.log.acting import tell
from app.store.tables.metadata import in_words
from behaviours.json_value import JsonObject
from behaviours.projects.owner_change import CONFIRMED, OPEN, OwnerChange, OwnerShare

_COLUMNS = tuple(each.name for each in fields(OwnerChange))
_ADD = text(insert_into("owner_change", _COLUMNS))
_READ = f"select {', '.join(_COLUMNS)} from owner_change where project_id = :project_id"
_ALL = text(f"{_READ} order by number")
_CHANGED = ("state", "state_at", "reason")
_WRITE = text(
    f"update owner_change set {', '.join(f'{name} = :{name}' for name in _CHANGED)}"
    " where project_id = :project_id and number = :number"
)
_PARTIES = text(
    f"""
    select unnest(array[former_id, next_id]) from owner_change
     where project_id = :project_id and {in_words("state", CONFIRMED, *OPEN)}
    """
)
_SHARES = text(
    """
    insert into issuance_share (period_id, vintage, owner_id, quantity_t)
    select :period_id, :vintage, r.* from unnest(
        cast(:owner_id as uuid[]), cast(:quantity_t as bigint[])) as r
    """
)


def add_owner_change(connection: Connection, change: OwnerChange) -> None:
    """Keep a new one."""
    connection.execute(_ADD, {**by_name(_COLUMNS, change), "papers": list(change.papers)})
    _tell(change)


def write_owner_change(connection: Connection, change: OwnerChange) -> None:
    """Keep where one stands, of a project that the caller holds."""
    connection.execute(_WRITE, by_name(("project_id", "number", *_CHANGED), change))
    _tell(change)


def owner_changes_of(connection: Connection, project_id: UUID) -> list[OwnerChange]:
    """Every one of a project, in their order."""
    rows = connection.execute(_ALL, {"project_id": project_id})
    return [replace(OwnerChange(*row), papers=tuple(row.papers)) for row in rows]


def owners_beside(connection: Connection, project_id: UUID) -> frozenset[UUID]:
    """Who owned a project, owns it, or is to."""
    return frozenset(connection.execute(_PARTIES, {"project_id": project_id}).scalars())


def add_issuance_shares(
    connection: Connection, period_id: UUID, vintage: int, shares: Sequence[OwnerShare]
) -> None:
    """Keep whose the whole tonnes of a civil year were when they were issued."""
    given = {"period_id": period_id, "vintage": vintage}
    connection.execute(_SHARES, {**given, **each_of(OwnerShare._fields, shares)})


def _tell(change: OwnerChange) -> None:
    moved(change)
    told: JsonObject = {
        "owner_change": change.number,
        "owner_change_state": change.state,
        "former_owner": public("org", change.former_id),
        "next_owner": public("org", change.next_id),
        "effective_on": change.effective_on.isoformat(),
    }
    tell("project", public("prj", change.project_id), told)
