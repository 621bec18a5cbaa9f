"""Which tokens were revoked before their time.

A row's ``jti`` names one token, a login (``fam:<hex>``) or everything that a subject
(``sub:<subject>``) or an organisation (``org:<hex>``) held until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

_REVOKE = text(
    """
    insert into revoked_token (jti, revoked_at, expires_at)
    select name, clock_timestamp(), expires_at
      from unnest(cast(:names as text[]), cast(:expires as timestamptz[])) as t(name, expires_at)
     order by name
        on conflict (jti) do update
       set revoked_at = excluded.revoked_at,
           expires_at = greatest(revoked_token.expires_at, excluded.expires_at)
    """
)
_AMONG = text("select jti, revoked_at from revoked_token where jti = any(cast(:names as text[]))")
_SINCE = text("select jti, revoked_at from revoked_token where revoked_at >= :since")


def revoke(connection: Connection, names: Sequence[tuple[str, datetime]]) -> None:
    """Revoke every (name, expiry of the last token that bears it)."""
    if names:
        connection.execute(
            _REVOKE,
            {"names": [name for name, _ in names], "expires": [expiry for _, expiry in names]},
        )


def revoked_among(connection: Connection, names: Sequence[str]) -> dict[str, datetime]:
    """Those of ``names`` that were revoked, with the moment."""
    return {row.jti: row.revoked_at for row in connection.execute(_AMONG, {"names": list(names)})}


def revoked_since(connection: Connection, since: datetime) -> dict[str, datetime]:
    """Everything revoked at or after ``since``."""
    return {row.jti: row.revoked_at for row in connection.execute(_SINCE, {"since": since})}
