"""Blocks: every step from every state, and what a split, a free block and a retirement are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.registry.block import (
    ACTIVE,
    FINAL,
    HELD,
    ISSUED,
    REPLACED,
    RESERVED,
    RETIRED,
    SPLIT,
    STATES,
    STEPS,
    SUSPENDED,
    check_covered,
    free_block,
)
from rewards.registry.origin import Origin
from rewards.registry.ranges import Range, take
from rewards.registry.refusals import (
    AlreadyRetired,
    BlockNotAvailable,
    UnitsNotCovered,
    UnknownUnits,
    UseNotPermitted,
    VerifierNotIndependent,
)
from rewards.registry.register import UnitTotal, tonnes_in
from rewards.registry.retirement import RetirementTerms, retire
from rewards.registry.ties import KnownTies, OrganisationTies
from tests.builders.blocks import NOW, a_block

LATER = NOW + timedelta(hours=1)
OWNER, BUYER, LISTING, TRADE, BUNDLE = (UUID(int=number) for number in range(1, 6))
BLOCK = a_block(bundle_id=BUNDLE, owner_id=OWNER)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_from_its_states_and_refused_from_every_other(
    step: str, state: str
) -> None:
    block = replace(BLOCK, state=state)
    needs, leads_to, changes_owner = STEPS[step]
    if state in needs:
        moved = block.move(step, now=LATER, owner_id=BUYER)
        assert moved.state == leads_to
        assert moved.owner_id == (BUYER if changes_owner else OWNER)
        assert moved.closed_at == (LATER if leads_to in FINAL else None)
        assert moved.numbers == block.numbers
    else:
        why = {RETIRED: AlreadyRetired, SUSPENDED: UnitsNotCovered}.get(state, BlockNotAvailable)
        with pytest.raises(why):
            block.move(step, now=LATER, owner_id=BUYER)


def test_nothing_leads_out_of_a_final_state() -> None:
    assert not any(state in step.needs for state in FINAL for step in STEPS.values())


def test_only_known_states_are_named_in_the_steps() -> None:
    named = {state for step in STEPS.values() for state in (*step.needs, step.leads_to)}
    assert named <= set(STATES)
    assert set(HELD) <= set(ISSUED) <= set(STATES)


def test_a_block_is_promised_to_what_the_step_says_and_to_nothing_else() -> None:
    listed = BLOCK.move("list", now=NOW, listing_id=LISTING)
    ordered = listed.move("order", now=NOW, listing_id=LISTING, trade_id=TRADE)
    assert (ordered.listing_id, ordered.trade_id) == (LISTING, TRADE)
    again = ordered.move("offer_again", now=NOW, listing_id=LISTING)
    assert (again.listing_id, again.trade_id) == (LISTING, None)
    delivered = ordered.move("deliver", now=NOW, owner_id=BUYER)
    assert (delivered.listing_id, delivered.trade_id) == (None, None)
    assert again.move("unlist", now=NOW) == BLOCK


@given(st.integers(1, 9), st.sampled_from([ACTIVE, RESERVED]))
def test_the_parts_of_a_split_block_stand_in_its_place(quantity_t: int, state: str) -> None:
    block = replace(BLOCK, state=state, listing_id=LISTING)
    (taking,) = take([block.numbers], quantity_t)
    closed, taken, rest = block.split(taking, (UUID(int=20), UUID(int=21)), now=LATER)
    assert (closed.state, closed.closed_at, closed.numbers) == (SPLIT, LATER, block.numbers)
    assert taken.numbers.first == block.numbers.first
    assert taken.numbers.end == rest.numbers.first
    assert rest.numbers.end == block.numbers.end
    assert taken.quantity_t == quantity_t
    for part in (taken, rest):
        assert part.parent_id == block.block_id
        assert (part.state, part.owner_id, part.listing_id) == (state, OWNER, LISTING)
        assert part.created_at == LATER


def test_a_block_that_is_taken_whole_is_not_split() -> None:
    (taking,) = take([BLOCK.numbers], 10)
    with pytest.raises(AssertionError):
        BLOCK.split(taking, (UUID(int=20), UUID(int=21)), now=LATER)


def test_only_its_owner_disposes_of_a_free_block() -> None:
    assert free_block(BLOCK, OWNER) is BLOCK
    for found, asking in ((BLOCK, BUYER), (BLOCK, None), (None, OWNER)):
        with pytest.raises(UnknownUnits):
            free_block(found, asking)


@pytest.mark.parametrize("state", [each for each in STATES if each != ACTIVE])
def test_a_block_that_is_not_free_says_why(state: str) -> None:
    with pytest.raises((AlreadyRetired, BlockNotAvailable, UnitsNotCovered)) as refused:
        free_block(replace(BLOCK, state=state), OWNER)
    assert refused.value.pointer == ("" if state == SUSPENDED else "/block_id")
    if isinstance(refused.value, BlockNotAvailable):
        assert refused.value.case == (state if state in REPLACED else "taken")
        assert refused.value.facts["state"] == state


def test_a_retirement_takes_every_block_or_none() -> None:
    terms = RetirementTerms("Tea House", "donation", "2026")
    made = retire(
        [BLOCK, replace(BLOCK, numbers=Range(30, 31))],
        terms,
        retirement_id=UUID(int=30),
        enterprise_id=OWNER,
        now=LATER,
    )
    assert made.quantity_t == 11
    assert made.use.code == "donation"
    assert {each.state for each in made.blocks} == {RETIRED}
    with pytest.raises(AlreadyRetired):
        retire(made.blocks, terms, retirement_id=UUID(int=31), enterprise_id=OWNER, now=LATER)


def test_every_class_among_the_blocks_must_permit_the_use() -> None:
    terms = RetirementTerms("Tea House", "compliance_offset", "2026")
    blocks = [replace(BLOCK, unit_class="compliance"), BLOCK]
    with pytest.raises(UseNotPermitted) as refused:
        retire(blocks, terms, retirement_id=UUID(int=30), enterprise_id=OWNER, now=LATER)
    assert refused.value.facts["unit_class"] == "voluntary"


def test_whoever_verified_units_neither_buys_nor_holds_them() -> None:
    origin = Origin(BUNDLE, None, 2026, b"", 1, OWNER)
    origin.check_independent(BUYER, "buy", OrganisationTies())
    Origin(BUNDLE, None, 2026, b"", 1, None).check_independent(OWNER, "buy", OrganisationTies())
    for case in ("buy", "hold"):
        with pytest.raises(VerifierNotIndependent) as refused:
            origin.check_independent(OWNER, case, OrganisationTies())
        assert refused.value.case == case


@pytest.mark.parametrize(
    "known",
    [
        {OWNER: KnownTies(interests=frozenset({BUYER}))},
        {BUYER: KnownTies(interests=frozenset({OWNER}))},
        {each: KnownTies(groups=frozenset({"g"})) for each in (OWNER, BUYER)},
        {
            OWNER: KnownTies(groups=frozenset({"g"})),
            BUNDLE: KnownTies(groups=frozenset({"g"}), interests=frozenset({BUYER})),
        },
    ],
)
def test_whoever_is_tied_to_the_verifier_neither_buys_nor_holds(
    known: dict[UUID, KnownTies],
) -> None:
    origin = Origin(BUNDLE, None, 2026, b"", 1, OWNER)
    for case in ("buy", "hold"):
        with pytest.raises(VerifierNotIndependent):
            origin.check_independent(BUYER, case, OrganisationTies(known))


def test_totals_count_the_states_that_are_asked_for() -> None:
    lines = [UnitTotal(None, 2026, "voluntary", state, 1, 2**at) for at, state in enumerate(STATES)]
    assert tonnes_in(lines, STATES) == 2 ** len(STATES) - 1
    assert tonnes_in(lines, (RETIRED,)) == 2 ** STATES.index(RETIRED)
    assert tonnes_in(lines, ()) == 0


def test_what_suspended_units_would_make_up_is_not_covered_and_more_is_not_there() -> None:
    free = [a_block(numbers=Range(0, 3))]
    stopped = [
        a_block(numbers=Range(10, 12), state=SUSPENDED, bundle_id=BUNDLE),
        a_block(numbers=Range(20, 25), state=SUSPENDED, bundle_id=TRADE),
        a_block(numbers=Range(30, 31), state=SUSPENDED, bundle_id=BUNDLE),
    ]
    check_covered(free, stopped, 3)
    check_covered(free, [], 4)
    check_covered(free, stopped, 12)
    for quantity_t in (4, 11):
        with pytest.raises(UnitsNotCovered) as refused:
            check_covered(free, stopped, quantity_t)
        assert refused.value.facts == {"bundle_id": f"bdl_{BUNDLE.hex}", "uncovered_t": "3"}
