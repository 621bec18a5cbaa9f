"""Assertions of identity providers that were used: each proves somebody once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

# The second of two that come at the same instant waits for the first, and then finds it used.
_SPEND = text(
    """
    insert into spent_assertion (assertion_digest, expires_at) values (:digest, :expires_at)
        on conflict (assertion_digest) do nothing
    """
)


def spend_assertion(connection: Connection, digest: bytes, *, expires_at: datetime) -> bool:
    """Use an assertion; False when it was used before."""
    asked = {"digest": digest, "expires_at": expires_at}
    return connection.execute(_SPEND, asked).rowcount == 1
