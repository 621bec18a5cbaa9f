"""Admit an organisation: the second signature, of another person and role, lets it take part."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.applications import hold_application, write_decision
from app.store.organisations.credentials import NewOrganisationRow, add_organisations
from app.store.signing import sign
from app.usecases.organisations.apply_organisations import ORGANISATION, AppliedOrganisation
from app.usecases.organisations.find_actor import find_actor
from behaviours.admission import ADMIT, UnknownApplication
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def admit_organisation(
    connection: Connection, organisation_id: UUID, *, by: Viewer, clock: Clock
) -> AppliedOrganisation:
    """The application, and the roles that have yet to sign; with none the organisation takes part.

    Raises UsersOnly, UnknownApplication, ApplicationDecided and SamePersonTwice.
    """
    application = hold_application(connection, organisation_id)
    if application is None:
        raise UnknownApplication("application")
    find_actor(connection, by)
    now = clock.now()
    admitted = application.move(ADMIT, now=now)
    matter = Matter(ORGANISATION, organisation_id, ADMIT)
    awaiting = missing_roles(sign(connection, matter, signature_of(by, now)))
    if awaiting:
        return AppliedOrganisation(application, awaiting)
    write_decision(connection, admitted)
    row = NewOrganisationRow(
        organisation_id, admitted.kind, admitted.name, admitted.covered_emitter
    )
    add_organisations(connection, [row], now=now)
    return AppliedOrganisation(admitted, [])
