"""Begin a family of refresh tokens: one login, and all that is renewed from it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.refreshing import add_refresh_token

LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Refreshing:
    """A fresh refresh token, shown this once, and whom it stands for."""

    token: str
    family_id: UUID
    user_id: UUID
    role: str
    tenant_id: UUID | None


def start_family(
    connection: Connection, *, user_id: UUID, role: str, tenant_id: UUID | None, now: datetime
) -> Refreshing:
    """The first token of a new family."""
    return issue(
        connection, family_id=new_id(), user_id=user_id, role=role, tenant_id=tenant_id, now=now
    )


def issue(
    connection: Connection,
    *,
    family_id: UUID,
    user_id: UUID,
    role: str,
    tenant_id: UUID | None,
    now: datetime,
) -> Refreshing:
    """A further token of a family; it lives a month from now."""
    token = f"rt_{secrets.token_urlsafe(32)}"
    add_refresh_token(
        connection,
        digest_of(token),
        family_id=family_id,
        subject=user_id.hex,
        role=role,
        tenant_id=tenant_id,
        issued_at=now,
        expires_at=now + LIFETIME,
    )
    return Refreshing(token, family_id, user_id, role, tenant_id)


def digest_of(token: str) -> bytes:
    """How a refresh token is kept: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
