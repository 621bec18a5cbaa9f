"""Sealed bundles and their leaves, streamed: a tree of any size passes through in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from rewards.market.sum_tree import Node

_SEALED = text(
    "select bundle_id, root, selected_mg from bundle where root is not null order by bundle_id"
)
_LEAVES = text(
    "select leaf, saved_mg from bundle_entry where bundle_id = :bundle_id order by action_id"
)
_CHUNKS = text(
    "select leaves, node, sum_mg from bundle_chunk where bundle_id = :bundle_id order by chunk_no"
)
_STREAM = {"stream_results": True, "yield_per": 5_000}


class Sealed(NamedTuple):
    """A bundle whose root and total are published."""

    bundle_id: UUID
    root: bytes
    total_mg: int


def sealed_bundles(books: Connection) -> list[Sealed]:
    return [
        Sealed(row.bundle_id, bytes(row.root), row.selected_mg) for row in books.execute(_SEALED)
    ]


def leaves(books: Connection, bundle_id: UUID) -> Iterator[Node]:
    """Every leaf in the order of the tree, through a cursor on the server."""
    rows = books.execute(_LEAVES, {"bundle_id": bundle_id}, execution_options=_STREAM)
    return (Node(bytes(leaf), saved_mg) for leaf, saved_mg in rows)


def kept_chunks(books: Connection, bundle_id: UUID) -> Iterator[tuple[int, Node]]:
    """The kept subtrees: (leaves, node)."""
    rows = books.execute(_CHUNKS, {"bundle_id": bundle_id}, execution_options=_STREAM)
    return ((count, Node(bytes(node), sum_mg)) for count, node, sum_mg in rows)
