"""State the design document of a project: from then on it holds its land and its meters.

Land is taken one project after the other, so of two that want the same one alone has it.
"""

from __future__ import annotations

from contextlib import closing
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.designs import (
    add_design,
    find_design,
    land_near,
    lock_land,
    take_land,
)
from app.store.projects.projects import write_project
from app.store.projects.proofs import proofs_of
from app.usecases.projects.hold_project_of import hold_project_of
from app.usecases.projects.name_meters import name_meters
from app.usecases.projects.put_on_notice import put_on_notice
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.design import NewDesign, StatedDesign, check_free
from behaviours.projects.design_written import digest_of, written
from behaviours.projects.project import DESIGN, REDESIGN
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def state_design(
    connection: Connection,
    project_id: UUID,
    said: NewDesign,
    *,
    rulebook: ProgrammeRulebook,
    deadlines: ProjectDeadlines,
    by: Viewer,
    clock: Clock,
) -> StatedDesign:
    """The document as it is kept; a notice begins anew by it. The same as the last changes nothing.

    Raises ProjectStateConflict, DesignUnfit, ShapeUnfit, ProofMissing, BoundaryOverlaps,
    DeclaredElsewhere, InsideCoveredEmitter, IssuerNotAdmitted, UnusableNumber and what
    ``hold_project_of`` raises.
    """
    # Before the project: so do registrations, which hold both.
    lock_land(connection)
    project = hold_project_of(connection, project_id, by=by)
    now = clock.now()
    step = REDESIGN if project.takes_objections else DESIGN
    designed = project.move(step, now=now)
    version = rulebook.version_by_digest(project.said.digest)
    said.check(version, {each.kind for each in proofs_of(connection, project_id)})
    with closing(land_near(connection, project_id, said.parcels)) as beside:
        check_free(said, beside)
    meters = name_meters(connection, project_id, said, rulebook)
    content = written(said)
    last, digest = find_design(connection, project_id), digest_of(content)
    if last is not None and last.digest == digest:
        return last
    assert by.user_id is not None, "whoever states has a name"
    number = last.number + 1 if last else 1
    design = StatedDesign(project_id, number, content, digest, by.user_id, now)
    add_design(connection, design)
    take_land(connection, project_id, said, meters)
    write_project(connection, designed)
    if step == REDESIGN:
        put_on_notice(connection, project, step, design, deadlines=deadlines, by=by, now=now)
    return design
