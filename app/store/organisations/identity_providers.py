"""SQL of identity providers: who may prove who people are, and by which key."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.log.acting import tell

_REGISTER = text(
    """
    insert into identity_provider (issuer, organisation_id, public_key, created_at)
    values (:issuer, :organisation_id, :public_key, :now)
        on conflict (issuer) do nothing
    """
)
_FIND = text(
    """
    select organisation_id, public_key from identity_provider
     where issuer = :issuer and disabled_at is null
    """
)


class KnownIssuer(NamedTuple):
    """Whose an open issuer is, and the Ed25519 key that it signs with."""

    organisation_id: UUID
    public_key: bytes


def add_identity_provider(
    connection: Connection, issuer: str, *, organisation_id: UUID, public_key: bytes, now: datetime
) -> bool:
    """Register an issuer; False when the name is taken."""
    done = connection.execute(
        _REGISTER,
        {
            "issuer": issuer,
            "organisation_id": organisation_id,
            "public_key": public_key,
            "now": now,
        },
    )
    tell("identity_provider", issuer, {"organisation_id": public("org", organisation_id)})
    return done.rowcount == 1


def find_issuer(connection: Connection, issuer: str) -> KnownIssuer | None:
    """The open issuer of this name."""
    row = connection.execute(_FIND, {"issuer": issuer}).one_or_none()
    return KnownIssuer(row.organisation_id, bytes(row.public_key)) if row else None
