"""When a scene is open: in the programme and to the provider, when it was done and now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.ids import new_id
from behaviours.scene_admission import (
    ALL_STEPS,
    APPLIED,
    ASSESS,
    BY_TWO,
    LIFT,
    PLACE,
    PUBLISH,
    STATES,
    STEPS,
    SUSPEND,
    SceneStateConflict,
    new_admission,
    opened,
)
from behaviours.scenes import SceneNotAdmitted, SceneRegister, Scenes

DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
CATEGORY_OF = {"metro_ride": "travel", "bus_ride": "travel", "clean_plate": "food"}
PROVIDER = new_id()


def a_scene(scene="metro_ride", provider=PROVIDER, *steps):
    """An admission after steps at days that are stated; published unless they say otherwise."""
    admission = new_admission(new_id(), provider, scene, now=FIRST)
    for step, day in steps or ((ASSESS, 0), (PUBLISH, 0)):
        admission = admission.move(step, now=FIRST + day * DAY)
    return admission


def said(admissions, behaviour, done, now, region="CN-33"):
    """Why an action of a day is not reported on another; None: it is."""
    scenes = Scenes.of(CATEGORY_OF, SceneRegister(admissions))
    try:
        scenes.check_reported(
            PROVIDER.hex, behaviour, region, FIRST + done * DAY, FIRST + now * DAY
        )
    except SceneNotAdmitted as refused:
        return refused.case
    return None


IN_PROGRAMME = a_scene("travel", None)
TWICE = ((ASSESS, 0), (PUBLISH, 10), (SUSPEND, 20), (LIFT, 30))


@pytest.mark.parametrize(
    ("steps", "done", "now", "case"),
    [
        (TWICE, 5, 5, "provider"),
        (TWICE, 5, 15, "then"),
        (TWICE, 12, 15, None),
        (TWICE, 10, 10, None),
        (TWICE, 12, 20, "provider_suspended"),
        (TWICE, 12, 25, "provider_suspended"),
        (TWICE, 22, 35, "then"),
        (TWICE, 12, 35, None),
        (TWICE, 30, 35, None),
        # The clock of a phone that runs ahead.
        (TWICE, 36, 35, None),
        (TWICE[:3], 12, 35, "provider_suspended"),
        (((ASSESS, 0),), 12, 15, "provider"),
    ],
    ids=str,
)
def test_open_is_what_was_open_then_and_is_now(steps, done, now, case):
    admissions = [IN_PROGRAMME, a_scene("metro_ride", PROVIDER, *steps)]
    assert said(admissions, "metro_ride", done, now) == case


def test_programme_and_provider_must_both_be_open_and_a_category_opens_what_is_in_it():
    travel, mine = a_scene("travel", None), a_scene("travel")
    assert said([travel, mine], "metro_ride", 1, 2) is None
    assert said([travel, mine], "bus_ride", 1, 2) is None
    assert said([travel, mine], "clean_plate", 1, 2) == "programme"
    assert said([travel], "metro_ride", 1, 2) == "provider"
    assert said([mine], "metro_ride", 1, 2) == "programme"
    assert said([], "metro_ride", 1, 2) == "programme"
    narrow = a_scene("metro_ride")
    assert said([travel, narrow], "bus_ride", 1, 2) == "provider"


@pytest.mark.parametrize("stopped", ["travel", "metro_ride"])
def test_what_is_suspended_closes_whatever_else_is_open(stopped):
    steps = ((ASSESS, 0), (PUBLISH, 0), (SUSPEND, 5))
    other = "travel" if stopped == "metro_ride" else "metro_ride"
    admissions = [IN_PROGRAMME, a_scene(other), a_scene(stopped, PROVIDER, *steps)]
    assert said(admissions, "metro_ride", 1, 6) == "provider_suspended"
    assert said(admissions, "metro_ride", 1, 4) is None
    # A behaviour that is suspended closes no other.
    expected = "provider_suspended" if stopped == "travel" else None
    assert said(admissions, "bus_ride", 1, 6) == expected


def test_what_changed_takes_the_place_of_what_was_known():
    mine = a_scene("travel")
    register = SceneRegister([IN_PROGRAMME, mine])
    scenes = Scenes.of(CATEGORY_OF, register)
    now = FIRST + 3 * DAY
    assert scenes.is_open(PROVIDER.hex, "metro_ride", now)
    later = scenes.with_register(register.changed([mine.move(SUSPEND, now=FIRST + 2 * DAY)]))
    assert not later.is_open(PROVIDER.hex, "metro_ride", now)
    assert scenes.is_open(PROVIDER.hex, "metro_ride", now), "the one of before does not change"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_begins_in_its_states_alone(state, step):
    admission = opened(new_id(), None, "travel", since=FIRST)
    admission = type(admission)(**{
        **{name: getattr(admission, name) for name in admission.__slots__}, "state": state,
    })  # fmt: skip
    if state in STEPS[step].needs:
        moved = admission.move(step, now=FIRST + DAY)
        assert (moved.state, moved.revision) == (STEPS[step].leads_to, 2)
        assert len(moved.spans) == 1 + (step in BY_TWO)
        assert moved.spans[-1].until is None or step == SUSPEND
    else:
        with pytest.raises(SceneStateConflict):
            admission.move(step, now=FIRST)


def test_what_was_to_open_later_never_does_once_it_is_suspended():
    admission = a_scene("travel", None, (ASSESS, 0))
    admission = admission.move(PUBLISH, now=FIRST, since=FIRST + 10 * DAY)
    assert admission.move(SUSPEND, now=FIRST + DAY).spans == ()
    assert new_admission(new_id(), None, "travel", now=FIRST).state == APPLIED
    assert set(STEPS) < set(ALL_STEPS)


def placed(scene="metro_ride", provider=PROVIDER, regions=("CN-330100",), *later):
    """Published in these regions on the first day, and in others on later days, as stated."""
    admission = new_admission(new_id(), provider, scene, now=FIRST, regions=regions)
    for step, day, where in ((ASSESS, 0, None), (PUBLISH, 0, None), *later):
        admission = admission.move(step, now=FIRST + day * DAY, regions=where)
    return admission


@pytest.mark.parametrize(
    ("region", "case"),
    [
        ("CN-330100", None),
        ("CN-330200", "provider_elsewhere"),
        # What was done somewhere in the province was not shown to be done in the city.
        ("CN-33", "provider_elsewhere"),
        ("CN-440100", None),
        ("CN-44", None),
    ],
)
def test_a_scene_is_open_in_its_regions_and_a_province_holds_its_cities(region, case):
    mine = placed("metro_ride", PROVIDER, ("CN-330100", "CN-44"))
    assert said([IN_PROGRAMME, mine], "metro_ride", 1, 2, region) == case
    scenes = Scenes.of(CATEGORY_OF, SceneRegister([IN_PROGRAMME, mine]))
    assert scenes.is_open(PROVIDER.hex, "metro_ride", FIRST + DAY), "somewhere"


def test_who_is_refused_elsewhere_is_told_where_it_is_open():
    scenes = Scenes.of(CATEGORY_OF, SceneRegister([IN_PROGRAMME, placed()]))
    with pytest.raises(SceneNotAdmitted) as caught:
        scenes.check_reported(PROVIDER.hex, "metro_ride", "CN-330200", FIRST, FIRST)
    assert caught.value.pointer == "/region"
    assert caught.value.facts == {"scene": "metro_ride", "regions": "杭州市 (CN-330100)"}


def test_programme_and_provider_must_both_be_open_there():
    province, mine = placed("travel", None, ("CN-33",)), placed("travel", PROVIDER, ("CN-44",))
    assert said([province, mine], "metro_ride", 1, 2, "CN-33") == "provider_elsewhere"
    assert said([province, mine], "metro_ride", 1, 2, "CN-44") == "programme_elsewhere"
    both = placed("travel", PROVIDER, ("CN-330100", "CN-44"))
    assert said([province, both], "bus_ride", 1, 2, "CN-330100") is None
    # A category that is open everywhere opens what is in it everywhere.
    wide = a_scene("travel")
    assert said([province, wide, placed()], "metro_ride", 1, 2, "CN-330200") is None


def test_where_it_was_open_then_and_is_now():
    moved = placed("metro_ride", PROVIDER, ("CN-330100",), (PLACE, 10, ("CN-330200",)))
    admissions = [IN_PROGRAMME, moved]
    assert said(admissions, "metro_ride", 5, 6, "CN-330100") is None
    assert said(admissions, "metro_ride", 5, 12, "CN-330100") == "provider_elsewhere"
    assert said(admissions, "metro_ride", 5, 12, "CN-330200") == "then"
    assert said(admissions, "metro_ride", 11, 12, "CN-330200") is None
    again = moved.move(SUSPEND, now=FIRST + 20 * DAY)
    assert said([IN_PROGRAMME, again], "metro_ride", 11, 21, "CN-330200") == "provider_suspended"
    lifted = again.move(LIFT, now=FIRST + 30 * DAY)
    assert lifted.spans[-1].regions == ("CN-330200",), "where it was before"
    everywhere = lifted.move(PLACE, now=FIRST + 40 * DAY, regions=())
    assert said([IN_PROGRAMME, everywhere], "metro_ride", 41, 42, "CN-330100") is None


def test_a_place_changed_before_it_opens_opens_it_no_earlier():
    admission = new_admission(new_id(), PROVIDER, "travel", now=FIRST)
    admission = admission.move(ASSESS, now=FIRST)
    admission = admission.move(PUBLISH, now=FIRST, since=FIRST + 10 * DAY)
    placed_early = admission.move(PLACE, now=FIRST + DAY, regions=("CN-33",))
    assert [(each.since, each.regions) for each in placed_early.spans] == [
        (FIRST + 10 * DAY, ("CN-33",))
    ]
