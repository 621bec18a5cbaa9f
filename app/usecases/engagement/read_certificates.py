"""Read the certificates of the person who looks."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.engagement.certificates import certificates_of
from behaviours.people import person_behind
from behaviours.personal_certificates import CertificateSeen
from behaviours.viewer import Viewer


def read_certificates(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[CertificateSeen]:
    """Each with how it stands now, the newest first."""
    return certificates_of(connection, person_behind(viewer), before=before, most=most)
