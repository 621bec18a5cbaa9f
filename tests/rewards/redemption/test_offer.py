"""An offer: its states and steps, what may change after publication, who may have it when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.viewer import Viewer
from rewards.redemption.offer import (
    AMEND,
    AMENDABLE,
    CLOSE,
    CLOSED,
    DRAFT,
    PUBLISH,
    PUBLISHED,
    REWRITE,
    STATES,
    STEPS,
    Offer,
    OfferChanges,
    change,
    check_on_sale,
    check_takeable,
    is_takeable,
    publish,
)
from rewards.redemption.refusals import (
    OfferDatesWrong,
    OfferForOtherRegions,
    OfferNotDraft,
    OfferNotOnSale,
    OutOfStock,
    PersonLimitReached,
)
from rewards.redemption.stock import MOST_STRIPES, check_stocked, split_stock
from tests.builders.offers import NOW, OFFER, TICK

ALL_STEPS = (PUBLISH, CLOSE, REWRITE, AMEND)
# The table once more, on purpose: this is what the programme has promised.
LEGAL = {
    (DRAFT, REWRITE): DRAFT,
    (DRAFT, AMEND): DRAFT,
    (DRAFT, PUBLISH): PUBLISHED,
    (DRAFT, CLOSE): CLOSED,
    (PUBLISHED, AMEND): PUBLISHED,
    (PUBLISHED, CLOSE): CLOSED,
}


def in_state(state: str) -> Offer:
    return replace(OFFER, state=state)


def changed(offer: Offer, *, closing: bool = False, now: datetime = NOW, **changes: Any) -> Offer:
    given: OfferChanges = changes  # type: ignore[assignment]
    return change(offer, given, closing=closing, now=now)


@pytest.mark.parametrize(("state", "step"), list(product(STATES, ALL_STEPS)))
def test_every_step_from_every_state_is_made_or_refused_by_the_table(state: str, step: str) -> None:
    offer = in_state(state)
    if (state, step) in LEGAL:
        moved = offer.move(step)
        assert (moved.state, moved.revision) == (LEGAL[state, step], offer.revision + 1)
        assert replace(moved, state=state, revision=offer.revision) == offer
        return
    with pytest.raises(OfferNotDraft) as refusal:
        offer.move(step)
    assert refusal.value.facts["state"] == state


def test_the_table_speaks_of_known_states_and_steps_only() -> None:
    assert dict(STEPS) == LEGAL
    assert {step for _, step in STEPS} == set(ALL_STEPS)


def test_a_refused_step_says_why() -> None:
    cases = {}
    for state, step in set(product(STATES, ALL_STEPS)) - set(LEGAL):
        with pytest.raises(OfferNotDraft) as refusal:
            in_state(state).move(step, fixed=("points",))
        cases[state, step] = refusal.value.case
    assert cases == {
        (PUBLISHED, PUBLISH): "not_publishable",
        (CLOSED, PUBLISH): "not_publishable",
        (PUBLISHED, REWRITE): "fixed",
        (CLOSED, REWRITE): "closed",
        (CLOSED, AMEND): "closed",
        (CLOSED, CLOSE): "closed",
    }


def test_publishing_puts_a_draft_on_sale_once() -> None:
    published = publish(in_state(DRAFT), now=NOW)
    assert (published.state, published.revision) == (PUBLISHED, 5)
    assert publish(published, now=NOW) is published
    with pytest.raises(OfferNotDraft):
        publish(in_state(CLOSED), now=NOW)


def test_an_offer_whose_time_is_over_is_not_published() -> None:
    with pytest.raises(OfferDatesWrong) as refusal:
        publish(in_state(DRAFT), now=OFFER.closes_at)
    assert (refusal.value.case, refusal.value.pointer) == ("over", "/closes_at")
    publish(in_state(DRAFT), now=OFFER.closes_at - TICK)


@pytest.mark.parametrize(
    "changes",
    [
        {"points": 1},
        {"settlement_fen": 1},
        {"per_person_limit": None},
        {"reversal_window_s": 1},
        {"opens_at": NOW},
    ],
)
def test_what_people_rely_on_stays_after_publication(changes: dict[str, Any]) -> None:
    with pytest.raises(OfferNotDraft) as refusal:
        changed(OFFER, **changes)
    [name] = changes
    assert (refusal.value.case, refusal.value.pointer) == ("fixed", f"/{name}")
    assert refusal.value.facts["fields"] == name
    assert changed(in_state(DRAFT), **changes).revision == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"title_zh": "茶"},
        {"title_en": "Tea"},
        {"stock_total": 3},
        {"closes_at": NOW + timedelta(days=2)},
    ],
)
def test_what_harms_nobody_changes_after_publication_too(changes: dict[str, Any]) -> None:
    [name] = changes
    assert name in AMENDABLE
    assert getattr(changed(OFFER, **changes), name) == changes[name]


def test_a_change_is_the_next_revision_and_no_change_is_none() -> None:
    assert changed(OFFER, stock_total=12).revision == 5
    assert changed(OFFER, stock_total=10) is OFFER
    closed = changed(OFFER, closing=True)
    assert (closed.state, closed.revision) == (CLOSED, 5)
    assert changed(closed, closing=True) is closed
    with pytest.raises(OfferNotDraft) as refusal:
        changed(closed, title_en="Tea")
    assert (refusal.value.case, refusal.value.pointer) == ("closed", "")
    with pytest.raises(OfferDatesWrong):
        changed(OFFER, closes_at=NOW)


def test_closing_takes_changes_along_and_asks_for_no_date() -> None:
    late = OFFER.closes_at + timedelta(days=1)
    closed = changed(OFFER, closing=True, title_en="Tea", now=late)
    assert (closed.state, closed.title_en, closed.revision) == (CLOSED, "Tea", 5)
    with pytest.raises(OfferNotDraft):
        changed(OFFER, closing=True, points=1)


def test_an_offer_does_not_close_before_it_opens() -> None:
    with pytest.raises(OfferDatesWrong) as refusal:
        changed(in_state(DRAFT), opens_at=OFFER.closes_at)
    assert refusal.value.case == "wrong_order"


def test_the_limit_counts_what_is_asked_for() -> None:
    check_takeable(OFFER, quantity=3, taken=0, region="CN-33", now=NOW)
    with pytest.raises(PersonLimitReached) as refusal:
        check_takeable(OFFER, quantity=2, taken=2, region="CN-33", now=NOW)
    facts = refusal.value.facts
    assert (facts["limit"], facts["left"]) == (3, 1)
    assert facts["title"] == {"zh-CN": "拿铁一杯", "en": "One latte"}


def test_without_a_limit_nobody_has_too_many() -> None:
    endless = replace(OFFER, per_person_limit=None)
    assert endless.left_for(1_000_000) is None
    check_takeable(endless, quantity=1_000_000, taken=1_000_000, region="CN-33", now=NOW)


def test_an_offer_is_on_sale_from_its_first_moment_until_just_before_its_last() -> None:
    check_takeable(OFFER, quantity=1, taken=0, region="CN-33", now=OFFER.opens_at)
    for when in (OFFER.opens_at - TICK, OFFER.closes_at):
        with pytest.raises(OfferNotOnSale) as refusal:
            check_takeable(OFFER, quantity=1, taken=0, region="CN-33", now=when)
        assert refusal.value.facts["opens_at"] == "2026-03-09T00:00:00Z"


@pytest.mark.parametrize("state", [DRAFT, CLOSED])
def test_only_what_is_published_is_on_sale(state: str) -> None:
    with pytest.raises(OfferNotOnSale):
        check_on_sale(in_state(state), now=NOW)


@given(
    state=st.sampled_from(STATES),
    taken=st.integers(0, 5),
    in_stock=st.integers(0, 5),
    points=st.integers(90, 110),
    limit=st.none() | st.integers(1, 5),
    day=st.integers(-2, 2),
    regions=st.sampled_from([(), ("CN-33",), ("CN-330100",), ("CN-330200", "CN-44")]),
)
def test_what_is_takeable_is_what_every_single_check_lets_pass(
    *,
    state: str,
    taken: int,
    in_stock: int,
    points: int,
    limit: int | None,
    day: int,
    regions: tuple[str, ...],
) -> None:
    offer = replace(OFFER, state=state, per_person_limit=limit, regions=regions)
    now = NOW + timedelta(days=day)
    try:
        check_takeable(offer, quantity=1, taken=taken, region="CN-330100", now=now)
        check_stocked(offer, quantity=1, left=in_stock)
        passes = points >= offer.points
    except (OfferNotOnSale, OfferForOtherRegions, PersonLimitReached, OutOfStock):
        passes = False
    takeable = is_takeable(
        offer, taken=taken, in_stock=in_stock, points=points, region="CN-330100", now=now
    )
    assert takeable == passes


def test_a_draft_is_seen_by_its_merchant_and_by_the_programme() -> None:
    own, other = Viewer("merchant", OFFER.merchant_id), Viewer("merchant", UUID(int=9))
    for state in STATES:
        seen = [
            in_state(state).may_be_seen_by(viewer)
            for viewer in (own, Viewer("operator", None), other, None)
        ]
        assert seen == [True, True, state != DRAFT, state != DRAFT]


@given(st.integers(0, 5000))
def test_stripes_hold_the_whole_stock_and_none_is_empty_without_need(stock: int) -> None:
    stripes = split_stock(stock)
    assert sum(stripes) == stock
    assert len(stripes) == min(MOST_STRIPES, max(1, stock))
    assert max(stripes) - min(stripes) <= 1


@pytest.mark.parametrize(
    ("left", "case", "pointer"), [(0, "sold_out", "/offer_id"), (2, "few_left", "/quantity")]
)
def test_more_than_is_left_is_refused_with_what_is_left(left: int, case: str, pointer: str) -> None:
    check_stocked(OFFER, quantity=left, left=left)
    with pytest.raises(OutOfStock) as refusal:
        check_stocked(OFFER, quantity=left + 1, left=left)
    assert (refusal.value.case, refusal.value.pointer) == (case, pointer)
    assert refusal.value.facts["left"] == left
