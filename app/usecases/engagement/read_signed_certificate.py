"""Read a certificate of the person who looks, as it was signed."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.engagement.certificates import signed_text
from behaviours.json_value import JsonObject
from behaviours.people import person_behind
from behaviours.personal_certificates import CertificateSeen, UnknownCertificate
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def read_signed_certificate(
    connection: Connection, certificate_id: UUID, *, viewer: Viewer
) -> tuple[CertificateSeen, JsonObject]:
    """How it stands, and its text. Refuses others with UnknownCertificate."""
    found = signed_text(connection, person_behind(viewer), certificate_id)
    return found_or(found, UnknownCertificate("certificate"))
