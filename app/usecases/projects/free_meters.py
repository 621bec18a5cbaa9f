"""Free the meters of a project that is taken off the register, for the days to come."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.designs import meters_of
from app.store.recording.declared import in_force_at, write_withdrawals
from app.usecases.recording.block_claims import block_claims
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.declared import PROJECT, of_project
from behaviours.civil_time import civil_day
from behaviours.projects.project import Project
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def free_meters(
    connection: Connection,
    project: Project,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> None:
    """What was the project's to the end of its period is so to the end of today only: the days that
    it was on the register are counted for nobody else."""
    assert project.number is not None, "what is on the register has a number"
    meters = meters_of(connection, project.project_id)
    if not meters:
        return
    places = [(PROJECT, project.number, each.digest) for each in meters]
    kept, now = in_force_at(connection, places), clock.now()
    today = civil_day(now, rulebook.zone)
    write_withdrawals(
        connection,
        [each.declaration_id for each in kept.values()],
        reason=None,
        by=by.user_id,
        now=now,
    )
    again = []
    for (meter, digest), place in zip(meters, places, strict=True):
        if place in kept and kept[place].said.from_day <= today:
            first, last = kept[place].said.from_day, kept[place].said.to_day
            until = min(today, last or today)
            said = of_project(project.number, meter.issuer, meter.number, first, until)
            again.append((digest, said, blocked_claims(said, rulebook)))
    block_claims(connection, again, zone=rulebook.zone, declared_by=by.user_id, clock=clock)
