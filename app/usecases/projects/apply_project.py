"""Apply with a project: a draft, which its applicant and the programme see."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.projects.projects import add_project
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.civil_time import civil_day
from behaviours.projects.applying import NewProject
from behaviours.projects.project import DRAFT, Project
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def apply_project(
    connection: Connection,
    new: NewProject,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> Project:
    """The draft. Raises UnknownRegion, CreditCodeWrong, UnknownMethodology, ForActions,
    MethodologyIncomplete, MethodologyNotInForce, OrganisationSuspended, OrganisationPapersExpired
    and OrganisationClosed."""
    assert by.tenant_id is not None, "who applies is an organisation"
    check_taking_part(connection, [by.tenant_id])
    now = clock.now()
    said = new.stated(rulebook, on=civil_day(now, rulebook.zone))
    project = Project(new_id(), by.tenant_id, said, DRAFT, now, now)
    add_project(connection, project)
    return project
