"""Prove that a person's reduction is in a sealed bundle."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.proofs import leaves_around, read_entry
from app.store.pooling.sealing import chunks
from app.store.registry.reading import blocks_of_bundle
from rewards.pooling.inclusion import InclusionProof, proof_document
from rewards.pooling.refusals import NotInSealedBundle
from rewards.pooling.sum_tree import CHUNK, Node, siblings
from rewards.registry.register import RegisteredBlock


class Inclusion(NamedTuple):
    """Where a reduction lies in its bundle, the proof of it, and what the bundle became."""

    bundle_id: UUID
    # Milligrams of the bundle before this reduction, in the order of its leaves.
    offset_mg: int
    saved_mg: int
    proof: InclusionProof
    # The blocks that were made of the bundle as a whole.
    blocks: list[RegisteredBlock]


def prove_inclusion(connection: Connection, participant_id: UUID, action_id: UUID) -> Inclusion:
    """The proof for one of the participant's own actions. Raises NotInSealedBundle."""
    entry = read_entry(connection, participant_id, action_id)
    if entry is None or entry.root is None:
        raise NotInSealedBundle("not_sealed")
    if entry.salt is None:
        raise NotInSealedBundle("salt_destroyed")
    around = leaves_around(connection, entry.bundle_id, action_id)
    kept = [chunk.node for chunk in chunks(connection, entry.bundle_id)]
    at = around.action_ids.index(action_id)
    beside = siblings(around.nodes, at) + siblings(kept, around.chunk_no)
    before = kept[: around.chunk_no] + around.nodes[:at]
    proof = proof_document(
        action_id=action_id,
        salt=entry.salt,
        saved_mg=entry.saved_mg,
        index=around.chunk_no * CHUNK + at,
        leaves=entry.leaves,
        beside=beside,
        root=Node(bytes(entry.root), entry.total_mg),
    )
    return Inclusion(
        bundle_id=entry.bundle_id,
        offset_mg=sum(node.sum_mg for node in before),
        saved_mg=entry.saved_mg,
        proof=proof,
        blocks=blocks_of_bundle(connection, entry.bundle_id),
    )
