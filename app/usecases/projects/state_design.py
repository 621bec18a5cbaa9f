"""State the design document of a project: from then on it holds its land and its meters.

Land is taken one project after the other, so of two that want the same one alone has it.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.designs import (
    NamedMeter,
    add_design,
    find_design,
    land_near,
    lock_land,
    meters_held,
    take_land,
)
from app.store.projects.projects import write_project
from app.store.projects.proofs import proofs_of
from app.store.recording.declared import owned_claims
from app.usecases.projects.hold_project_of import hold_project_of
from app.usecases.projects.put_on_notice import put_on_notice
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.claims import METER
from behaviours.actions.declared import METER_ID, DeclaredNumber, check_unowned, number_key
from behaviours.actions.normal_form import UnusableNumber
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.design import NewDesign, StatedDesign, check_free, check_meters_free
from behaviours.projects.design_written import digest_of, written
from behaviours.projects.project import DESIGN, REDESIGN
from behaviours.refusal import about
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
    meters = _free_meters(connection, project_id, said, rulebook)
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


def _free_meters(
    connection: Connection, project_id: UUID, said: NewDesign, rulebook: ProgrammeRulebook
) -> list[NamedMeter]:
    """The meters by what stands for their numbers: no project and no mechanism has them."""
    numbers = [
        DeclaredNumber("", "", METER, each.issuer, {METER_ID: each.number}, said.starts_on)
        for each in said.meters
    ]
    claims = [_claims(at, number, rulebook) for at, number in enumerate(numbers)]
    owned = owned_claims(connection, [digest for each in claims for digest in each])
    last = said.crediting.ends_before - timedelta(days=1)
    for at, digests in enumerate(claims):
        found = [one for digest in digests for one in owned.get(digest, ())]
        check_unowned(found, said.starts_on, last, pointer=f"/meters/{at}")
    key = rulebook.claiming.key
    named = [
        NamedMeter(meter, number_key(number).digest(key))
        for meter, number in zip(said.meters, numbers, strict=True)
    ]
    held = meters_held(connection, project_id, [each.digest for each in named])
    check_meters_free(said, [held.get(each.digest) for each in named])
    return named


def _claims(at: int, number: DeclaredNumber, rulebook: ProgrammeRulebook) -> list[bytes]:
    """What actions with the number of a meter would claim."""
    try:
        with about(f"/meters/{at}"):
            return blocked_claims(number, rulebook)
    except UnusableNumber as refused:
        refused.pointer = f"/meters/{at}/number"
        raise
