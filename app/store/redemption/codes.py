"""Codes as they are stored: a keyed hash, whose it is, how long it is good, what it redeemed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import Driver, LostRace, Rows, raw
from rewards.redemption.code import TillCode

_ADD = """
INSERT INTO till_code (code_digest, participant_id, offer_id, issued_at, expires_at, redemption_id)
VALUES (%s, %s, %s, %s, %s, %s)
"""

_GET = """
SELECT participant_id, offer_id, expires_at, redemption_id FROM till_code WHERE code_digest = %s
"""

# A code redeems once, whatever is locked beside it.
_USE = """
UPDATE till_code SET redemption_id = %s WHERE code_digest = %s AND redemption_id IS NULL
"""


def add_code(
    connection: Connection, code_digest: bytes, code: TillCode, *, issued_at: datetime
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


def get_code(connection: Connection, code_digest: bytes) -> TillCode | None:
    row = raw(connection).execute(_GET, [code_digest]).fetchone()
    return None if row is None else TillCode(*row)


def use_code(driver: Driver, code_digest: bytes, redemption_id: UUID) -> Rows:
    """Mark a code as used, in a pipeline; ``check_used`` when the pipeline has run."""
    return driver.execute(_USE, [redemption_id, code_digest])


def check_used(used: Rows) -> None:
    """Give the transaction up when another one has used the code since it was read.

    It is run again, and then sees what the code redeemed. Raises LostRace.
    """
    if used.rowcount != 1:
        raise LostRace("the code was used meanwhile")
