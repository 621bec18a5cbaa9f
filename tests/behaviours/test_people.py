"""What people can agree to and entrust, and who is shown a person's own things."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from behaviours.people import (
    SCENE_CATEGORIES,
    ConsentInFuture,
    PeriodBackwards,
    UnknownContributionMethodology,
    UnknownOfPerson,
    UnknownScene,
    check_entrusted,
    check_given,
    check_open,
    check_scene,
    person_behind,
)
from behaviours.rules.methodology import CATEGORIES
from behaviours.viewer import Viewer

KNOWN = frozenset(SCENE_CATEGORIES) | {"metro_ride"}
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = date(2026, 1, 1)


def test_a_scene_is_a_category_of_consumers_life_and_never_a_project() -> None:
    assert len(SCENE_CATEGORIES) == 7
    assert set(CATEGORIES.values()) - set(SCENE_CATEGORIES) == {"project"}


@pytest.mark.parametrize("scene", ["travel", "metro_ride"])
def test_a_category_and_a_behaviour_can_be_agreed_to(scene: str) -> None:
    check_scene(scene, KNOWN, pointer="/scene")


@pytest.mark.parametrize("scene", ["", "Travel", "project", "metro"])
def test_an_unknown_scene_is_refused_with_those_that_are_known(scene: str) -> None:
    with pytest.raises(UnknownScene) as refused:
        check_scene(scene, KNOWN, pointer="/consents/2/scene")
    assert refused.value.pointer == "/consents/2/scene"
    assert refused.value.facts == {
        "categories": list(SCENE_CATEGORIES),
        "behaviours": ["metro_ride"],
    }


def test_a_consent_is_given_now_or_before() -> None:
    check_given(NOW, now=NOW, pointer="")
    check_given(NOW - timedelta(days=900), now=NOW, pointer="")
    with pytest.raises(ConsentInFuture) as refused:
        check_given(NOW + timedelta(microseconds=1), now=NOW, pointer="/granted_at")
    assert refused.value.pointer == "/granted_at"


@pytest.mark.parametrize("methodology", [None, "bj.low_carbon_travel"])
def test_one_day_of_a_known_methodology_or_of_all_can_be_entrusted(methodology: str | None) -> None:
    check_entrusted(methodology, {"bj.low_carbon_travel"}, first=DAY, last=DAY)


def test_an_entrustment_names_a_methodology_of_this_programme() -> None:
    with pytest.raises(UnknownContributionMethodology) as refused:
        check_entrusted("no.such", {"bj.low_carbon_travel"}, first=DAY, last=DAY)
    assert (refused.value.pointer, refused.value.facts) == (
        "/methodology",
        {"methodology": "no.such"},
    )


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(PeriodBackwards) as refused:
        check_entrusted(None, (), first=DAY, last=DAY - timedelta(days=1))
    assert refused.value.pointer == "/to"


def test_a_closed_account_is_as_if_it_were_not_there() -> None:
    check_open(is_open=True)
    with pytest.raises(UnknownOfPerson) as refused:
        check_open(is_open=False)
    assert refused.value.key == "NOT_FOUND.account"


def test_the_person_behind_a_viewer_is_the_participant_not_the_user() -> None:
    person, user = uuid4(), uuid4()
    assert person_behind(Viewer("participant", person, user)) == person


@pytest.mark.parametrize(
    "viewer", [Viewer("operator", None, uuid4()), Viewer("provider", uuid4(), uuid4())]
)
def test_nobody_else_reads_a_persons_own_things(viewer: Viewer) -> None:
    with pytest.raises(AssertionError):
        person_behind(viewer)
