"""Who may verify: over all surroundings, nobody who is tied to a bundle is drawn for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.projects.draw import drawn_of
from rewards.pooling.refusals import NoVerifierLeft, VerifierConflict
from rewards.pooling.verifiers import (
    APPROVED,
    DRAWN,
    KEPT,
    LASTING,
    LATELY,
    OUTSIDE,
    REASONS,
    SCOPE,
    BundleSurroundings,
    draw_from_pool,
)
from rewards.registry.ties import INTEREST, KnownTies, OrganisationTies, TiesDeclaration, ties_of

ORGANISATIONS = [UUID(int=number) for number in range(1, 9)]
SOME = st.frozensets(st.sampled_from(ORGANISATIONS), max_size=4)
BEHAVIOURS = st.frozensets(st.sampled_from(["ride", "pv", "bag"]), min_size=1)
TIES = st.builds(
    KnownTies,
    declared=st.booleans(),
    interests=SOME,
    of_operator=st.booleans(),
    groups=st.frozensets(st.sampled_from(["g", "h"]), max_size=1),
)
FREE = KnownTies(declared=True)
Choose = Callable[[Collection[str]], str]
SEEDS = st.binary(min_size=4, max_size=4).map(lambda drawn: partial(drawn_of, seed=drawn.hex()))


@st.composite
def surroundings(draw: st.DrawFn) -> BundleSurroundings:
    pool = draw(st.dictionaries(st.sampled_from(ORGANISATIONS), st.none() | BEHAVIOURS, max_size=8))
    return BundleSurroundings(
        providers=draw(SOME),
        buyers=draw(SOME),
        behaviours=draw(BEHAVIOURS),
        pool=pool,
        ties=OrganisationTies(
            draw(st.dictionaries(st.sampled_from(ORGANISATIONS), TIES | st.just(FREE)))
        ),
        declined=draw(SOME),
        lapsed=draw(SOME),
        lately=draw(SOME),
        earlier=tuple(draw(st.lists(st.sampled_from(ORGANISATIONS), max_size=2))),
    )


@given(surroundings(), SEEDS)
def test_nobody_who_is_tied_is_drawn(around: BundleSurroundings, choose: Choose) -> None:
    drawable = [each for each in around.pool if not around.obstacles(each)]
    kept = [each for each in around.earlier if around.free_but_for_rotation(each)]
    if not drawable and not kept:
        with pytest.raises(NoVerifierLeft) as nobody:
            draw_from_pool(around, choose)
        assert nobody.value.facts["left_out"].keys() == {f"org_{e.hex}" for e in around.pool}
        return
    drawn = draw_from_pool(around, choose)
    who, parties = drawn.verifier_id, around.providers | around.buyers
    own = around.ties.of(who)
    assert who in around.pool
    assert who not in parties | around.declined | around.lapsed
    assert own.declared
    assert not own.of_operator
    assert not own.interests & parties
    for party in parties:
        other = around.ties.of(party)
        assert not own.groups & other.groups
        assert who not in other.interests
    scope = around.pool[who]
    assert scope is None or around.behaviours <= scope
    assert drawn.how == (KEPT if who in around.earlier else DRAWN) or who in drawn.candidates
    assert who not in around.lately or (drawn.how == KEPT and who in around.earlier)
    around.check(who, drawn.how)
    assert set(drawn.candidates) | set(drawn.left_out) == set(around.pool)
    assert not set(drawn.candidates) & set(drawn.left_out)


@given(st.sets(st.uuids(), min_size=2, max_size=8), SEEDS, st.data())
def test_taking_somebody_else_out_of_the_pool_changes_no_draw(
    members: set[UUID], choose: Choose, data: st.DataObject
) -> None:
    around = BundleSurroundings(
        providers=frozenset(),
        buyers=frozenset(),
        behaviours=frozenset({"ride"}),
        pool=dict.fromkeys(members),
        ties=OrganisationTies(dict.fromkeys(members, FREE)),
    )
    drawn = draw_from_pool(around, choose).verifier_id
    gone = data.draw(st.sampled_from(sorted(members - {drawn})))
    fewer = replace(around, pool=dict.fromkeys(members - {gone}))
    assert draw_from_pool(fewer, choose).verifier_id == drawn


@given(surroundings(), st.sampled_from(ORGANISATIONS))
def test_an_approval_sets_aside_the_pool_and_the_rotation_and_no_tie(
    around: BundleSurroundings, verifier: UUID
) -> None:
    against = [each.reason for each in around.obstacles(verifier)]
    assert against == sorted(against, key=REASONS.index)
    if lasting := [each for each in against if each in LASTING]:
        with pytest.raises(VerifierConflict) as refused:
            around.check(verifier, APPROVED)
        assert refused.value.case == lasting[0]
        return
    around.check(verifier, APPROVED)
    assert around.set_aside(verifier) == against
    assert set(against) <= {OUTSIDE, SCOPE, LATELY}


def test_ties_count_whoever_states_them() -> None:
    one, other, party = ORGANISATIONS[:3]
    said = [
        TiesDeclaration(one, True, frozenset(), False, "g"),
        TiesDeclaration(one, False, frozenset({party}), False, "h"),
        TiesDeclaration(other, False, frozenset(), True, None),
    ]
    ties = ties_of(said)
    assert ties.of(one) == KnownTies(True, frozenset({party}), False, frozenset({"g", "h"}))
    assert ties.of(other) == KnownTies(False, frozenset(), True, frozenset())
    around = BundleSurroundings(
        providers=frozenset({party}),
        buyers=frozenset(),
        behaviours=frozenset({"ride"}),
        pool={one: None},
        ties=ties,
    )
    assert [each.reason for each in around.obstacles(one)] == [INTEREST]


@given(st.dictionaries(st.sampled_from(ORGANISATIONS), TIES), st.sampled_from(ORGANISATIONS))
def test_who_is_tied_to_one_is_found_by_pairs_and_all_at_once(
    known: dict[UUID, KnownTies], one: UUID
) -> None:
    ties = OrganisationTies(known)
    tied = {each for each in ORGANISATIONS if ties.between(one, each)}
    assert tied == {each for each in ties.tied_to(one) if each in ORGANISATIONS}
    for other in ORGANISATIONS:
        assert ties.between(one, other) == ties.between(other, one)


def test_a_group_stands_together_under_all_of_its_names() -> None:
    mother, child, cousin, party, stranger = ORGANISATIONS[:5]
    ties = OrganisationTies(
        {
            mother: KnownTies(groups=frozenset({"g"}), interests=frozenset({party})),
            child: KnownTies(groups=frozenset({"g", "h"})),
            cousin: KnownTies(groups=frozenset({"h"}), of_operator=True),
            stranger: KnownTies(groups=frozenset({"k"})),
        }
    )
    assert ties.between(mother, cousin) == ["group"]
    assert ties.between(cousin, party) == ties.between(party, child) == ["interest"]
    assert ties.of_operator(mother)
    for each in (mother, child, cousin, party):
        assert ties.between(stranger, each) == []
    assert not ties.of_operator(stranger)
