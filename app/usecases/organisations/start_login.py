"""Begin a login: the first of the refresh tokens by which it is renewed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.logins import add_refresh_token
from behaviours.organisations import Login, RenewableLogin


def start_login(
    connection: Connection, *, user_id: UUID, role: str, tenant_id: UUID | None, now: datetime
) -> RenewableLogin:
    """A new login with its first refresh token. ``now`` is real time, which tokens live by."""
    return add_refresh_token(connection, Login(new_id(), user_id, role, tenant_id), now=now)
