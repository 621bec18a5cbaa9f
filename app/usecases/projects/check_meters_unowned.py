"""Check that the meters of a held project are nobody else's on the days of its crediting period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from app.store.database import Connection
from app.store.projects.design_changes import credited_days
from app.store.projects.designs import meters_of
from app.store.recording.declared import owned_claims
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.declared import DeclaredNumber, check_unowned, of_project
from behaviours.projects.project import Project
from behaviours.rules.in_force import ProgrammeRulebook


class OwnMeter(NamedTuple):
    """A meter for the project's days: what stands for its number, how it is declared, and the
    claims that actions with it would make."""

    digest: bytes
    said: DeclaredNumber
    claims: list[bytes]


class OwnMeters(NamedTuple):
    """The meters of a project, the first day of its crediting period and the last."""

    meters: list[OwnMeter]
    first: date
    last: date


def check_meters_unowned(
    connection: Connection, project: Project, number: str, *, rulebook: ProgrammeRulebook
) -> OwnMeters:
    """The meters, as they are declared under this number; the caller holds the land.

    Raises InsideCoveredEmitter and DeclaredElsewhere.
    """
    first, after = credited_days(connection, project)
    last = after - timedelta(days=1)
    made = []
    for meter, digest in meters_of(connection, project.project_id):
        said = of_project(number, meter.issuer, meter.number, first, last)
        made.append(OwnMeter(digest, said, blocked_claims(said, rulebook)))
    owned = owned_claims(connection, [one for each in made for one in each.claims])
    for at, each in enumerate(made):
        found = [one for claim in each.claims for one in owned.get(claim, ())]
        check_unowned(found, first, last, own=project.number, pointer=f"/meters/{at}")
    return OwnMeters(made, first, last)
