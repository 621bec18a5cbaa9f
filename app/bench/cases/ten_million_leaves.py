"""The same as ``adding_up`` over ten million leaves: ten times as long, within the same memory.

It needs some ten gigabytes of disk for the leaves and their tree, and so it runs only when it is
named: ``tanpuhui bench --only ten_million_leaves``; with ``--quick`` over a tenth of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.bench.cases.adding_up import LEAVES as A_MILLION, figures
from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground

LEAVES = 10 * A_MILLION


def _run(ground: Ground) -> Iterator[Figure]:
    leaves = A_MILLION if ground.quick else LEAVES
    ground.say(f"sealing {leaves:,} leaves and adding them up")
    yield from figures(ground.shop(people=0).wiring, leaves)


CASE = BenchCase(
    "ten_million_leaves", "ten million leaves, sealed and added up", _run, when_named=True
)
