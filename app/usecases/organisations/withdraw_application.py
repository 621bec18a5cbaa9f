"""Withdraw an application before it is decided; the organisation may apply anew."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.applications import write_decision
from app.store.organisations.papers import papers_of
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.hold_application_of import hold_application_of
from behaviours.admission import WITHDRAW
from behaviours.organisation_papers import OrganisationPapers
from behaviours.viewer import Viewer


def withdraw_application(
    connection: Connection, organisation_id: UUID, *, by: Viewer, clock: Clock
) -> OrganisationPapers:
    """The withdrawn application; raises UsersOnly, UnknownApplication and ApplicationDecided."""
    application = hold_application_of(connection, organisation_id, by=by)
    find_actor(connection, by)
    withdrawn = application.move(WITHDRAW, now=clock.now())
    write_decision(connection, withdrawn)
    return papers_of(connection, withdrawn)
