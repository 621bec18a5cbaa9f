"""SQL of logins that are on their way by an OpenID provider: only digests are kept."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, text

from behaviours.openid_logins import OpenidLogin

_ADD = text(
    """
    insert into openid_login (state_digest, secret_digest, provider_id, link_digest, user_id, state,
                              expires_at)
    values (:state_digest, :secret_digest, :provider_id, :link_digest, :user_id, :state,
            :expires_at)
    """
)
_HOLD = text(
    """
    select state_digest, secret_digest, provider_id, link_digest, user_id, state, expires_at,
           subject_digest, factor_shown
      from openid_login where state_digest = :state_digest for update
    """
)
_WRITE = text(
    """
    update openid_login
       set state = :state, subject_digest = :subject_digest, factor_shown = :factor_shown
     where state_digest = :state_digest
    """
)


def add_openid_login(connection: Connection, login: OpenidLogin) -> None:
    connection.execute(_ADD, asdict(login))


def hold_openid_login(connection: Connection, state_digest: bytes) -> OpenidLogin | None:
    """The login, which nobody else goes on with until the transaction ends."""
    row = connection.execute(_HOLD, {"state_digest": state_digest}).one_or_none()
    if row is None:
        return None
    return OpenidLogin(
        bytes(row.state_digest),
        bytes(row.secret_digest),
        row.provider_id,
        _bytes(row.link_digest),
        row.user_id,
        row.state,
        row.expires_at,
        _bytes(row.subject_digest),
        row.factor_shown,
    )


def write_openid_login(connection: Connection, login: OpenidLogin) -> None:
    """Keep how far it is."""
    connection.execute(_WRITE, asdict(login))


def _bytes(kept: bytes | None) -> bytes | None:
    return None if kept is None else bytes(kept)
