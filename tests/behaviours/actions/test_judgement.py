"""Judgement: what an app may not send, with the pointer to it, and what an action carries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from app.messages.catalogues import sentence
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import ClaimKey, Exclusion, HistoryNeed
from behaviours.actions.judgement import judge_by
from behaviours.actions.judging import judge
from behaviours.actions.refusals import ClaimWindowClosed
from behaviours.actions.shipped import load_rulebook
from behaviours.refusal import Refusal
from tests.behaviours.builders import (
    NOW,
    SAMPLES,
    TODAY,
    a_document,
    a_version,
    an_accepted_action,
    an_action,
    judged,
    refused,
)
from tests.builders.civil import CHINA

BEHAVIOURS = sorted(SAMPLES)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize(
    "text",
    ["-1", "+1", "1e3", "1E3", "１", "1２", "1.２", "٣",
     "1_000", "1,000", " 1", "1 ", "1\n", "", ".5", "5.", "01",
     "1.0000001", "1234567890123", "NaN", "Infinity", "0x1", "½", "1/2", 1, 1.5, True, None, ["1"]],
)  # fmt: skip
def test_a_quantity_that_is_no_plain_decimal_string_is_refused(behaviour, text):
    name = next(iter(SAMPLES[behaviour][0]))
    refusal = refused(an_action(behaviour, quantities=SAMPLES[behaviour][0] | {name: text}))
    assert (refusal.code, refusal.pointer) == ("INVALID_QUANTITY", f"/quantities/{name}")


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_an_absurd_quantity_is_refused(behaviour):
    name = next(iter(SAMPLES[behaviour][0]))
    sent = SAMPLES[behaviour][0] | {name: "999999999999"}
    refusal = refused(an_action(behaviour, quantities=sent))
    assert (refusal.code, refusal.pointer) == ("INVALID_QUANTITY", f"/quantities/{name}")


def test_a_count_of_things_is_whole():
    refusal = refused(an_action("metro_ride", quantities={"trips": "1.5"}))
    assert refusal.case == "not_whole"
    assert isinstance(
        judged(an_action("metro_ride", quantities={"trips": "2.000"})), AcceptedAction
    )


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("field", ["quantities", "evidence"])
def test_unknown_and_missing_names_are_refused_at_their_pointer(behaviour, field):
    sent = SAMPLES[behaviour][0 if field == "quantities" else 1]
    unknown = refused(an_action(behaviour, **{field: {**sent, "colour": "1"}}))
    assert unknown.pointer == f"/{field}/colour"
    for name in sent:
        rest = {key: value for key, value in sent.items() if key != name}
        missing = refused(an_action(behaviour, **{field: rest}))
        assert missing.pointer == f"/{field}/{name}"


def test_a_name_that_would_not_survive_in_json_is_not_quoted():
    for name in ("\ud800", "a\x00b", "x" * 500):
        assert refused(an_action(evidence={"ride_id": "r", name: "1"})).pointer == "/evidence"
    assert refused(an_action(evidence={"ride_id": "r", "a/b~": "1"})).pointer == "/evidence/a~1b~0"


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize(
    "text", ["", " ", " a", "a ", "a\nb", "a\x00", "a" * 129, "\u200b", "\ud800", 5, None]
)
def test_evidence_that_proves_nothing_is_refused(behaviour, text):
    name = next(iter(SAMPLES[behaviour][1]))
    refusal = refused(an_action(behaviour, evidence=SAMPLES[behaviour][1] | {name: text}))
    assert (refusal.code, refusal.pointer) == ("INVALID_EVIDENCE", f"/evidence/{name}")


def test_a_direction_is_sell_or_buy_and_sell_when_left_out():
    plain = an_accepted_action("second_hand_phone")
    evidence = SAMPLES["second_hand_phone"][1]
    said = an_accepted_action("second_hand_phone", evidence={**evidence, "direction": "sell"})
    bought = an_accepted_action("second_hand_phone", evidence={**evidence, "direction": "buy"})
    assert plain.claims == said.claims
    assert plain.claims[1] != bought.claims[1]
    lent = refused(an_action("second_hand_phone", evidence={**evidence, "direction": "lend"}))
    assert lent.pointer == "/evidence/direction"


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"behaviour": "teleport"}, "UNKNOWN_BEHAVIOUR", "/behaviour"),
        ({"region": "CN-99"}, "UNKNOWN_REGION", "/region"),
        ({"occurred_at": NOW + timedelta(minutes=6)}, "IN_THE_FUTURE", "/occurred_at"),
        ({"ended_at": NOW + timedelta(minutes=6)}, "IN_THE_FUTURE", "/ended_at"),
        ({"occurred_at": datetime(2026, 5, 1, 8)}, "NAIVE_TIME", "/occurred_at"),  # noqa: DTZ001
        ({"ended_at": datetime(2026, 5, 1, 8)}, "NAIVE_TIME", "/ended_at"),  # noqa: DTZ001
        ({"occurred_at": datetime(2019, 5, 1, tzinfo=UTC)}, "NO_RULE_IN_FORCE", "/occurred_at"),
        ({"occurred_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
         "NO_RULE_IN_FORCE", "/occurred_at"),
        ({"occurred_at": datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))},
         "IN_THE_FUTURE", "/occurred_at"),
        ({"ended_at": NOW - timedelta(hours=2)}, "INVALID_INTERVAL", "/ended_at"),
        ({"ended_at": NOW - timedelta(hours=3)}, "INVALID_INTERVAL", "/ended_at"),
        ({"occurred_at": NOW - timedelta(hours=30), "ended_at": NOW}, "INVALID_INTERVAL",
         "/ended_at"),
    ],
)  # fmt: skip
def test_what_no_rule_takes_is_refused_at_its_pointer(changes, code, pointer):
    refusal = refused(an_action(**changes))
    assert (refusal.code, refusal.pointer) == (code, pointer)
    assert sentence(refusal).endswith(".")


def test_clocks_may_run_five_minutes_ahead():
    assert isinstance(judged(an_action(occurred_at=NOW + timedelta(minutes=5))), AcceptedAction)


def test_a_metered_action_needs_its_end():
    action = replace(an_action("distributed_pv"), ended_at=None)
    assert refused(action).pointer == "/ended_at"


@pytest.mark.parametrize("behaviour", ["distributed_pv", "ev_charging", "household_electricity"])
@pytest.mark.parametrize("region", ["CN-54", "CN-71", "CN-81", "CN-82"])
def test_an_area_without_a_factor_is_refused(behaviour, region):
    refusal = refused(an_action(behaviour, region=region))
    assert (refusal.code, refusal.pointer) == ("NO_FACTOR_FOR_AREA", "/region")


def test_a_ride_needs_no_factor_and_counts_in_every_region():
    assert isinstance(judged(an_action("metro_ride", region="CN-54")), AcceptedAction)


def test_d18_the_civil_day_and_vintage_are_those_of_shanghai():
    eve = an_accepted_action(occurred_at=datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC))
    new_year = an_accepted_action(occurred_at=datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    assert (eve.occurred_on, eve.vintage) == (date(2025, 12, 31), 2025)
    assert (new_year.occurred_on, new_year.vintage) == (date(2026, 1, 1), 2026)


def test_a_ride_occupies_its_person_and_a_ride_without_end_a_minute():
    at = NOW - timedelta(hours=2)
    assert an_accepted_action(occurred_at=at).person_interval == (at, at + timedelta(minutes=1))
    end = at + timedelta(minutes=30)
    assert an_accepted_action(occurred_at=at, ended_at=end).person_interval == (at, end)
    assert an_accepted_action("clean_plate").person_interval is None


def test_claim_keys_do_not_depend_on_the_case_of_a_serial_number():
    one = an_accepted_action("heat_pump_water_heater")
    other = an_accepted_action(
        "heat_pump_water_heater", evidence={"serial_no": "SN-2", "invoice_no": "i", "model": "m"}
    )
    assert one.claims == other.claims == (ClaimKey("appliance_serial", "\x1fsn2"),)


def test_a_claim_key_is_twenty_bytes_over_kind_and_value_that_nobody_finds_without_the_key():
    key = b"k" * 32
    assert len(ClaimKey("ride", "1").digest(key)) == 20
    assert ClaimKey("ride", "1").digest(key) != ClaimKey("rid", "e1").digest(key)
    assert ClaimKey("ride", "1").digest(key) != ClaimKey("ride", "1").digest(b"j" * 32)


def test_household_electricity_claims_account_and_day_and_asks_for_its_week():
    accepted = an_accepted_action("household_electricity")
    assert accepted.claims[0].value.endswith(accepted.occurred_on.isoformat())
    assert accepted.history_need == HistoryNeed(
        "household_electricity", "account_no", "a-1", "consumption_kwh", 7
    )


def test_exclusions_name_the_side_and_the_civil_period():
    assert an_accepted_action("ev_charging").exclusions == (
        Exclusion("ev_distance_or_charging", "charging", date(2026, 6, 1)),
    )
    sides = {(e.group, e.side) for e in an_accepted_action("household_electricity").exclusions}
    assert ("home_pv_or_low_carbon_electricity", "electricity") in sides
    assert ("home_pv_or_low_carbon_electricity", "pv") in {
        (e.group, e.side) for e in an_accepted_action("distributed_pv").exclusions
    }


def test_a_metered_interval_excludes_in_every_year_that_it_touches():
    accepted = an_accepted_action(
        "distributed_pv",
        occurred_at=datetime(2025, 12, 20, tzinfo=UTC),
        ended_at=datetime(2026, 1, 10, tzinfo=UTC),
    )
    assert [e.period_start.year for e in accepted.exclusions] == [2025, 2026]
    whole_day = an_accepted_action(
        "distributed_pv",
        occurred_at=datetime(2025, 12, 30, 16, tzinfo=UTC),
        ended_at=datetime(2025, 12, 31, 16, tzinfo=UTC),
    )
    assert [e.period_start.year for e in whole_day.exclusions] == [2025]


def test_a_claim_window_closes():
    version = a_version(a_document(extra='claim_window_days: "7"'))
    action = an_action(quantities={"mass": "1"}, evidence={"thing_id": "t"})
    assert judge_by(version, action, date(2026, 5, 25), today=TODAY, zone=CHINA).vintage == 2026
    with pytest.raises(ClaimWindowClosed):
        judge_by(version, action, date(2026, 5, 24), today=TODAY, zone=CHINA)


def test_a_list_is_judged_item_by_item_in_order():
    actions = [an_action(), an_action("teleport"), an_action("clean_plate")]
    answers = judge(load_rulebook(), actions, now=NOW, zone=CHINA)
    assert [isinstance(answer, AcceptedAction) for answer in answers] == [True, False, True]
    assert answers[2].action is actions[2]


ANYTHING = st.one_of(
    st.text(max_size=20), st.integers(), st.none(), st.floats(), st.lists(st.text())
)


@given(
    st.sampled_from(BEHAVIOURS),
    st.dictionaries(
        st.text(max_size=12) | st.sampled_from(["trips", "units"]), ANYTHING, max_size=3
    ),
    st.dictionaries(st.text(max_size=12) | st.sampled_from(["ride_id"]), ANYTHING, max_size=3),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])),
    st.text(max_size=8),
)
def test_anything_that_is_sent_is_a_action_or_a_refusal(
    behaviour, quantities, evidence, at, region
):
    action = an_action(
        behaviour, quantities=quantities, evidence=evidence, occurred_at=at, region=region,
        ended_at=None,
    )  # fmt: skip
    assert isinstance(judged(action), AcceptedAction | Refusal)


def test_quantities_reach_the_action_as_exact_decimals():
    assert an_accepted_action("bike_ride").quantities == {"distance_km": Decimal("3.2")}
