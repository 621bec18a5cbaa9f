"""Merging: blocks whose numbers follow one another become one, under an id of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from rewards.registry.block import MERGE, Block
from rewards.registry.ranges import Range
from rewards.registry.refusals import BlocksDoNotMerge


class Merged(NamedTuple):
    """The closed blocks in the order of their numbers, and the one that stands in their place."""

    closed: Sequence[Block]
    made: Block


def merge(blocks: Sequence[Block], merged_id: UUID, *, now: datetime) -> Merged:
    """One block of several that one owner holds; their class and vintage are their bundle's.

    Raises BlocksDoNotMerge, and what a block says that cannot be disposed of.
    """
    ordered = sorted(blocks, key=lambda each: each.numbers)
    closed = [each.move(MERGE, now=now) for each in ordered]
    if len({each.block_id for each in ordered}) < 2:
        raise BlocksDoNotMerge("one", pointer="/block_ids")
    bundles = sorted({each.bundle_id for each in ordered})
    if len(bundles) > 1:
        raise BlocksDoNotMerge(
            "bundle", pointer="/block_ids", bundles=[f"bdl_{each.hex}" for each in bundles]
        )
    for one, other in pairwise(ordered):
        if one.numbers.end != other.numbers.first:
            raise BlocksDoNotMerge(
                "gap",
                pointer="/block_ids",
                last=str(one.numbers.end - 1),
                next=str(other.numbers.first),
            )
    first, last = ordered[0], ordered[-1]
    assert len({(each.owner_id, each.unit_class, each.vintage) for each in ordered}) == 1, (
        "blocks of one owner and one bundle are alike"
    )
    numbers = Range(first.numbers.first, last.numbers.end)
    made = replace(
        first, block_id=merged_id, numbers=numbers, parent_id=first.block_id, created_at=now
    )
    return Merged(closed, made)
