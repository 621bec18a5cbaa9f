"""Leaves of a bundle and the proofs of them, from masses alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rewards.pooling.inclusion import proof_document
from rewards.pooling.sum_tree import Node, leaf, root_of, siblings


def leaves_of(saved_mg: Sequence[int]) -> list[Node]:
    """A leaf for each mass, with ids and salts by its place."""
    return [leaf(UUID(int=at + 1), UUID(int=at), mg) for at, mg in enumerate(saved_mg)]


def proof_of(saved_mg: Sequence[int], index: int) -> dict[str, Any]:
    """The proof that the leaf at ``index`` is one of these."""
    nodes = leaves_of(saved_mg)
    return proof_document(
        action_id=UUID(int=index),
        salt=UUID(int=index + 1),
        saved_mg=saved_mg[index],
        index=index,
        leaves=len(nodes),
        beside=siblings(nodes, index),
        root=root_of(nodes),
    )
