"""A tree of many leaves takes no more memory than one of few: one node for each level is kept."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from uuid import UUID

from rewards.pooling.sum_tree import Node, chunks_of, leaf, root_of

FEW, MANY = 1_000, 100_000


def leaves(count: int) -> Iterator[Node]:
    return (leaf(UUID(int=number), UUID(int=count + number), 46_000) for number in range(count))


def added_up(count: int) -> int:
    """The most memory that adding them up takes, in bytes."""
    tracemalloc.start()
    root = root_of(leaves(count))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert root.sum_mg == count * 46_000
    return most


def test_a_hundred_times_as_many_leaves_take_no_more_memory() -> None:
    few, many = added_up(FEW), added_up(MANY)
    # In a list of them each leaf alone is more than a hundred bytes: ten megabytes.
    assert many < 64 * 1024
    assert many < 4 * few


def test_parts_of_many_leaves_are_made_one_at_a_time() -> None:
    tracemalloc.start()
    made = sum(1 for _ in chunks_of(leaves(MANY)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made > 1
    assert most < 4 * 1024 * 1024
