"""Ranges: however often tonnes are taken and split, each has one place and none is lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, pairwise
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.registry.block import ACTIVE, RESERVED, SPLIT, Block
from rewards.registry.origin import Origin
from rewards.registry.ranges import Range, Taking, take
from rewards.registry.refusals import NotEnoughUnits
from rewards.registry.register import RegisteredUnits
from rewards.registry.serials import SerialRange
from tests.builders.blocks import NOW, a_block

WHOLE = a_block(block_id=UUID(int=1), numbers=Range(101, 201))


@pytest.mark.parametrize(
    ("quantity_t", "takings"),
    [
        (1, [Taking(0, Range(1, 2), Range(2, 4))]),
        (3, [Taking(0, Range(1, 4), None)]),
        (4, [Taking(0, Range(1, 4), None), Taking(1, Range(10, 11), Range(11, 15))]),
        (8, [Taking(0, Range(1, 4), None), Taking(1, Range(10, 15), None)]),
        (
            9,
            [
                Taking(0, Range(1, 4), None),
                Taking(1, Range(10, 15), None),
                Taking(2, Range(15, 16), None),
            ],
        ),
    ],
)
def test_d04_tonnes_are_taken_from_the_head_and_a_whole_block_is_not_split(
    quantity_t: int, takings: list[Taking]
) -> None:
    assert take([Range(1, 4), Range(10, 15), Range(15, 16)], quantity_t) == takings


@pytest.mark.parametrize("ranges", [[], [Range(1, 4)], [Range(1, 3), Range(9, 10)]])
def test_one_tonne_too_many_takes_nothing_and_says_how_many_there_are(ranges: list[Range]) -> None:
    held = sum(each.quantity_t for each in ranges)
    with pytest.raises(NotEnoughUnits) as refused:
        take(ranges, held + 1)
    assert refused.value.pointer == "/quantity_t"
    assert refused.value.facts == {"available_t": str(held), "quantity_t": str(held + 1)}


@pytest.mark.parametrize("quantity_t", [0, -1])
def test_at_least_one_tonne_is_taken(quantity_t: int) -> None:
    with pytest.raises(AssertionError):
        take([Range(1, 4)], quantity_t)


@given(st.integers(1, 10**12), st.integers(1, 10**6), st.data())
def test_a_range_counts_its_tonnes_and_its_parts_add_up(
    first: int, length: int, data: st.DataObject
) -> None:
    whole = Range(first, first + length)
    assert whole.quantity_t == length
    part_t = data.draw(st.integers(1, length))
    ((_, taken, rest),) = take([whole], part_t)
    assert (taken.quantity_t, rest.quantity_t if rest else 0) == (part_t, length - part_t)


@st.composite
def divided(draw: st.DrawFn) -> list[Block]:
    """Everything that came of one block by splits at random: closed ones, and what stands."""
    ids = (UUID(int=number) for number in count(10))
    blocks = [WHOLE]
    for _ in range(draw(st.integers(0, 10))):
        standing = [
            at for at, each in enumerate(blocks) if each.state != SPLIT and each.quantity_t > 1
        ]
        at = draw(st.sampled_from(standing))
        state = draw(st.sampled_from([ACTIVE, RESERVED]))
        block = replace(blocks[at], state=state)
        (taking,) = take([block.numbers], draw(st.integers(1, block.quantity_t - 1)))
        closed, taken, rest = block.split(taking, (next(ids), next(ids)), now=NOW)
        blocks[at : at + 1] = [closed, taken, rest]
    return blocks


@given(divided())
def test_d03_random_splits_keep_every_tonne_once(blocks: list[Block]) -> None:
    standing = sorted(each.numbers for each in blocks if each.state != SPLIT)
    assert (standing[0].first, standing[-1].end) == WHOLE.numbers
    assert all(before.end == after.first for before, after in pairwise(standing))
    assert sum(each.quantity_t for each in standing) == WHOLE.quantity_t


@given(divided())
def test_every_part_descends_from_a_closed_block_that_held_its_tonnes(blocks: list[Block]) -> None:
    by_id = {each.block_id: each for each in blocks}
    assert len(by_id) == len(blocks)
    for each in blocks:
        if each.block_id == WHOLE.block_id:
            continue
        assert each.parent_id is not None
        parent = by_id[each.parent_id]
        assert parent.state == SPLIT
        assert parent.closed_at == NOW
        assert parent.numbers.first <= each.numbers.first < each.numbers.end <= parent.numbers.end


@given(divided(), st.integers(1, 100))
def test_what_is_taken_of_divided_blocks_overlaps_nothing_that_is_left(
    blocks: list[Block], quantity_t: int
) -> None:
    standing = [each.numbers for each in blocks if each.state != SPLIT]
    takings = take(standing, quantity_t)
    used = {taking.position for taking in takings}
    left = [each for at, each in enumerate(standing) if at not in used]
    left += [taking.rest for taking in takings if taking.rest]
    numbers = [number for each in left for number in range(*each)]
    numbers += [number for taking in takings for number in range(*taking.taken)]
    assert sorted(numbers) == list(range(*WHOLE.numbers))


@pytest.mark.parametrize("methodology", [None, "bj.low_carbon_travel"])
def test_the_register_and_the_certificate_print_the_same_serial(methodology: str | None) -> None:
    numbers = Range(7, 19)
    origin = Origin(UUID(int=2), methodology, 2026, b"", 1, None)
    units = RegisteredUnits(numbers, methodology, 2026, "voluntary")
    assert units.serial == origin.serial(numbers, units.unit_class)
    assert units.serial == SerialRange(methodology or "mixed", 2026, 7, 19, units.unit_class)
