"""Apply for organisations that are to take part; who files it has signed with that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.applications import add_applications
from app.store.signing import sign
from app.usecases.organisations.find_actor import find_actor
from behaviours.admission import ADMIT, APPLIED, OrganisationApplication
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of

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
    made = []
    for each in applications:
        matter = Matter(ORGANISATION, each.organisation_id, ADMIT)
        awaiting = missing_roles(sign(connection, matter, signature_of(by, now)))
        made.append(AppliedOrganisation(each, awaiting))
    return made
