"""SQL of identity providers: who may prove who people are, and by which key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.people import ACTIVE

# ruff: noqa: S608 - these statements are put together from constants only

_REGISTER = text(
    """
    insert into identity_provider (issuer, organisation_id, public_key, created_at)
    values (:issuer, :organisation_id, :public_key, :now)
        on conflict (issuer) do nothing
    """
)
_FIND = text(
    """
    select public_key from identity_provider
     where issuer = :issuer and organisation_id = :organisation_id and disabled_at is null
    """
)
_PERSON = text(
    f"""
    select person.participant_id
      from identity
      join participant as person on person.participant_id = identity.participant_id
     where identity.identity_digest = :digest and person.state = '{ACTIVE}'
    """
)


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
    return done.rowcount == 1


def key_of_issuer(connection: Connection, issuer: str, *, organisation_id: UUID) -> bytes | None:
    """The Ed25519 key of an open issuer of this organisation."""
    key = connection.execute(
        _FIND, {"issuer": issuer, "organisation_id": organisation_id}
    ).scalar_one_or_none()
    return None if key is None else bytes(key)


def find_person(connection: Connection, identity_digest: bytes) -> UUID | None:
    """The person with this identity, if the account is open."""
    return connection.execute(_PERSON, {"digest": identity_digest}).scalar_one_or_none()
