"""Codes as they are stored: a keyed hash, whose it is, how long it is good, what it redeemed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw

_ADD = """
INSERT INTO till_code (code_digest, participant_id, offer_id, issued_at, expires_at, redemption_id)
VALUES (%s, %s, %s, %s, %s, %s)
"""

_GET = """
SELECT participant_id, offer_id, expires_at, redemption_id FROM till_code WHERE code_digest = %s
"""

_PURGE = """
DELETE FROM till_code WHERE code_digest IN (
  SELECT code_digest FROM till_code WHERE expires_at < %s ORDER BY expires_at LIMIT %s
  FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class Code:
    """``redemption_id`` is what the code redeemed, or the held redemption that it is for."""

    participant_id: UUID
    offer_id: UUID | None
    expires_at: datetime
    redemption_id: UUID | None


def add_code(
    connection: Connection, code_digest: bytes, code: Code, *, issued_at: datetime
) -> None:
    raw(connection).execute(
        _ADD,
        [
            code_digest,
            code.participant_id,
            code.offer_id,
            issued_at,
            code.expires_at,
            code.redemption_id,
        ],
    )


def get_code(connection: Connection, code_digest: bytes) -> Code | None:
    row = raw(connection).execute(_GET, [code_digest]).fetchone()
    return None if row is None else Code(*row)


def purge_codes(connection: Connection, *, expired_before: datetime, limit: int) -> int:
    """Forget codes that expired long ago; what they redeemed stays. Returns how many."""
    return raw(connection).execute(_PURGE, [expired_before, limit]).rowcount
