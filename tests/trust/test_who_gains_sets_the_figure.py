"""Who gains does not set the figure, and what cannot have been done is not credited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.installation import CONFIRMED, Installation
from behaviours.actions.judging import judge
from behaviours.actions.plausibility import DaySoFar
from behaviours.actions.shipped import load_rulebook
from behaviours.actions.standing import CREDITED, NOTHING_KNOWN, Known, Standing, standing_of
from behaviours.refusal import Refusal
from behaviours.rules.units import parse_unit
from tests.behaviours.builders import SAMPLES, an_action
from tests.builders.civil import CHINA

# Ten in the morning in China, on a day of the rules that state their bounds.
MORNING = datetime(2026, 12, 9, 2, tzinfo=UTC)
NOW = MORNING + timedelta(days=2)
VERSIONS = [
    version
    for version in load_rulebook().versions()
    if version.validity.starts_on <= NOW.date() and version.survey is None
]
IN_FORCE = [
    version
    for version in VERSIONS
    if not version.awaiting
    and all(
        each.validity.starts_on <= version.validity.starts_on
        for each in VERSIONS
        if each.code == version.code
    )
]


def judged(action: Action) -> AcceptedAction | Refusal:
    (answer,) = judge(load_rulebook(), [action], now=NOW, zone=CHINA)
    return answer


def becomes(action: Action, known: Known = NOTHING_KNOWN) -> Refusal | Standing | None:
    """Why it is not recorded, or not credited at once; None when it is."""
    accepted = judged(action)
    if isinstance(accepted, Refusal):
        return accepted
    standing = standing_of(accepted, known)
    return None if standing == CREDITED else standing


def reported(behaviour: str, **changes: Any) -> Action:
    return an_action(behaviour, **{"occurred_at": MORNING, **changes})


def generation(kwh: str, minutes: int, at: datetime = MORNING, **changes: Any) -> Action:
    return reported(
        "distributed_pv",
        occurred_at=at,
        ended_at=at + timedelta(minutes=minutes),
        quantities={"generation_kwh": kwh},
        **changes,
    )


def code(answer: Refusal | Standing | None) -> str | None:
    """The condition that is not met, or the code of the first reason."""
    if isinstance(answer, Standing):
        return answer.reasons[0].get("condition", answer.reasons[0]["code"])
    return answer.facts.get("condition", answer.code) if answer else None


def test_an_honest_quarter_of_an_hour_is_credited() -> None:
    assert becomes(generation("1.2", 15)) is None


def test_a_person_does_not_report_her_own_plant() -> None:
    assert code(becomes(generation("10000000", 15, provider_id=""))) == "REPORTING_NOT_OPEN"
    assert code(becomes(generation("1", 15, provider_id=""))) == "REPORTING_NOT_OPEN"


def test_ten_million_kilowatt_hours_in_a_quarter_are_refused_whoever_reports_them() -> None:
    assert code(becomes(generation("10000000", 15))) == "largest_small_plant"
    # Wh that were read as kWh: a home's 1.9 kWh of a quarter.
    assert code(becomes(generation("1900", 15))) == "largest_small_plant"


def test_nothing_is_generated_at_two_in_the_morning() -> None:
    night = datetime(2026, 12, 8, 18, tzinfo=UTC)
    assert code(becomes(generation("5000", 60, night))) == "daylight"
    assert code(becomes(generation("0.01", 15, night))) == "daylight"
    assert code(becomes(generation("5000", 0.02, night))) == "largest_small_plant"  # type: ignore[arg-type]


def test_a_plant_generates_no_more_than_it_is_and_not_before_it_is_there() -> None:
    plant = Installation(
        "pv_plant",
        "csg",
        "1",
        Decimal(5),
        parse_unit("kW"),
        MORNING.date(),
        "CN-44",
        CONFIRMED,
    )
    assert becomes(generation("5", 60), Known(plant)) is None
    assert code(becomes(generation("5.1", 60), Known(plant))) == "within_capacity"
    later = replace(plant, commissioned_on=NOW.date())
    assert code(becomes(generation("5", 60), Known(later))) == "after_commissioning"


def test_two_invented_tickets_of_a_hundred_kilograms_are_not_credited() -> None:
    ticket = reported("clothing_recycling", quantities={"mass_kg": "100"})
    assert code(becomes(replace(ticket, provider_id=""))) == "REPORTING_NOT_OPEN"
    assert becomes(ticket) is None
    looked_up = Known(day_so_far=DaySoFar({}))
    assert code(becomes(ticket, looked_up)) == "mass_kg_a_day"
    half = replace(ticket, quantities={"mass_kg": "40"})
    assert becomes(half, looked_up) is None
    again = Known(day_so_far=DaySoFar({"mass_kg": Decimal(40)}))
    assert code(becomes(half, again)) == "mass_kg_a_day"


def test_nobody_rides_a_bicycle_as_fast_as_a_car() -> None:
    ended = MORNING + timedelta(hours=1)
    for kilometres, said in (("43", None), ("44", "speed")):
        ride = reported("bike_ride", ended_at=ended, quantities={"distance_km": kilometres})
        assert code(becomes(ride)) == said


def test_a_screenshot_of_who_gains_waits_for_somebody_else() -> None:
    ride = reported("proven_transit_ride", ended_at=MORNING + timedelta(minutes=20))
    assert becomes(ride) is None
    own = judged(replace(ride, provider_id=""))
    assert isinstance(own, AcceptedAction)
    standing = standing_of(own)
    assert isinstance(standing, Standing)
    assert standing.state == "pending_confirmation"
    assert code(becomes(replace(ride, provider_id=""))) == "confirmation_required"


@pytest.mark.parametrize("version", IN_FORCE, ids=lambda v: v.label)
def test_every_rule_in_force_says_what_is_plausible_and_takes_no_word_of_who_gains(version) -> None:
    assert version.trust.plausible
    assert "reporting" in version.tree
    if version.action_class == "project":
        assert not version.trust.reporting.by_participant
    if version.trust.reporting.by_participant:
        assert version.trust.reporting.confirmation == "required"


@pytest.mark.parametrize("behaviour", sorted(SAMPLES))
def test_no_word_of_who_gains_is_credited_at_once(behaviour: str) -> None:
    ended = MORNING + timedelta(hours=1)
    answer = becomes(reported(behaviour, ended_at=ended, provider_id=""))
    assert code(answer) in ("REPORTING_NOT_OPEN", "confirmation_required", "CLAIM_NOT_DELEGATED")
