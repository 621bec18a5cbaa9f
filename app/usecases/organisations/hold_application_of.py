"""Hold an application that is the asker's to see."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.applications import hold_application
from behaviours.admission import OrganisationApplication, UnknownApplication
from behaviours.viewer import Viewer


def hold_application_of(
    connection: Connection, organisation_id: UUID, *, by: Viewer
) -> OrganisationApplication:
    """The application, which nobody else moves until the transaction ends. Raises
    UnknownApplication."""
    application = hold_application(connection, organisation_id)
    if application is None:
        raise UnknownApplication("application")
    application.check_seen_by(by)
    return application
