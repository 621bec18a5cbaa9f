"""Look up how a certificate stands, by its number: for anybody who was shown one."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.engagement.certificates import find_certificate
from behaviours.personal_certificates import CertificateSeen, UnknownCertificate
from behaviours.refusal import found_or


def look_up_certificate(connection: Connection, certificate_id: UUID) -> CertificateSeen:
    """Its number, its state and when it was made are told. Refuses with UnknownCertificate."""
    found = find_certificate(connection, certificate_id)
    return found_or(found, UnknownCertificate("certificate"))
