"""Suspend projects on the register of which another mechanism is found to own a meter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.store.database import Connection
from app.store.projects.decisions import registered_with, write_decision
from app.store.projects.design_changes import credited_days
from app.store.projects.designs import meters_of
from app.store.projects.projects import hold_project
from behaviours.actions.declared import PROJECT, DeclaredNumber
from behaviours.projects.project import STEPS, SUSPEND, Project


def suspend_projects(
    connection: Connection,
    declared: Sequence[tuple[bytes, DeclaredNumber]],
    *,
    by: UUID | None,
    now: datetime,
) -> list[Project]:
    """The projects that are suspended by new declarations, each with what stands for its numbers;
    the caller holds the land, so no project is registered beside it."""
    others = [(digest, said) for digest, said in declared if said.mechanism != PROJECT]
    if not others:
        return []
    suspended = []
    for project_id in registered_with(connection, [digest for digest, _ in others]):
        project = hold_project(connection, project_id)
        if project is None or project.state not in STEPS[SUSPEND].needs:
            continue
        said = _meant(connection, project, others)
        if said is not None:
            moved = project.move(SUSPEND, now=now)
            reason = f"{said.mechanism} {said.reference}"
            suspended.append(write_decision(connection, moved, SUSPEND, reason, by=by, now=now))
    return suspended


def _meant(
    connection: Connection, project: Project, declared: Sequence[tuple[bytes, DeclaredNumber]]
) -> DeclaredNumber | None:
    """The first declaration of one of its meters on days of its crediting period."""
    first, after = credited_days(connection, project)
    digests = {each.digest for each in meters_of(connection, project.project_id)}
    for digest, said in declared:
        until = said.to_day or date.max
        if digest in digests and said.from_day < after and until >= first:
            return said
    return None
