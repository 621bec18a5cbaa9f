"""SQL of sessions: the logins of who acts for the programme or an organisation.

A session is a login (``refresh_token.family_id``) with where it began from. It is open while one of
its refresh tokens is.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first
from behaviours.sessions import UserSession

_ADD = text(
    """
    insert into user_session (session_id, user_id, started_at, address, user_agent,
                              openid_provider_id)
    values (:session_id, :user_id, :now, :address, :user_agent, :openid_provider_id)
    """
)
_OPEN = newest_first(
    """
    select s.session_id, s.user_id, s.started_at, s.address, s.user_agent,
           s.openid_provider_id, t.last_used_at, t.expires_at
      from user_session s
      cross join lateral (
          select max(issued_at) as last_used_at, max(expires_at) as expires_at
            from refresh_token where family_id = s.session_id and revoked_at is null) t
     where s.user_id = :user_id and t.expires_at > :now
    """,
    by="s.session_id",
)
_IS_OF = text(
    "select exists (select from user_session where session_id = :session_id and user_id = :user_id)"
)
_BEGUN_BY = text(
    """
    select distinct s.session_id from user_session s
      join refresh_token t on t.family_id = s.session_id
     where s.openid_provider_id = :openid_provider_id and t.revoked_at is null
     order by s.session_id
    """
)


def add_session(
    connection: Connection,
    session_id: UUID,
    user_id: UUID,
    *,
    address: str,
    user_agent: str | None,
    openid_provider_id: UUID | None,
    now: datetime,
) -> None:
    asked = {
        "session_id": session_id,
        "user_id": user_id,
        "address": address,
        "user_agent": user_agent,
        "openid_provider_id": openid_provider_id,
        "now": now,
    }
    connection.execute(_ADD, asked)


def open_sessions(
    connection: Connection, user_id: UUID, *, before: UUID | None, most: int, now: datetime
) -> list[UserSession]:
    """The sessions of a user that go on, the newest first."""
    asked = {"user_id": user_id, "before": before, "most": most, "now": now}
    return [UserSession(*row) for row in connection.execute(_OPEN, asked)]


def is_session_of(connection: Connection, session_id: UUID, user_id: UUID) -> bool:
    asked = {"session_id": session_id, "user_id": user_id}
    return bool(connection.execute(_IS_OF, asked).scalar_one())


def sessions_begun_by(connection: Connection, openid_provider_id: UUID) -> list[UUID]:
    """The sessions that began by an OpenID provider and that nobody ended."""
    asked = {"openid_provider_id": openid_provider_id}
    return list(connection.execute(_BEGUN_BY, asked).scalars())
