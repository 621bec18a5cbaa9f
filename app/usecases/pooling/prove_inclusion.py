"""Prove that a person's reduction is in a sealed bundle."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.proofs import read_entry
from app.usecases.pooling.prove_inclusions import prove_inclusions
from rewards.pooling.included import Inclusion
from rewards.pooling.refusals import NotInSealedBundle


def prove_inclusion(connection: Connection, participant_id: UUID, action_id: UUID) -> Inclusion:
    """The proof for one of the participant's own actions. Raises NotInSealedBundle."""
    entry = read_entry(connection, participant_id, action_id)
    if entry is None or entry.root is None:
        raise NotInSealedBundle("not_sealed")
    if entry.salt is None:
        raise NotInSealedBundle("salt_destroyed")
    (proved,) = prove_inclusions(connection, [entry])
    return proved
