"""A proof holds as it is, and with any one character, node or number of it changed it does not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from rewards.pooling.inclusion import (
    InclusionProof,
    proof_document,
    verify_inclusion,
    verify_stated_inclusion,
)
from rewards.pooling.sum_tree import Node, leaf, root_of, siblings

MASSES = [46_000, 1, 0, 37_000, 1_200, 999, 8]
SALTS = [UUID(int=1 << 64 | at) for at in range(len(MASSES))]
ACTIONS = [UUID(int=1 << 96 | at) for at in range(len(MASSES))]
LEAVES = [leaf(*each) for each in zip(SALTS, ACTIONS, MASSES, strict=True)]
ROOT = root_of(LEAVES)
EVERY = range(len(MASSES))


def proof_of(index: int) -> InclusionProof:
    return proof_document(
        action_id=ACTIONS[index],
        salt=SALTS[index],
        saved_mg=MASSES[index],
        index=index,
        leaves=len(LEAVES),
        beside=siblings(LEAVES, index),
        root=ROOT,
    )


def holds(proof: Any, root: Node = ROOT) -> bool:
    return verify_inclusion(proof, root_digest=root.digest.hex(), total_mg=root.sum_mg)


def texts(proof: Any) -> Iterator[tuple[Any, str]]:
    """Every text of a proof that is hashed or compared: the object that has it, and its name."""
    for each in (proof["leaf"], *proof["siblings"], proof["root"]):
        yield from ((each, name) for name in each)


def slips(text: str) -> Iterator[str]:
    """The text with one character become another one that could stand there, or lost, or twice."""
    letters = "0123456789abcdef" if len(text) in (32, 64) else "0123456789"
    for at, right in enumerate(text):
        yield text[:at] + letters[(letters.index(right) + 1) % len(letters)] + text[at + 1 :]
        yield text[:at] + text[at + 1 :]
        yield text[:at] + right + text[at:]


@pytest.mark.parametrize("index", EVERY)
def test_every_single_character_of_a_proof_counts(index: int) -> None:
    proof = proof_of(index)
    assert holds(proof)
    for holder, name in texts(proof):
        right = holder[name]
        for wrong in slips(right):
            if wrong != right:
                holder[name] = wrong
                assert not holds(proof), (name, wrong)
        holder[name] = right
    assert holds(proof)


@pytest.mark.parametrize("index", EVERY)
def test_a_leaf_stands_in_one_place_of_a_tree_of_one_size(index: int) -> None:
    right = proof_of(index)
    for other in range(-1, 9):
        assert holds({**right, "index": other}) == (other == index)
    # The path of a leaf may be the same in a tree of another size: then the root tells them apart.
    for leaves in range(9):
        told = {**right, "leaves": leaves}
        same_way = index < leaves and len(siblings([ROOT] * leaves, index)) == len(
            right["siblings"]
        )
        assert not holds(told) or (same_way and leaves != index)


@pytest.mark.parametrize("index", EVERY)
def test_no_node_of_a_path_is_missing_doubled_or_from_elsewhere(index: int) -> None:
    right = proof_of(index)
    for at in range(len(right["siblings"])):
        fewer, more, moved = (copy.deepcopy(right) for _ in range(3))
        del fewer["siblings"][at]
        more["siblings"].insert(at, more["siblings"][at])
        moved["siblings"][at] = right["root"]
        for each in (fewer, more, moved):
            assert not holds(each)


def test_the_published_root_decides_and_each_of_its_bytes_counts() -> None:
    proof = proof_of(3)
    for at in range(32):
        digest = bytearray(ROOT.digest)
        digest[at] ^= 1
        assert not holds(proof, Node(bytes(digest), ROOT.sum_mg))
    for off in (-1, 1):
        assert not holds(proof, Node(ROOT.digest, ROOT.sum_mg + off))


def test_a_proof_of_another_bundle_with_the_same_total_does_not_hold() -> None:
    other = root_of(reversed(LEAVES))
    assert (other.sum_mg, other.digest == ROOT.digest) == (ROOT.sum_mg, False)
    assert not holds(proof_of(0), other)


def test_the_only_leaf_of_a_bundle_is_its_root() -> None:
    alone = proof_document(
        action_id=ACTIONS[0],
        salt=SALTS[0],
        saved_mg=MASSES[0],
        index=0,
        leaves=1,
        beside=[],
        root=LEAVES[0],
    )
    assert holds(alone, LEAVES[0])
    assert not holds({**alone, "leaves": 2}, LEAVES[0])


def stated(index: int) -> dict[str, Any]:
    """What a person is told of a reduction, as a document."""
    begin = sum(MASSES[:index])
    return {
        "action_id": f"act_{ACTIONS[index].hex}",
        "offset_mg": {"from": str(begin), "to": str(begin + MASSES[index])},
        "proof": proof_of(index),
    }


@pytest.mark.parametrize("index", EVERY)
def test_an_answer_names_its_own_action_and_its_own_mass(index: int) -> None:
    answer = stated(index)
    assert verify_stated_inclusion(answer)
    for other in EVERY:
        renamed = {**answer, "action_id": f"act_{ACTIONS[other].hex}"}
        assert verify_stated_inclusion(renamed) == (other == index)
    longer = {**answer["offset_mg"], "to": str(int(answer["offset_mg"]["to"]) + 1)}
    assert not verify_stated_inclusion({**answer, "offset_mg": longer})
    assert not verify_stated_inclusion({**answer, "action_id": ACTIONS[index].hex})


@pytest.mark.parametrize("lost", ["action_id", "offset_mg", "proof"])
def test_an_answer_that_lost_a_member_does_not_hold(lost: str) -> None:
    answer = {name: each for name, each in stated(2).items() if name != lost}
    assert not verify_stated_inclusion(answer)


@pytest.mark.parametrize("answer", [None, [], "", 7, {"proof": None}, {"proof": {"root": 1}}])
def test_what_is_no_answer_does_not_hold_and_does_not_raise(answer: object) -> None:
    assert verify_stated_inclusion(answer) is False
