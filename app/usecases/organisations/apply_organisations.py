"""Apply for organisations that are to take part; who they are they state themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.applications import add_applications
from app.usecases.organisations.find_actor import find_actor
from behaviours.admission import APPLIED, OrganisationApplication
from behaviours.viewer import Viewer
from rewards.signing import ROLES

# What is signed.
ORGANISATION = "organisation"


class NewOrganisation(NamedTuple):
    """Who applies. A covered emitter may not have units made inside its own boundary."""

    kind: str
    name: str
    covered_emitter: bool


class AppliedOrganisation(NamedTuple):
    """An application, and the roles that have yet to sign."""

    application: OrganisationApplication
    awaiting: list[str]


def apply_organisations(
    connection: Connection, new: Sequence[NewOrganisation], *, by: Viewer, clock: Clock
) -> list[AppliedOrganisation]:
    """The applications, in order. Raises UsersOnly."""
    actor, now = find_actor(connection, by), clock.now()
    applications = [
        OrganisationApplication(organisation_id, *each, APPLIED, now)
        for organisation_id, each in zip(new_ids(len(new)), new, strict=True)
    ]
    add_applications(connection, applications, by=actor.user_id)
    return [AppliedOrganisation(each, list(ROLES)) for each in applications]
