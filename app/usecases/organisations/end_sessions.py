"""End the sessions of a user: all, or all but the one that they are in."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.logins import end_login, open_logins


def end_sessions(
    connection: Connection,
    user_id: UUID,
    *,
    but: UUID | None,
    access_lifetime: timedelta,
    now: datetime,
) -> list[str]:
    """The names under which their tokens are now revoked; ``now`` is real time."""
    until = now + access_lifetime
    return [
        name
        for login_id in open_logins(connection, user_id)
        if login_id != but
        for name in end_login(connection, login_id, now=now, access_until=until)
    ]
