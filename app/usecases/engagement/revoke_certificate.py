"""Revoke a certificate of one's own: whoever looks its number up is told so."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.engagement.certificates import find_certificate, revoke, signed_text
from app.store.people.enrolment import hold_account
from behaviours.people import check_open
from behaviours.personal_certificates import CertificateSeen, UnknownCertificate
from behaviours.refusal import found_or


def revoke_certificate(
    connection: Connection, certificate_id: UUID, *, person: UUID, clock: Clock
) -> CertificateSeen:
    """It stays revoked; doing it again changes nothing. Refuses others with UnknownCertificate."""
    check_open(is_open=hold_account(connection, person))
    unknown = UnknownCertificate("certificate")
    found_or(signed_text(connection, person, certificate_id), unknown)
    revoke(connection, person, certificate_id, now=clock.now())
    return found_or(find_certificate(connection, certificate_id), unknown)
