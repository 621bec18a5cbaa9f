"""SQL of changes of designs: what was asked for, and which design counts on which day."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.events.gathering import moved
from app.store.inserting import by_name, insert_into
from app.store.log.acting import tell
from app.store.projects.designs import find_design
from behaviours.json_value import JsonObject
from behaviours.projects.design import StatedDesign
from behaviours.projects.design_change import ACCEPTED, DesignChange
from behaviours.projects.designed import DaySpan, facts_of
from behaviours.projects.project import Project

_COLUMNS = tuple(each.name for each in fields(DesignChange))
_ADD = text(insert_into("design_change", _COLUMNS)).bindparams(
    bindparam("content", type_=JSONB), bindparam("expected", type_=JSONB)
)
_ALL = text(
    f"select {', '.join(_COLUMNS)} from design_change where project_id = :project_id"
    " order by number"
)
_CHANGED = (
    *("state", "state_at", "validator_id", "statement", "report"),
    *("reason", "design_number"),
)
_WRITE = text(
    f"update design_change set {', '.join(f'{name} = :{name}' for name in _CHANGED)}"
    " where project_id = :project_id and number = :number"
)
# Each counts from its first day on, and they count one after the other.
_COUNTING = text(
    f"""
    select design_number, methodology, rule_digest from design_change
     where project_id = :project_id and state = '{ACCEPTED}' and effective_on <= cast(:on as date)
     order by number desc limit 1
    """
)


class CountingDesign(NamedTuple):
    """A design that counts, and the version of the rule that goes with it."""

    design: StatedDesign
    methodology: str
    rule_digest: str


def add_design_change(connection: Connection, change: DesignChange) -> None:
    """Keep a new one."""
    connection.execute(_ADD, by_name(_COLUMNS, change))
    _tell(change)


def write_design_change(connection: Connection, change: DesignChange) -> None:
    """Keep where one stands, of a project that the caller holds."""
    connection.execute(_WRITE, by_name(("project_id", "number", *_CHANGED), change))
    _tell(change)


def design_changes_of(connection: Connection, project_id: UUID) -> list[DesignChange]:
    """Every one of a project, in their order."""
    rows = connection.execute(_ALL, {"project_id": project_id})
    return [
        replace(
            DesignChange(*row),
            digest=bytes(row.digest),
            expected_digest=bytes(row.expected_digest),
            report=bytes(row.report) if row.report else None,
        )
        for row in rows
    ]


def counting_design(
    connection: Connection, project: Project, on: date = date.max
) -> CountingDesign:
    """The design of a registered project that counts on a day; of none, the one that counts last.
    Before any change it is the one that was registered."""
    asked = {"project_id": project.project_id, "on": on}
    found = connection.execute(_COUNTING, asked).one_or_none()
    number = found.design_number if found else project.noticed_design
    design = find_design(connection, project.project_id, number)
    assert design is not None, "what counts was stated"
    rule = (found.methodology, found.rule_digest) if found else project.said[3:5]
    return CountingDesign(design, *rule)


def credited_days(connection: Connection, project: Project) -> DaySpan:
    """From the first day of the first crediting period to the last of the last one: days between
    two of them are nobody else's either."""
    first, last = (
        facts_of(each.content).crediting
        for each in (
            find_design(connection, project.project_id, project.noticed_design),
            find_design(connection, project.project_id),
        )
        if each is not None
    )
    # Another start replaces the crediting period; a renewal comes after it.
    return (
        last if last.starts_on < first.ends_before else DaySpan(first.starts_on, last.ends_before)
    )


def _tell(change: DesignChange) -> None:
    moved(change)
    told: JsonObject = {
        "design_change": change.number,
        "design_change_kind": change.kind,
        "design_change_state": change.state,
        "design_digest": change.digest.hex(),
        "effective_on": change.effective_on.isoformat(),
    }
    tell("project", public("prj", change.project_id), told)
