"""Take back a login: its refresh tokens and the access tokens that came from them."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.store.database import Connection
from app.store.organisations.refreshing import end_family, hold_refresh_token
from app.store.organisations.revocations import revoke
from app.usecases.organisations.start_family import digest_of


def revoke_refresh(
    connection: Connection, token: str, *, access_lifetime: timedelta, now: datetime
) -> list[str]:
    """End the family of ``token``; the names under which its tokens are now revoked."""
    found = hold_refresh_token(connection, digest_of(token))
    if found is None:
        return []
    end_family(connection, found.family_id, now=now)
    name = f"fam:{found.family_id.hex}"
    revoke(connection, [(name, now + access_lifetime)])
    return [name]
