"""The draw: what follows from a secret, a number and a root, and from nothing else."""

from __future__ import annotations

import hashlib

from hypothesis import given, strategies as st

from behaviours.projects.draw import (
    commitment_of,
    drawn_of,
    first_by_rank,
    rank_of,
    seed_of,
    verifier_seed,
)

IDS = st.sets(st.uuids().map(lambda each: f"act_{each.hex}"), min_size=1, max_size=40)


def test_the_seed_is_of_the_secret_the_number_and_the_root() -> None:
    secret, root = bytes(range(32)), bytes(32)
    made = hashlib.sha256(secret + b"271828182845" + root).hexdigest()
    assert seed_of(secret, "271828182845", root) == made
    assert commitment_of(secret) == hashlib.sha256(secret).digest()
    others = (
        seed_of(bytes(32), "271828182845", root),
        seed_of(secret, "271828182846", root),
        seed_of(secret, "271828182845", b"\x01" * 32),
    )
    assert len({made, *others}) == 4


@given(IDS, st.data())
def test_when_one_leaves_the_next_moves_up_and_the_others_stay(ids: set[str], data) -> None:
    size = data.draw(st.integers(1, len(ids)))
    before = first_by_rank(ids, "seed", size)
    leaver = data.draw(st.sampled_from(sorted(ids)))
    after = first_by_rank(ids - {leaver}, "seed", size)
    assert set(before) - {leaver} <= set(after)
    assert [rank_of("seed", each) for each in after] == sorted(rank_of("seed", e) for e in after)


def test_a_verifier_is_drawn_by_secret_root_and_attempt() -> None:
    names = [f"org_{number:032x}" for number in range(20)]
    seeds = {verifier_seed(bytes([at]) * 32, bytes(32), 1) for at in range(60)}
    assert len({drawn_of(names, seed) for seed in seeds}) > 10
    others = {verifier_seed(bytes(32), bytes(32), attempt) for attempt in range(1, 61)}
    assert len(others) == 60
    assert len({drawn_of(names, seed) for seed in others}) > 10


@given(IDS)
def test_the_order_in_which_verifiers_are_named_decides_nothing(ids: set[str]) -> None:
    assert drawn_of(sorted(ids), "seed") == drawn_of(sorted(ids, reverse=True), "seed")
