"""Propose that another enterprise takes a project over."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.standing import standings_of
from app.store.projects.design_changes import counting_design
from app.store.projects.issuances import issued_before
from app.store.projects.owner_changes import add_owner_change, owner_changes_of
from app.store.projects.projects import find_project
from app.store.projects.proofs import proofs_of
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.json_value import JsonObject
from behaviours.projects.designed import facts_of
from behaviours.projects.owner_change import (
    PROPOSED,
    NewOwnerChange,
    OwnerChange,
    OwnerNotAdmitted,
    check_unissued,
    papers_of,
)
from behaviours.projects.project import APPLYING, UnknownProject
from behaviours.viewer import Viewer


def propose_owner(
    connection: Connection, project_id: UUID, said: NewOwnerChange, *, by: Viewer, clock: Clock
) -> OwnerChange:
    """The change, which the next owner has yet to accept.

    Raises ProjectStateConflict, OwnerNotAdmitted, OwnerChangeOpen, OwnerChangeUnfit,
    OwnerChangeLate, ProofMissing and what ``hold_project_of`` raises.
    """
    seen = find_project(connection, project_id)
    if seen is None or not seen.is_of(by):
        raise UnknownProject("project")
    # Both before the project, in one statement: two who hand over to each other wait for nobody.
    standing = standings_of(connection, [said.next_id]).get(said.next_id)
    if standing is None or standing.kind != APPLYING:
        raise OwnerNotAdmitted(pointer="/next_owner_id")
    check_taking_part(connection, [by.tenant_id, said.next_id])
    project = hold_project_of(connection, project_id, by=by)
    now = clock.now()
    project.check_registered()
    design = counting_design(connection, project, said.effective_on).design
    before = owner_changes_of(connection, project_id)
    said.check(project, facts_of(design.content).crediting, before)
    check_unissued(said.effective_on, issued_before(connection, project_id))
    split = cast(list[JsonObject], design.content["benefit_split"])
    papers = papers_of(proofs_of(connection, project_id), split, before)
    assert by.user_id is not None, "whoever proposes has a name"
    change = OwnerChange(
        project_id,
        len(before) + 1,
        project.applicant_id,
        *said,
        papers,
        PROPOSED,
        by.user_id,
        now,
        now,
    )
    add_owner_change(connection, change)
    return change
