"""Subjects: a provider's own name of a user, kept as a digest that nobody else can compare."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID


def subject_digest(organisation_id: UUID, subject: str, identity_key: bytes) -> bytes:
    """HMAC-SHA256 of the subject as it is written, for this organisation alone."""
    text = b"subject\0" + organisation_id.bytes + subject.encode("utf-8", "replace")
    return hmac.digest(identity_key, text, hashlib.sha256)
