"""Inclusion proofs: every member of every leaf's proof counts, and nothing else is a proof."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.pooling.inclusion import (
    LARGEST_SUM,
    LONGEST_PATH,
    proof_document,
    verify_inclusion,
    verify_stated_inclusion,
)
from rewards.pooling.sum_tree import EMPTY, Builder, Node, climb, join, leaf, root_of, siblings
from tests.builders.proofs import leaves_of, proof_of

MASSES = [46_000, 0, 37_000, 1, 5, 999_999, 12]
NODES = leaves_of(MASSES)
ROOT = root_of(NODES)
Path = tuple[str | int, ...]


def holds(proof: Any) -> bool:
    return verify_inclusion(proof, root_digest=ROOT.digest.hex(), total_mg=ROOT.sum_mg)


def changed(proof: dict[str, Any], path: Path, change: Callable[[Any], Any]) -> dict[str, Any]:
    """A copy of ``proof`` with another value at the end of ``path``."""
    other = copy.deepcopy(proof)
    *way, last = path
    place: Any = other
    for step in way:
        place = place[step]
    place[last] = change(place[last])
    return other


@pytest.mark.parametrize("index", range(len(MASSES)))
def test_the_proof_of_each_leaf_holds_after_a_way_through_json(index: int) -> None:
    assert holds(json.loads(json.dumps(proof_of(MASSES, index))))


@pytest.mark.parametrize("index", range(len(MASSES)))
@pytest.mark.parametrize("change", ["swap", "drop", "repeat", "add"])
def test_siblings_stand_in_their_order_and_number(index: int, change: str) -> None:
    proof = proof_of(MASSES, index)
    beside = proof["siblings"]
    proof["siblings"] = {
        "swap": [*reversed(beside)],
        "drop": beside[:-1],
        "repeat": [beside[0], *beside],
        "add": [*beside, {"digest": "00" * 32, "sum_mg": "0"}],
    }[change]
    assert len(beside) > 1
    assert not holds(proof)


@pytest.mark.parametrize("index", range(len(MASSES)))
def test_a_milligram_moved_from_one_node_to_another_is_noticed(index: int) -> None:
    proof = proof_of(MASSES, index)
    for at in range(len(proof["siblings"])):
        more = changed(proof, ("siblings", at, "sum_mg"), lambda text: str(int(text) + 1))
        assert not holds(more)
        # The total stays as it was.
        moved = changed(more, ("leaf", "saved_mg"), lambda text: str(abs(int(text) - 1)))
        assert not holds(moved)


PLACES: list[Path] = [
    ("leaf",),
    ("leaf", "salt"),
    ("leaf", "action_id"),
    ("leaf", "saved_mg"),
    ("leaf", "digest"),
    ("siblings",),
    ("siblings", 0),
    ("siblings", 0, "digest"),
    ("siblings", 1, "sum_mg"),
    ("index",),
    ("leaves",),
    ("root",),
    ("root", "digest"),
    ("root", "sum_mg"),
]


@pytest.mark.parametrize("path", PLACES, ids=str)
@pytest.mark.parametrize("value", [None, "", "x", -1, [], {}, 10**400, True], ids=repr)
def test_a_member_of_another_kind_does_not_hold_and_does_not_raise(path: Path, value: Any) -> None:
    assert not holds(changed(proof_of(MASSES, 2), path, lambda _: value))


@pytest.mark.parametrize("member", ["leaf", "index", "leaves", "siblings", "root"])
def test_a_proof_without_one_of_its_members_does_not_hold(member: str) -> None:
    proof = proof_of(MASSES, 3)
    del proof[member]
    assert not holds(proof)


@pytest.mark.parametrize(
    "respell",
    [str.upper, lambda text: f" {text}", lambda text: f"{text} ", lambda text: f"{text[:-1]}g"],
)
@pytest.mark.parametrize("member", ["salt", "action_id", "digest"])
def test_hexadecimal_has_one_spelling(member: str, respell: Callable[[str], str]) -> None:
    # With a letter in it, so that capitals are another spelling.
    proof = changed(proof_of(MASSES, 0), ("leaf", "action_id"), lambda _: UUID(int=10).hex)
    stated = proof["leaf"] | {"salt": UUID(int=11).hex}
    own = leaf(UUID(int=11), UUID(int=10), MASSES[0])
    proof["leaf"] = stated | {"digest": own.digest.hex()}
    proof |= {"index": 0, "leaves": 1, "siblings": []}
    proof["root"] = {"digest": own.digest.hex(), "sum_mg": str(own.sum_mg)}
    root = own.digest.hex()
    assert verify_inclusion(proof, root_digest=root, total_mg=own.sum_mg)
    respelled = changed(proof, ("leaf", member), respell)
    assert not verify_inclusion(respelled, root_digest=root, total_mg=own.sum_mg)


@pytest.mark.parametrize("text", ["046000", "+46000", "46_000", " 46000", "46000.0", "４６０００"])
def test_milligrams_have_one_spelling(text: str) -> None:
    assert not holds(changed(proof_of(MASSES, 0), ("leaf", "saved_mg"), lambda _: text))


@pytest.mark.parametrize("number", [True, "2", 2.0, None])
def test_places_are_whole_numbers(number: Any) -> None:
    assert not holds(proof_of(MASSES, 2) | {"index": number})
    assert not holds(proof_of(MASSES, 2) | {"leaves": number})


def one_leaf(saved_mg: int) -> tuple[dict[str, Any], Node]:
    own = leaf(UUID(int=1), UUID(int=2), saved_mg)
    proof = proof_document(
        action_id=UUID(int=2),
        salt=UUID(int=1),
        saved_mg=saved_mg,
        index=0,
        leaves=1,
        beside=[],
        root=own,
    )
    return proof, own


@pytest.mark.parametrize(("saved_mg", "held"), [(LARGEST_SUM - 1, True), (LARGEST_SUM, False)])
def test_a_sum_stays_within_its_eight_bytes(saved_mg: int, *, held: bool) -> None:
    proof, own = one_leaf(saved_mg)
    found = verify_inclusion(proof, root_digest=own.digest.hex(), total_mg=own.sum_mg)
    assert found == held


def test_sums_that_are_too_large_together_do_not_hold() -> None:
    half = {"digest": "00" * 32, "sum_mg": str(LARGEST_SUM // 2)}
    proof = proof_of(MASSES, 0) | {"siblings": [half] * 3}
    assert not holds(proof)


def test_a_path_has_an_end() -> None:
    nothing = {"digest": EMPTY.digest.hex(), "sum_mg": "0"}
    for steps in (LONGEST_PATH, LONGEST_PATH + 1, 10_000):
        assert not holds(proof_of(MASSES, 0) | {"siblings": [nothing] * steps, "leaves": 2**70})


@pytest.mark.parametrize("digest", ["", "00", ROOT.digest.hex().upper(), "zz" * 32])
def test_a_published_root_that_is_misspelled_proves_nothing(digest: str) -> None:
    assert not verify_inclusion(proof_of(MASSES, 0), root_digest=digest, total_mg=ROOT.sum_mg)


def test_a_proof_is_held_to_the_published_root_and_not_to_its_own() -> None:
    proof, own = one_leaf(7)
    assert verify_inclusion(proof, root_digest=own.digest.hex(), total_mg=7)
    assert not holds(proof)


@given(st.integers(0, len(NODES) - 1), st.integers(-2, 40))
def test_in_its_tree_a_leaf_climbs_to_the_root_from_its_own_place_alone(
    at: int, index: int
) -> None:
    found = climb(NODES[at], index, len(NODES), siblings(NODES, at))
    assert (found == ROOT) == (index == at)


@given(st.integers(0, len(NODES) - 1), st.integers(-2, 40), st.integers(-2, 40))
def test_from_any_place_of_any_tree_a_climb_ends_in_a_node_or_in_nothing(
    at: int, index: int, count: int
) -> None:
    found = climb(NODES[at], index, count, siblings(NODES, at))
    assert found is None or found.sum_mg == ROOT.sum_mg


def test_a_climb_over_less_than_nothing_is_none() -> None:
    below = Node(b"\x00" * 32, -1)
    assert climb(NODES[0], 0, 2, [below]) is None
    assert climb(below, 0, 2, [NODES[0]]) is None
    assert climb(NODES[0], 0, 1, [NODES[1]]) is None
    assert climb(NODES[0], 0, 2, []) is None


def test_left_and_right_are_not_the_same() -> None:
    assert join(NODES[0], NODES[1]) != join(NODES[1], NODES[0])
    assert join(NODES[0], NODES[1]).sum_mg == join(NODES[1], NODES[0]).sum_mg


@pytest.mark.parametrize("index", [-1, len(NODES)])
def test_there_is_no_way_from_a_leaf_outside_the_tree(index: int) -> None:
    with pytest.raises(AssertionError):
        siblings(NODES, index)


def test_a_tree_without_a_leaf_has_no_root() -> None:
    with pytest.raises(AssertionError):
        Builder().root()
    assert EMPTY.sum_mg == 0


def answer(index: int) -> dict[str, Any]:
    """The proof as a person is answered it."""
    before = sum(MASSES[:index])
    return {
        "action_id": f"act_{UUID(int=index).hex}",
        "offset_mg": {"from": str(before), "to": str(before + MASSES[index])},
        "proof": proof_of(MASSES, index),
    }


def test_an_answer_agrees_in_itself() -> None:
    assert all(verify_stated_inclusion(answer(index)) for index in range(len(MASSES)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("action_id",), f"act_{UUID(int=1).hex}"),
        (("offset_mg", "from"), "46001"),
        (("offset_mg", "to"), "1.5"),
        (("offset_mg",), None),
        (("proof", "root", "sum_mg"), "1"),
        (("proof", "root"), 5),
        (("proof",), []),
    ],
)
def test_an_answer_that_says_something_else_than_its_proof_does_not_hold(
    path: Path, value: object
) -> None:
    assert not verify_stated_inclusion(changed(answer(2), path, lambda _: value))
    assert not verify_stated_inclusion(value)
