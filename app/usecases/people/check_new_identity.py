"""Check what an account's identity may be changed to."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.tombstones import has_tombstone
from app.store.points.accounts import lock_person
from behaviours.identity_change import IdentityOwes, IdentityTaken, IdentityUnchanged


def check_new_identity(
    connection: Connection,
    participant_id: UUID,
    digests: tuple[bytes, ...],
    *,
    owner: UUID | None,
) -> None:
    """Refuse for a held account what could not be told apart later.

    ``digests`` are those of the new identity, ``owner`` is whose it is by now. Refuses with
    IdentityUnchanged, IdentityTaken or IdentityOwes.
    """
    if owner == participant_id:
        raise IdentityUnchanged(pointer="/identity")
    if owner is not None:
        raise IdentityTaken("account", pointer="/identity")
    if any(has_tombstone(connection, digest) for digest in digests):
        raise IdentityTaken("left", pointer="/identity")
    if debt := lock_person(connection, participant_id).debt:
        raise IdentityOwes(points=debt)
