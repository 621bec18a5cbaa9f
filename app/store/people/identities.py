"""Who is behind a keyed hash of an identity, and the identities that lead to an account.

An account has one current identity; the former ones of a person whose document was replaced go on
leading to it, also when the person left and came back by another of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

_WHO = text(
    """
    select identity_digest, participant_id
      from identity
     where identity_digest = any(cast(:digests as bytea[]))
    union all
    select digest, s.leads_to
      from unnest(cast(:digests as bytea[])) as t (digest)
      join tombstone s on s.tombstone_digest = sha256('tombstone'::bytea || digest)
     where s.leads_to is not null
    """
)
_BIND = text(
    """
    insert into identity (identity_digest, participant_id) values (:digest, :participant_id)
        on conflict (identity_digest) do nothing
    """
)
_OTHERS = """
     where participant_id = :participant_id and former_since is null and identity_digest <> :digest
"""
_FREE = text(f"delete from identity {_OTHERS}")  # noqa: S608 - constants of this file
_KEEP = text(f"update identity set former_since = :now {_OTHERS}")  # noqa: S608


def people_of(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, UUID]:
    """The people who are enrolled, by the digest of their identity."""
    found = connection.execute(_WHO, {"digests": list(digests)})
    return {bytes(row.identity_digest): row.participant_id for row in found}


def bind_identity(connection: Connection, digest: bytes, participant_id: UUID) -> bool:
    """Let a free identity lead to this account; False when it leads to one already.

    Before the account is held: enrolment too takes identities first and accounts after them.
    """
    given = {"digest": digest, "participant_id": participant_id}
    return connection.execute(_BIND, given).rowcount == 1


def free_former(connection: Connection, participant_id: UUID, *, but: bytes) -> None:
    """Let go of the identity that led to a held account before this one."""
    connection.execute(_FREE, {"participant_id": participant_id, "digest": but})


def keep_former(connection: Connection, participant_id: UUID, *, but: bytes, now: datetime) -> None:
    """Let the identity that led to a held account before this one go on leading to it."""
    connection.execute(_KEEP, {"participant_id": participant_id, "digest": but, "now": now})
