"""Seal a million leaves, add them up again as a buyer does, part by part, and prove single ones.

Each in a process of its own, whose largest memory is read when it is done. What is published is
read through the use case of ``GET /v1/registry/bundles/{id}/leaves``, part after part, and what is
kept of the tree is one node for each level.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from uuid import UUID

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground
from app.bench.worker import measured, run_task
from app.ids import new_id
from app.outbox import names
from app.store.bench.sealed_leaves import fill_leaves, leaf_of
from app.store.pooling.bundles import read_bundle
from app.usecases.pooling.prove_inclusion import prove_inclusion
from app.usecases.pooling.read_leaves import read_leaves
from app.wiring import Wiring
from rewards.pooling.sum_tree import Node, root_of

# Ten millions take ten times as long, and the same memory: the case ``ten_million_leaves``.
LEAVES, QUICK_LEAVES = 1_000_000, 100_000
LIMIT_MB = 400.0
PROOFS, LIMIT_PROOF_MS = 50, 20.0


def add_up(wiring: Wiring, bundle_id: UUID) -> None:
    """Read the published lines and hold their root and sum against the bundle."""
    bundle = wiring.database.transact(read_bundle, bundle_id)
    assert bundle is not None, "the bundle was made by this case"
    root = root_of(_lines(wiring, bundle_id))
    assert (root.digest, root.sum_mg) == (bundle.root, bundle.selected_mg), root


def _lines(wiring: Wiring, bundle_id: UUID) -> Iterator[Node]:
    first: int | None = 0
    while first is not None:
        part = wiring.database.transact(read_leaves, bundle_id, first=first)
        for line in part.lines():
            digest, _, milligrams = line.decode().partition(",")
            yield Node(bytes.fromhex(digest), int(milligrams))
        first = part.next


def figures(wiring: Wiring, leaves: int) -> Iterator[Figure]:
    """Fill the (throw-away) database of ``wiring`` and measure once."""
    bundle_id = new_id()
    fill_leaves(wiring.database, bundle_id, leaves)
    for told, work in (
        ("seal", partial(run_task, task=names.SEAL_BUNDLE)),
        ("add up", add_up),
    ):
        took_s, memory_mb = measured(wiring.settings, work, bundle_id)
        yield Figure(f"{told} {leaves:,} leaves", (took_s,), "s")
        yield Figure(f"most memory to {told} them", (memory_mb,), "MB", at_most=LIMIT_MB)
    proofs = tuple(_prove(wiring, 1 + number * leaves // PROOFS) for number in range(PROOFS))
    yield Figure(f"the proof of one of {leaves:,} leaves", proofs, "ms", at_most=LIMIT_PROOF_MS)


def _prove(wiring: Wiring, number: int) -> float:
    """Milliseconds until a person has the proof of one of their leaves."""
    began = time.perf_counter()
    proof = wiring.database.transact(prove_inclusion, *leaf_of(number))
    took_ms = (time.perf_counter() - began) * 1e3
    assert proof.proof["siblings"], "a leaf among many has a way to the root"
    return took_ms


def _run(ground: Ground) -> Iterator[Figure]:
    leaves = QUICK_LEAVES if ground.quick else LEAVES
    ground.say(f"sealing {leaves:,} leaves and adding them up")
    yield from figures(ground.shop(people=0).wiring, leaves)


CASE = BenchCase("adding_up", "a buyer adds up the leaves of a bundle, in bounded memory", _run)
