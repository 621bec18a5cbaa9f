"""Decline an organisation that applied, with a reason."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.applications import hold_application, write_decision
from app.usecases.organisations.find_actor import find_actor
from behaviours.admission import DECLINE, OrganisationApplication, UnknownApplication
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def decline_organisation(
    connection: Connection, organisation_id: UUID, *, reason: str, by: Viewer, clock: Clock
) -> OrganisationApplication:
    """The declined application; raises UsersOnly, UnknownApplication and ApplicationDecided."""
    application = found_or(
        hold_application(connection, organisation_id), UnknownApplication("application")
    )
    find_actor(connection, by)
    declined = application.move(DECLINE, now=clock.now())
    write_decision(connection, declined, reason=reason)
    return declined
