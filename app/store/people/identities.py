"""Who is behind a keyed hash of an identity."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

_WHO = text(
    """
    select identity_digest, participant_id
      from identity
     where identity_digest = any(cast(:digests as bytea[]))
    """
)


def people_of(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, UUID]:
    """The people who are enrolled, by the digest of their identity."""
    found = connection.execute(_WHO, {"digests": list(digests)})
    return {bytes(row.identity_digest): row.participant_id for row in found}
