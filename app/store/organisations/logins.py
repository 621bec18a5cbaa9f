"""SQL of logins and the refresh tokens that renew them: only digests of tokens are kept.

A login is the column ``family_id``: every token that descends from one proof of who the user is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.secrecy.refresh_tokens import digest_of
from app.store.organisations.revocations import revoke
from behaviours.organisations import Login, RenewableLogin

_ADD = text(
    """
    insert into refresh_token (token_digest, family_id, subject, role, tenant_id,
                               issued_at, expires_at, app_id)
    values (:digest, :family_id, :subject, :role, :tenant_id, :issued_at, :expires_at, :app_id)
        on conflict (token_digest) do nothing
    """
)
# The login is held by its rows in order of the key, so that two renewals of one login cannot both
# believe to be the first.
_LOCK_LOGIN = text(
    """
    select token_digest from refresh_token
     where family_id = (select family_id from refresh_token where token_digest = :digest)
     order by token_digest
       for update
    """
)
_FIND = text(
    """
    select family_id, subject, role, tenant_id, issued_at, expires_at, used_at, revoked_at, app_id,
           (select started_at from user_session where session_id = own.family_id) as started_at,
           exists (select from refresh_token as later
                    where later.family_id = own.family_id and later.used_at > own.used_at)
               as succeeded
      from refresh_token as own
     where token_digest = :digest
    """
)
_USE = text(
    "update refresh_token set used_at = :now where token_digest = :digest and used_at is null"
)
# In a statement of its own: the one that ends them then sees what a renewal has just added.
_HOLD_LOGIN = text(
    """
    select token_digest from refresh_token where family_id = :family_id
     order by token_digest
       for update
    """
)
_END_LOGIN = text(
    """
    update refresh_token set revoked_at = :now where family_id = :family_id and revoked_at is null
    """
)
_END_SUBJECT = text(
    """
    update refresh_token set revoked_at = :now
     where subject = any(cast(:subjects as text[])) and revoked_at is null
    """
)
_OPEN_LOGINS = text(
    """
    select distinct family_id from refresh_token
     where subject = :subject and revoked_at is null order by family_id
    """
)


@dataclass(frozen=True, slots=True)
class RefreshRow:
    """A refresh token as kept; ``succeeded`` when its successor was used too.

    ``started_at`` is when the session began that it belongs to; None: it is no session of staff.
    ``app_id`` is through which app the login came, whose name has to be read yet.
    """

    login: Login
    started_at: datetime | None
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    app_id: UUID | None
    succeeded: bool


def add_refresh_token(
    connection: Connection, login: Login, token: str, *, expires_at: datetime, now: datetime
) -> RenewableLogin:
    """A further refresh token of a login, unless it has it already."""
    connection.execute(
        _ADD,
        {
            "digest": digest_of(token),
            "family_id": login.login_id,
            "subject": login.user_id.hex,
            "role": login.role,
            "tenant_id": login.tenant_id,
            "issued_at": now,
            "expires_at": expires_at,
            "app_id": login.app.app_id if login.app else None,
        },
    )
    return RenewableLogin(login, token, now, expires_at)


def hold_refresh_token(connection: Connection, digest: bytes) -> RefreshRow | None:
    """The token with its whole login held until the transaction ends; None when unknown."""
    connection.execute(_LOCK_LOGIN, {"digest": digest}).all()
    row = connection.execute(_FIND, {"digest": digest}).one_or_none()
    if row is None:
        return None
    login = Login(row.family_id, UUID(hex=row.subject), row.role, row.tenant_id)
    return RefreshRow(
        login,
        row.started_at,
        row.issued_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
        row.app_id,
        row.succeeded,
    )


def mark_used(connection: Connection, digest: bytes, *, now: datetime) -> None:
    connection.execute(_USE, {"digest": digest, "now": now})


def end_login(
    connection: Connection, login_id: UUID, *, now: datetime, access_until: datetime
) -> list[str]:
    """End a login; the names under which its tokens are now revoked.

    ``access_until`` is when the last access token of it expires by itself.
    """
    connection.execute(_HOLD_LOGIN, {"family_id": login_id}).all()
    connection.execute(_END_LOGIN, {"family_id": login_id, "now": now})
    name = f"fam:{login_id.hex}"
    revoke(connection, [(name, access_until)])
    return [name]


def open_logins(connection: Connection, user_id: UUID) -> list[UUID]:
    """The logins of a user that nobody ended."""
    return list(connection.execute(_OPEN_LOGINS, {"subject": user_id.hex}).scalars())


def end_subjects(connection: Connection, subjects: list[str], *, now: datetime) -> None:
    """End every login of these subjects."""
    connection.execute(_END_SUBJECT, {"subjects": subjects, "now": now})
