"""Check that what a changed design lies on is nobody else's, and name its meters."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import NamedTuple

from app.store.database import Connection
from app.store.projects.designs import NamedMeter, land_near
from app.store.projects.periods import periods_of
from app.usecases.projects.claim_changed_meters import ChangedMeters, claim_changed_meters
from app.usecases.projects.name_meters import name_meters
from behaviours.projects.design import NewDesign, check_free
from behaviours.projects.design_change import check_unreported
from behaviours.projects.designed import DaySpan
from behaviours.projects.project import Project
from behaviours.rules.in_force import ProgrammeRulebook


class ChangedLand(NamedTuple):
    """The meters of a changed design, and what of them is declared otherwise by it."""

    meters: Sequence[NamedMeter]
    declared: ChangedMeters


def check_changed_land(
    connection: Connection,
    project: Project,
    said: NewDesign,
    *,
    kind: str,
    effective_on: date,
    rulebook: ProgrammeRulebook,
) -> ChangedLand:
    """When a change is asked for, and again when it is accepted: others may have come meanwhile.

    The caller holds the land and the project. Raises DesignChangeJudged, PeriodCrossesChange,
    BoundaryOverlaps, InsideCoveredEmitter, DeclaredElsewhere and MeterReportedByPeople.
    """
    crediting = DaySpan(said.crediting.starts_on, said.crediting.ends_before)
    check_unreported(periods_of(connection, project.project_id), effective_on, crediting)
    with closing(land_near(connection, project.project_id, said.parcels)) as beside:
        check_free(said, beside)
    named = name_meters(connection, project.project_id, said, rulebook, own=project.number)
    declared = claim_changed_meters(
        connection,
        project,
        named,
        kind=kind,
        effective_on=effective_on,
        crediting=crediting,
        rulebook=rulebook,
    )
    return ChangedLand(named, declared)
