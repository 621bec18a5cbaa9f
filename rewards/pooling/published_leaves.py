"""The leaves of a sealed bundle as everybody may read them: a part of them at a time.

A line is one leaf: its SHA-256 in hexadecimal, a comma, and its milligrams. The salts stay with the
people, so that a line tells nobody whose it is; but all lines together lead to the root that was
published before the sale, and add up to its total (see ``sum_tree``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from rewards.pooling.sum_tree import CHUNK, Node

# Kept subtrees in one part: 65,536 leaves, some five megabytes.
CHUNKS_AT_ONCE: Final = 64


class PartOfLeaves(NamedTuple):
    """Some leaves of a bundle from number ``first`` on; ``leaves`` are all that it has."""

    bundle_id: UUID
    first: int
    leaves: int
    nodes: Sequence[Node]

    @property
    def next(self) -> int | None:
        """The number of the leaf that the next part begins with; None after the last."""
        end = self.first + len(self.nodes)
        return end if self.nodes and end < self.leaves else None

    def lines(self) -> Iterator[bytes]:
        """One leaf a line."""
        return (f"{node.digest.hex()},{node.sum_mg}\n".encode() for node in self.nodes)


def chunk_of(first: int) -> int | None:
    """The number of the kept subtree that begins with this leaf; None where none does."""
    return first // CHUNK if first >= 0 and first % CHUNK == 0 else None
