"""The sum tree: what a bundle's leaves are, and that their milligrams add up to its total.

The shape is that of RFC 6962, section 2.1: a tree of n leaves splits at the largest power of two
below n, and no node is ever doubled. Every node carries the sum below it, and its hash covers both
children's hashes *and sums*, so that the root's hash commits to the total::

    leaf = SHA-256(0x00 || salt, 16 bytes || action id, 16 bytes || saved_mg, 8 bytes big-endian)
    node = SHA-256(0x01 || left hash || left sum, 8 bytes || right hash || right sum, 8 bytes)

Leaves stand in the order of their action ids. Subtrees of 1,024 leaves (``CHUNK``) are kept, so
that a proof reads one of them instead of everything; the tree over the kept nodes has the same
shape as the tree over all leaves, because 1,024 is a power of two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

CHUNK = 1024
SUM_BYTES = 8
HASH_BYTES = 32


# The salt of leaves that are published and hide nothing.
UNSALTED = UUID(int=0)


class Node(NamedTuple):
    """A leaf or an inner node: SHA-256 digest and the milligrams below it."""

    digest: bytes
    sum_mg: int


# The root of a bundle that everybody has left: the digest of nothing, as in RFC 6962.
EMPTY = Node(hashlib.sha256().digest(), 0)


def leaf(salt: UUID, action_id: UUID, saved_mg: int) -> Node:
    """The leaf of one reduction. The salt keeps what a public leaf hides from being guessed."""
    content = b"\x00" + salt.bytes + action_id.bytes + saved_mg.to_bytes(SUM_BYTES, "big")
    return Node(hashlib.sha256(content).digest(), saved_mg)


def join(left: Node, right: Node) -> Node:
    """The parent of two nodes."""
    content = b"".join(
        (
            b"\x01",
            left.digest,
            left.sum_mg.to_bytes(SUM_BYTES, "big"),
            right.digest,
            right.sum_mg.to_bytes(SUM_BYTES, "big"),
        )
    )
    return Node(hashlib.sha256(content).digest(), left.sum_mg + right.sum_mg)


class Builder:
    """Builds the root of a tree while its nodes stream by; keeps one node for each level."""

    def __init__(self) -> None:
        # Perfect subtrees, largest first; like the ones of a binary counter.
        self._peaks: list[tuple[int, Node]] = []
        self.count = 0

    def add(self, node: Node) -> None:
        """Take the next node, in order."""
        level = 0
        while self._peaks and self._peaks[-1][0] == level:
            node = join(self._peaks.pop()[1], node)
            level += 1
        self._peaks.append((level, node))
        self.count += 1

    def root(self) -> Node:
        """The root over everything added so far; at least one node must have been added."""
        assert self._peaks, "a tree needs at least one leaf"
        node = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            node = join(peak, node)
        return node


def root_of(nodes: Iterable[Node]) -> Node:
    """The root over ``nodes``; bounded memory for a stream of any length."""
    builder = Builder()
    for node in nodes:
        builder.add(node)
    return builder.root()


def chunks_of(nodes: Iterable[Node]) -> Iterator[tuple[int, Node]]:
    """(leaves, node) for every run of ``CHUNK`` nodes; the last one may be shorter."""
    builder = Builder()
    for node in nodes:
        builder.add(node)
        if builder.count == CHUNK:
            yield CHUNK, builder.root()
            builder = Builder()
    if builder.count:
        yield builder.count, builder.root()


def siblings(nodes: Sequence[Node], index: int) -> list[Node]:
    """The nodes beside the way from ``nodes[index]`` up to the root, lowest first."""
    assert 0 <= index < len(nodes), "the leaf must be one of the tree's"
    level = list(nodes)
    beside = []
    while len(level) > 1:
        if index ^ 1 < len(level):
            beside.append(level[index ^ 1])
        # An odd last node has no sibling here and goes up as it is.
        level = [
            join(level[at], level[at + 1]) if at + 1 < len(level) else level[at]
            for at in range(0, len(level), 2)
        ]
        index //= 2
    return beside


def climb(node: Node, index: int, count: int, beside: Sequence[Node]) -> Node | None:
    """The root that ``beside`` leads to from leaf ``index`` of ``count``; None if it cannot.

    The sides follow from ``index`` and ``count`` alone (RFC 9162, section 2.1.3.2), so that a
    proof cannot put a leaf where it does not stand.
    """
    if not 0 <= index < count:
        return None
    last = count - 1
    for other in beside:
        if last == 0 or other.sum_mg < 0 or node.sum_mg < 0:
            return None
        if index & 1:
            node = join(other, node)
        else:
            # On the right-hand edge some levels have no sibling: step over them.
            while index == last and not index & 1:
                index, last = index >> 1, last >> 1
            node = join(other, node) if index & 1 else join(node, other)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None
