"""Inclusion proofs: "my grams are in this bundle", checked without the platform.

``verify_inclusion`` needs nothing but the proof document and the root that the registry published
before the sale. It imports the standard library and ``sum_tree`` only; the rule is short enough to
be written again in any language (see ``sum_tree`` for the two hashes).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from rewards.pooling.sum_tree import HASH_BYTES, SUM_BYTES, Node, climb, leaf

LARGEST_SUM = 1 << (8 * SUM_BYTES - 1)
# 2**40 leaves are more than everybody's actions of a century.
LONGEST_PATH = 64


class StatedNode(TypedDict):
    """A node of the tree: hexadecimal digest, and its sum as a decimal text."""

    digest: str
    sum_mg: str


class StatedLeaf(TypedDict):
    """The reduction itself; ids and digest in hexadecimal."""

    salt: str
    action_id: str
    saved_mg: str
    digest: str


class InclusionProof(TypedDict):
    """A proof as JSON, from the leaf to the root."""

    algorithm: str
    leaf: StatedLeaf
    index: int
    leaves: int
    siblings: list[StatedNode]
    root: StatedNode


def proof_document(
    *,
    action_id: UUID,
    salt: UUID,
    saved_mg: int,
    index: int,
    leaves: int,
    beside: Sequence[Node],
    root: Node,
) -> InclusionProof:
    """The proof as JSON: digests and ids in hexadecimal, milligrams as decimal strings."""
    return {
        "algorithm": "tanpuhui-sum-tree-sha256-v1",
        "leaf": {
            "salt": salt.hex,
            "action_id": action_id.hex,
            "saved_mg": str(saved_mg),
            "digest": leaf(salt, action_id, saved_mg).digest.hex(),
        },
        "index": index,
        "leaves": leaves,
        "siblings": [{"digest": node.digest.hex(), "sum_mg": str(node.sum_mg)} for node in beside],
        "root": {"digest": root.digest.hex(), "sum_mg": str(root.sum_mg)},
    }


def verify_inclusion(proof: InclusionProof, *, root_digest: str, total_mg: int) -> bool:
    """Whether the reduction of ``proof`` is one of the leaves under a published root.

    ``root_digest`` (hexadecimal) and ``total_mg`` are the registry's, not the proof's own. A
    malformed proof does not hold; it never raises.
    """
    try:
        start = _stated_leaf(proof["leaf"])
        beside = [_node(each) for each in proof["siblings"]]
        index, count = proof["index"], proof["leaves"]
        published = Node(_digest(root_digest), total_mg)
        stated = _node(proof["root"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return False
    if type(index) is not int or type(count) is not int or len(beside) > LONGEST_PATH:
        return False
    # Every sum is checked before joining, so that a joined sum cannot leave its eight bytes.
    if sum(node.sum_mg for node in (start, *beside)) >= LARGEST_SUM:
        return False
    return stated == published and climb(start, index, count, beside) == published


def verify_stated_inclusion(stated: Any) -> bool:
    """Whether an answer about a person's reduction agrees in itself, under the root it states.

    The leaf must be that of the action named, lead to the stated root, and have the milligrams
    between ``offset_mg.from`` and ``offset_mg.to``. Whether the root is the published one is for
    the registry's signature, or for a look at the registry. Never raises for a malformed document.
    """
    try:
        proof, part, root = stated["proof"], stated["offset_mg"], stated["proof"]["root"]
        holds = (
            verify_inclusion(proof, root_digest=root["digest"], total_mg=_mg(root["sum_mg"]))
            and stated["action_id"] == f"act_{proof['leaf']['action_id']}"
        )
        return holds and _mg(part["to"]) - _mg(part["from"]) == _mg(proof["leaf"]["saved_mg"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _stated_leaf(stated: StatedLeaf) -> Node:
    node = leaf(
        UUID(bytes=_bytes(stated["salt"], 16)),
        UUID(bytes=_bytes(stated["action_id"], 16)),
        _mg(stated["saved_mg"]),
    )
    if node.digest != _digest(stated["digest"]):
        raise ValueError("the digest is not that of the leaf's content")
    return node


def _node(stated: StatedNode) -> Node:
    return Node(_digest(stated["digest"]), _mg(stated["sum_mg"]))


def _digest(text: str) -> bytes:
    return _bytes(text, HASH_BYTES)


def _bytes(text: str, length: int) -> bytes:
    # fromhex would also take spaces and capitals: one proof has one spelling.
    if len(text) != 2 * length or text != text.lower() or not text.isalnum():
        raise ValueError("not lower-case hexadecimal of the right length")
    return bytes.fromhex(text)


def _mg(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or str(int(text)) != text:
        raise ValueError("not a plain decimal number")
    value = int(text)
    if value >= LARGEST_SUM:
        raise ValueError("too large for eight bytes")
    return value
