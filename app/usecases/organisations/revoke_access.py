"""Take back access tokens before their time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.store.database import Connection
from app.store.organisations.revocations import revoke


def revoke_access(connection: Connection, tokens: Sequence[tuple[str, datetime]]) -> None:
    """Revoke tokens given as (jti, expiry); other processes see it within a second."""
    revoke(connection, tokens)
