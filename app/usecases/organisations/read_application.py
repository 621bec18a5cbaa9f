"""Read an application with all that was handed in and found: where it stands, what is missing."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.applications import find_application
from app.store.organisations.papers import papers_of
from behaviours.admission import UnknownApplication
from behaviours.organisation_papers import OrganisationPapers
from behaviours.viewer import Viewer


def read_application(
    connection: Connection, organisation_id: UUID, *, by: Viewer
) -> OrganisationPapers:
    """The whole application; raises UnknownApplication."""
    application = find_application(connection, organisation_id)
    if application is None:
        raise UnknownApplication("application")
    application.check_seen_by(by)
    return papers_of(connection, application)
