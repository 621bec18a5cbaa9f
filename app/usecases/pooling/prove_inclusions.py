"""Prove that reductions are in sealed bundles: one of them, or everything of a person."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.store.database import Connection
from app.store.pooling.proofs import BundleEntry, Leaves, leaves_around
from app.store.pooling.sealing import chunks
from app.store.registry.reading import blocks_of_bundle
from rewards.pooling.included import Inclusion
from rewards.pooling.inclusion import proof_document
from rewards.pooling.sum_tree import CHUNK, Node, siblings
from rewards.registry.register import RegisteredBlock


def prove_inclusions(connection: Connection, entries: Sequence[BundleEntry]) -> list[Inclusion]:
    """The proofs of these entries of sealed bundles, given bundle by bundle in order of the leaves.

    A bundle's kept subtrees are read once, and each of them whose leaves are asked for.
    """
    proved: list[Inclusion] = []
    for bundle_id, of_bundle in groupby(entries, key=lambda entry: entry.bundle_id):
        kept = [chunk.node for chunk in chunks(connection, bundle_id)]
        blocks = blocks_of_bundle(connection, bundle_id)
        around = Leaves(0, [], [])
        for entry in of_bundle:
            if entry.action_id not in around.action_ids:
                around = leaves_around(connection, bundle_id, entry.action_id)
            proved.append(_proved(entry, kept, around, blocks))
    return proved


def _proved(
    entry: BundleEntry, kept: Sequence[Node], around: Leaves, blocks: list[RegisteredBlock]
) -> Inclusion:
    assert entry.root is not None, "the bundle is sealed"
    assert entry.salt is not None, "its salt is there"
    at = around.action_ids.index(entry.action_id)
    proof = proof_document(
        action_id=entry.action_id,
        salt=entry.salt,
        saved_mg=entry.saved_mg,
        index=around.chunk_no * CHUNK + at,
        leaves=entry.leaves,
        beside=siblings(around.nodes, at) + siblings(kept, around.chunk_no),
        root=Node(bytes(entry.root), entry.total_mg),
    )
    before = [*kept[: around.chunk_no], *around.nodes[:at]]
    return Inclusion(
        entry.action_id,
        entry.bundle_id,
        sum(node.sum_mg for node in before),
        entry.saved_mg,
        proof,
        blocks,
    )
