"""The sum tree: every leaf is provable, and nothing else is."""

import hashlib
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from rewards.pooling.inclusion import verify_inclusion
from rewards.pooling.sum_tree import CHUNK, Builder, Node, chunks_of, join, leaf, root_of
from tests.builders.proofs import leaves_of, proof_of

masses = st.lists(st.integers(0, 10**12), min_size=1, max_size=70)


def textbook_root(nodes: list[Node]) -> Node:
    """RFC 6962, section 2.1, as it is written there."""
    if len(nodes) == 1:
        return nodes[0]
    split = 1
    while split * 2 < len(nodes):
        split *= 2
    return join(textbook_root(nodes[:split]), textbook_root(nodes[split:]))


def holds(proof: dict[str, Any], root: Node) -> bool:
    return verify_inclusion(proof, root_digest=root.digest.hex(), total_mg=root.sum_mg)


def test_a_leaf_is_hashed_as_documented() -> None:
    salt, action = UUID(int=7), UUID(int=9)
    content = b"\x00" + salt.bytes + action.bytes + (46_000).to_bytes(8, "big")
    assert leaf(salt, action, 46_000) == (hashlib.sha256(content).digest(), 46_000)


def test_a_node_is_hashed_as_documented() -> None:
    left, right = leaves_of([46_000, 37_000])
    first, second = (mg.to_bytes(8, "big") for mg in (46_000, 37_000))
    content = b"\x01" + left.digest + first + right.digest + second
    assert join(left, right) == (hashlib.sha256(content).digest(), 83_000)


@given(masses)
def test_the_streamed_root_is_that_of_the_textbook_and_carries_the_total(mg: list[int]) -> None:
    root = root_of(leaves_of(mg))
    assert root == textbook_root(leaves_of(mg))
    assert root.sum_mg == sum(mg)


@pytest.mark.parametrize("count", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK + 7])
def test_a_tree_of_chunks_has_the_root_of_the_tree_of_leaves(count: int) -> None:
    nodes = leaves_of([at % 97 for at in range(count)])
    chunks = list(chunks_of(nodes))
    assert sum(leaves for leaves, _ in chunks) == count
    assert root_of(node for _, node in chunks) == textbook_root(nodes)


def test_the_builder_keeps_one_node_for_each_level_only() -> None:
    builder = Builder()
    for node in leaves_of([1] * 5000):
        builder.add(node)
        assert len(builder._peaks) <= 13


@given(masses, st.data())
def test_every_leaf_is_proven(mg: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(mg) - 1))
    assert holds(proof_of(mg, index), root_of(leaves_of(mg)))


@given(masses, st.data())
def test_any_flipped_bit_of_a_proof_is_noticed(mg: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(mg) - 1))
    proof = proof_of(mg, index)
    places = [(proof["leaf"], name) for name in ("salt", "action_id", "digest", "saved_mg")]
    places += [(node, name) for node in proof["siblings"] for name in ("digest", "sum_mg")]
    places += [(proof["root"], name) for name in ("digest", "sum_mg")]
    holder, name = data.draw(st.sampled_from(places))
    if name in ("saved_mg", "sum_mg"):
        bit = data.draw(st.integers(0, 62))
        holder[name] = str(int(holder[name]) ^ (1 << bit))
    else:
        raw = bytearray.fromhex(holder[name])
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        holder[name] = raw.hex()
    assert not holds(proof, root_of(leaves_of(mg)))


@given(masses, st.data())
def test_a_proof_does_not_hold_at_another_place(mg: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(mg) - 1))
    proof = proof_of(mg, index)
    other = data.draw(st.integers(-3, len(mg) + 3).filter(lambda at: at != index))
    proof["index"] = other
    assert not holds(proof, root_of(leaves_of(mg)))


def test_a_root_with_another_total_is_another_root() -> None:
    root = root_of(leaves_of([5, 6, 7]))
    proof = proof_of([5, 6, 7], 1)
    assert not verify_inclusion(proof, root_digest=root.digest.hex(), total_mg=19)


def test_an_inner_node_cannot_pose_as_a_leaf() -> None:
    nodes = leaves_of([1, 2, 3, 4])
    proof = proof_of([1, 2, 3, 4], 0)
    proof["siblings"] = proof["siblings"][1:]
    proof["leaves"] = 2
    assert not holds(proof, root_of(nodes))


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=70),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["leaf", "siblings", "index", "leaves", "root", "digest"]), inner
            )
        ),
    )
)
def test_nonsense_does_not_hold_and_does_not_raise(nonsense: object) -> None:
    held = verify_inclusion(nonsense, root_digest="00" * 32, total_mg=1)  # type: ignore[arg-type]
    assert held is False
