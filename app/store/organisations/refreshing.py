"""SQL of refresh tokens: only their digests are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

_ADD = text(
    """
    insert into refresh_token (token_digest, family_id, subject, role, tenant_id,
                               issued_at, expires_at)
    values (:digest, :family_id, :subject, :role, :tenant_id, :issued_at, :expires_at)
    """
)
# The family is held by its first rows in order of the key, so that two rotations of one family
# cannot both believe to be the first.
_LOCK_FAMILY = text(
    """
    select token_digest from refresh_token
     where family_id = (select family_id from refresh_token where token_digest = :digest)
     order by token_digest
       for update
    """
)
_FIND = text(
    """
    select family_id, subject, role, tenant_id, expires_at, used_at, revoked_at,
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
_END_FAMILY = text(
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
_PURGE = text("delete from refresh_token where expires_at < :now")


@dataclass(frozen=True, slots=True)
class RefreshRow:
    """A refresh token as the books know it; ``succeeded`` when its successor was used too."""

    family_id: UUID
    subject: str
    role: str
    tenant_id: UUID | None
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    succeeded: bool


def add_refresh_token(
    connection: Connection,
    digest: bytes,
    *,
    family_id: UUID,
    subject: str,
    role: str,
    tenant_id: UUID | None,
    issued_at: datetime,
    expires_at: datetime,
) -> None:
    connection.execute(
        _ADD,
        {
            "digest": digest,
            "family_id": family_id,
            "subject": subject,
            "role": role,
            "tenant_id": tenant_id,
            "issued_at": issued_at,
            "expires_at": expires_at,
        },
    )


def hold_refresh_token(connection: Connection, digest: bytes) -> RefreshRow | None:
    """The token with its whole family held until the transaction ends; None when unknown."""
    connection.execute(_LOCK_FAMILY, {"digest": digest}).all()
    row = connection.execute(_FIND, {"digest": digest}).one_or_none()
    return RefreshRow(*row) if row else None


def mark_used(connection: Connection, digest: bytes, *, now: datetime) -> None:
    connection.execute(_USE, {"digest": digest, "now": now})


def end_family(connection: Connection, family_id: UUID, *, now: datetime) -> None:
    connection.execute(_END_FAMILY, {"family_id": family_id, "now": now})


def end_subjects(connection: Connection, subjects: list[str], *, now: datetime) -> None:
    """End every family of these subjects."""
    connection.execute(_END_SUBJECT, {"subjects": subjects, "now": now})


def purge_refresh_tokens(connection: Connection, *, now: datetime) -> int:
    """Forget tokens that have expired by themselves."""
    return connection.execute(_PURGE, {"now": now}).rowcount
