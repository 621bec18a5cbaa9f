"""Work out which days of which meters become a project's own by a change of its design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.designs import NamedMeter, meters_of
from app.store.recording.declared import Place, in_force_at, owned_claims
from app.usecases.projects.check_meters_unowned import OwnMeter
from app.usecases.projects.check_meters_unreported import check_meters_unreported
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.declared import (
    PROJECT,
    RegisteredDeclaration,
    check_unowned,
    of_project,
)
from behaviours.projects.design_change import START_DATE
from behaviours.projects.designed import DaySpan
from behaviours.projects.project import Project
from behaviours.rules.in_force import ProgrammeRulebook


class ChangedMeters(NamedTuple):
    """Declarations that end, and those that take their places."""

    ending: list[UUID]
    beginning: list[OwnMeter]


def claim_changed_meters(
    connection: Connection,
    project: Project,
    named: Sequence[NamedMeter],
    *,
    kind: str,
    effective_on: date,
    crediting: DaySpan,
    rulebook: ProgrammeRulebook,
) -> ChangedMeters:
    """A new meter is the project's from the first day of the change on, one that it leaves up to
    the day before, and every other for as long as its crediting lasts by then.

    The caller holds the land, and who reports by one of them waits. Raises InsideCoveredEmitter,
    DeclaredElsewhere and MeterReportedByPeople.
    """
    assert project.number is not None, "what is on the register has a number"
    left = meters_of(connection, project.project_id)
    meters = {each.digest: each for each in (*named, *left)}
    kept = _standing(connection, project.number, list(meters))
    staying = {each.digest for each in named}
    changed = ChangedMeters([], [])
    for digest, (meter, _) in meters.items():
        before = kept.get(digest)
        days = _days(before, digest in staying, kind, effective_on, crediting)
        if before and days == (before.said.from_day, before.said.to_day):
            continue
        if before:
            changed.ending.append(before.declaration_id)
        if days:
            said = of_project(project.number, meter.issuer, meter.number, *days)
            changed.beginning.append(OwnMeter(digest, said, blocked_claims(said, rulebook)))
    _check_free(connection, project.number, changed.beginning)
    check_meters_unreported(connection, changed.beginning, rulebook)
    return changed


def _standing(
    connection: Connection, number: str, digests: Sequence[bytes]
) -> Mapping[bytes, RegisteredDeclaration]:
    if not digests:
        return {}
    places: list[Place] = [(PROJECT, number, each) for each in digests]
    return {place[2]: one for place, one in in_force_at(connection, places).items()}


def _days(
    before: RegisteredDeclaration | None,
    stays: bool,
    kind: str,
    effective_on: date,
    crediting: DaySpan,
) -> tuple[date, date] | None:
    """The first and the last day on which the meter is the project's; None: on none."""
    last = crediting.ends_before - timedelta(days=1)
    if stays:
        if kind == START_DATE:
            return crediting.starts_on, last
        return (before.said.from_day if before else effective_on), last
    last = effective_on - timedelta(days=1)
    if before is None or last < before.said.from_day:
        return None
    return before.said.from_day, last


def _check_free(connection: Connection, number: str, meters: Sequence[OwnMeter]) -> None:
    owned = owned_claims(connection, [one for each in meters for one in each.claims])
    for at, each in enumerate(meters):
        found = [one for claim in each.claims for one in owned.get(claim, ())]
        first, last = each.said.from_day, each.said.to_day
        assert last is not None, "the days of a project end"
        check_unowned(found, first, last, own=number, pointer=f"/meters/{at}")
