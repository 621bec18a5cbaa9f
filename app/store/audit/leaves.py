"""SealedTree bundles and their leaves, streamed: a tree of any size passes through in order."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from rewards.pooling.sum_tree import Node

_SEALED = text(
    "select bundle_id, root, selected_mg from bundle"
    " where root is not null and period_id is null order by bundle_id"
)
_LEAVES = text(
    "select leaf, saved_mg from bundle_entry where bundle_id = :bundle_id order by action_id"
)
_CHUNKS = text(
    "select leaves, node, sum_mg from bundle_chunk where bundle_id = :bundle_id order by chunk_no"
)
_STREAM = {"stream_results": True, "yield_per": 5_000}


class SealedTree(NamedTuple):
    """A bundle whose root and total are published."""

    bundle_id: UUID
    root: bytes
    total_mg: int


def sealed_bundles(connection: Connection) -> list[SealedTree]:
    return [
        SealedTree(row.bundle_id, bytes(row.root), row.selected_mg)
        for row in connection.execute(_SEALED)
    ]


def leaves(connection: Connection, bundle_id: UUID) -> Generator[Node, None, None]:
    """Every leaf in the order of the tree, through a cursor on the server: close it."""
    parameters = {"bundle_id": bundle_id}
    with connection.execute(_LEAVES, parameters, execution_options=_STREAM) as rows:
        for leaf, saved_mg in rows:
            yield Node(bytes(leaf), saved_mg)


def kept_chunks(connection: Connection, bundle_id: UUID) -> Generator[tuple[int, Node], None, None]:
    """The kept subtrees: (leaves, node); likewise."""
    parameters = {"bundle_id": bundle_id}
    with connection.execute(_CHUNKS, parameters, execution_options=_STREAM) as rows:
        for count, node, sum_mg in rows:
            yield count, Node(bytes(node), sum_mg)
