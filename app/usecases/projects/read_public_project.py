"""Read a project as everybody may: from its first public notice on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import standings_of
from app.store.projects.design_changes import design_changes_of
from app.store.projects.designs import find_design
from app.store.projects.notices import notices_of
from app.store.projects.owner_changes import owner_changes_of
from app.store.projects.projects import find_project
from app.store.registry.issued_units import issued_of_project
from behaviours.projects.design import StatedDesign
from behaviours.projects.design_change import ACCEPTED, DesignChange
from behaviours.projects.owner_change import OwnerChange, confirmed_of
from behaviours.projects.project import Project, ProjectNotice, UnknownProject
from behaviours.standing import OrganisationStanding
from rewards.registry.hand_over import PeriodTonnes


class PublicProject(NamedTuple):
    """A project, the design that was on notice last, every notice and every change of its design
    and its owner that counts, in their order, how who owned it stands, and what was issued of it.
    """

    project: Project
    design: StatedDesign
    notices: list[ProjectNotice]
    design_changes: list[DesignChange]
    owner_changes: list[OwnerChange]
    owners: Mapping[UUID, OrganisationStanding]
    issued: list[PeriodTonnes]


def read_public_project(connection: Connection, project_id: UUID) -> PublicProject:
    """Raises UnknownProject for one that was never on notice, too."""
    project = find_project(connection, project_id)
    if project is None or not project.is_public:
        raise UnknownProject("project")
    design = find_design(connection, project_id, project.noticed_design)
    assert design is not None, "what is on notice was stated"
    changes = confirmed_of(owner_changes_of(connection, project_id))
    return PublicProject(
        project,
        design,
        notices_of(connection, project_id),
        [each for each in design_changes_of(connection, project_id) if each.state == ACCEPTED],
        changes,
        standings_of(connection, [project.applicant_id, *(one.former_id for one in changes)]),
        issued_of_project(connection, project_id),
    )
