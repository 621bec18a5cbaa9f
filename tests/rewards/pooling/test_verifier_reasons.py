"""Who may verify, reason by reason: what bars a verifier who came so, and what is set aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest

from rewards.pooling.refusals import NoVerifierLeft, VerifierConflict, VerifierSeated
from rewards.pooling.verifiers import (
    APPROVED,
    DRAWN,
    KEPT,
    NAMED,
    WAYS,
    BundleSurroundings,
    Obstacle,
    check_unseated,
    draw_from_pool,
    reasons_against,
)
from rewards.registry.ties import KnownTies, OrganisationTies

WHO, PARTY, BUYER, NEXT, LAST = (UUID(int=number) for number in (1, 2, 3, 4, 5))
FREE = KnownTies(declared=True)
AROUND = BundleSurroundings(
    providers=frozenset({PARTY}),
    buyers=frozenset({BUYER}),
    behaviours=frozenset({"ride", "pv"}),
    pool={WHO: None, NEXT: frozenset({"ride", "pv", "bag"}), LAST: None},
    ties=OrganisationTies({WHO: FREE, NEXT: FREE, LAST: FREE}),
)


def known(**ties: Any) -> dict[str, Any]:
    """The same surroundings, where this is known of the verifier."""
    mine = replace(FREE, **ties)
    others = {NEXT: FREE, LAST: FREE, PARTY: KnownTies(groups=frozenset({"g"}))}
    return {"ties": OrganisationTies({WHO: mine, **others})}


# In the order in which they are told: what changes, and whether it is never set aside.
AGAINST: dict[str, tuple[dict[str, Any], bool]] = {
    "party": ({"providers": frozenset({PARTY, WHO})}, True),
    "operator": (known(of_operator=True), True),
    "interest": (known(interests=frozenset({BUYER})), True),
    "group": (known(groups=frozenset({"g"})), True),
    "declined": ({"declined": frozenset({WHO})}, True),
    "lapsed": ({"lapsed": frozenset({WHO})}, True),
    "undeclared": (known(declared=False), True),
    "outside": ({"pool": {NEXT: None}}, False),
    "scope": ({"pool": {WHO: frozenset({"ride"})}}, False),
    "lately": ({"lately": frozenset({WHO})}, False),
}
TIES = ("party", "operator", "interest", "group")


def facing(*reasons: str) -> BundleSurroundings:
    changes: dict[str, Any] = {}
    for each in reasons:
        changes |= AGAINST[each][0]
    return replace(AROUND, **changes)


def test_nothing_stands_in_the_way_of_who_is_free() -> None:
    assert AROUND.obstacles(WHO) == []
    assert AROUND.tie(WHO) is None
    for how in WAYS:
        assert AROUND.barred(WHO, how) is None
        AROUND.check(WHO, how)
    AROUND.check_untied(WHO)
    assert AROUND.free_but_for_rotation(WHO)


@pytest.mark.parametrize("reason", AGAINST)
def test_each_reason_alone_stands_in_the_way_and_bars_as_its_kind_says(reason: str) -> None:
    around, lasting = facing(reason), AGAINST[reason][1]
    assert [each.reason for each in around.obstacles(WHO)] == [reason]
    for how in WAYS:
        bars = lasting or (reason == "outside" and how in (DRAWN, KEPT))
        assert (around.barred(WHO, how) is not None) == bars
    assert around.set_aside(WHO) == ([] if lasting else [reason])
    assert around.free_but_for_rotation(WHO) == (reason == "lately")


@pytest.mark.parametrize("reason", AGAINST)
def test_after_the_acceptance_only_a_tie_ends_the_work(reason: str) -> None:
    around = facing(reason)
    if reason not in TIES:
        around.check_untied(WHO)
        return
    with pytest.raises(VerifierConflict) as refused:
        around.check_untied(WHO)
    assert (refused.value.case, refused.value.pointer) == (reason, "/verifier_id")


@pytest.mark.parametrize(
    ("reason", "about"),
    [("party", WHO), ("interest", BUYER), ("group", PARTY), ("operator", None), ("lapsed", None)],
)
def test_a_conflict_names_the_verifier_and_whom_it_is_tied_to(
    reason: str, about: UUID | None
) -> None:
    with pytest.raises(VerifierConflict) as refused:
        facing(reason).check(WHO, APPROVED)
    named = {"organisation_id": f"org_{about.hex}"} if about else {}
    assert refused.value.facts == {"verifier_id": f"org_{WHO.hex}", **named}


# Those of one tie exclude each other here: a pair is of two that change different surroundings.
PAIRS = [
    (one, other)
    for one, other in combinations(AGAINST, 2)
    if not AGAINST[one][0].keys() & AGAINST[other][0].keys()
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_reasons_the_graver_is_told_first(first: str, second: str) -> None:
    around = facing(first, second)
    assert [each.reason for each in around.obstacles(WHO)] == [first, second]
    if AGAINST[first][1]:
        with pytest.raises(VerifierConflict) as refused:
            around.check(WHO, NAMED)
        assert refused.value.case == first


def test_a_bundle_that_has_a_verifier_gets_no_other() -> None:
    check_unseated(None)
    with pytest.raises(VerifierSeated):
        check_unseated(WHO)


def first_of(named: Collection[str]) -> str:
    return min(named)


def test_one_is_drawn_of_those_against_whom_nothing_stands() -> None:
    drawn = draw_from_pool(facing("lapsed"), first_of)
    assert (drawn.verifier_id, drawn.how, drawn.candidates) == (NEXT, DRAWN, [NEXT, LAST])
    assert drawn.left_out == {WHO: [Obstacle("lapsed")]}


def test_only_public_names_of_candidates_are_drawn_from() -> None:
    asked: list[Collection[str]] = []

    def choose(named: Collection[str]) -> str:
        asked.append(list(named))
        return f"org_{LAST.hex}"

    assert draw_from_pool(facing("lately"), choose).verifier_id == LAST
    assert asked == [[f"org_{NEXT.hex}", f"org_{LAST.hex}"]]


@pytest.mark.parametrize(
    ("earlier", "reasons", "verifier", "how"),
    [
        ((LAST,), (), LAST, KEPT),
        ((LAST, WHO), (), LAST, KEPT),
        # Whose turn it was lately has the same actions again, and is no candidate of a draw.
        ((WHO,), ("lately",), WHO, KEPT),
        ((WHO, LAST), ("declined",), LAST, KEPT),
        ((WHO,), ("group",), NEXT, DRAWN),
        ((WHO,), ("outside",), NEXT, DRAWN),
    ],
)
def test_nobody_draws_anew_by_cancelling(
    earlier: tuple[UUID, ...], reasons: tuple[str, ...], verifier: UUID, how: str
) -> None:
    around = replace(facing(*reasons), earlier=earlier)
    around = replace(around, ties=OrganisationTies({**around.ties.known, NEXT: FREE, LAST: FREE}))
    drawn = draw_from_pool(around, first_of)
    assert (drawn.verifier_id, drawn.how) == (verifier, how)


def test_when_everybody_is_barred_the_reasons_of_each_are_told_once() -> None:
    pool = {WHO: None, NEXT: frozenset({"bag"})}
    ties = {
        WHO: replace(FREE, interests=frozenset({PARTY, BUYER})),
        NEXT: KnownTies(),
    }
    around = replace(AROUND, pool=pool, ties=OrganisationTies(ties))
    with pytest.raises(NoVerifierLeft) as refused:
        draw_from_pool(around, first_of)
    told = {f"org_{WHO.hex}": ["interest"], f"org_{NEXT.hex}": ["undeclared", "scope"]}
    assert refused.value.facts == {"pool": 2, "left_out": told}
    assert reasons_against({each: around.obstacles(each) for each in pool}) == told


def test_an_empty_pool_leaves_nobody() -> None:
    with pytest.raises(NoVerifierLeft) as refused:
        draw_from_pool(replace(AROUND, pool={}), first_of)
    assert refused.value.facts == {"pool": 0, "left_out": {}}
