"""Hold a change of owner of a project for a step of either party, or of the programme."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.owner_changes import owner_changes_of
from app.store.projects.projects import hold_project
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.projects.owner_change import OwnerChange, UnknownOwnerChange
from behaviours.projects.project import Project
from behaviours.viewer import Viewer


class HeldOwnerChange(NamedTuple):
    """A change of owner and its project, which nobody else moves until the transaction ends."""

    change: OwnerChange
    project: Project


def hold_owner_change(
    connection: Connection,
    project_id: UUID,
    number: int,
    *,
    by: Viewer,
    taking_part: Collection[str] = (),
) -> HeldOwnerChange:
    """The change by its number; ``taking_part`` names the members whose organisation is asked for.

    Raises UnknownOwnerChange for who is no party of it and does not answer for the region,
    OrganisationSuspended, OrganisationPapersExpired and OrganisationClosed.
    """
    found = _of_number(owner_changes_of(connection, project_id), number)
    check_taking_part(connection, [getattr(found, member) for member in taking_part])
    project = hold_project(connection, project_id)
    assert project is not None, "no project is ever deleted"
    change = _of_number(owner_changes_of(connection, project_id), number)
    change.check_seen_by(by, project)
    return HeldOwnerChange(change, project)


def _of_number(changes: Collection[OwnerChange], number: int) -> OwnerChange:
    for each in changes:
        if each.number == number:
            return each
    raise UnknownOwnerChange("owner_change")
