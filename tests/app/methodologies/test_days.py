"""Actions are priced by the rule of their day, in every process, whatever is published later."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import StandingClock
from app.news import NEWS_EVERY_S
from app.settings import Settings
from app.store.audit.snapshot import snapshot
from app.usecases.audit.audit import audit
from app.usecases.audit.recompute_reductions import recompute_reductions
from app.wiring import Wiring
from tests.builders.jobs import until
from tests.builders.methodologies import Office, Rule, a_trip
from tests.builders.people import a_participant, an_organisation
from tests.builders.series import NOW, TODAY, processes

TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


@pytest.fixture
def process(settings: Settings, fresh_database: str) -> Iterator[Callable[..., Wiring]]:
    """Makes processes on one database; their clocks are set by hand."""
    yield from processes(settings, fresh_database)


@pytest.fixture
def reporter(process: Callable[..., Wiring]) -> Office:
    """The process that takes actions; it has known the rules for a while."""
    office = Office(process())
    assert office.wiring.rulebook.version_for("metro_ride", TODAY, "CN-44").version == "2024"
    return office


def report(office: Office, at: datetime, behaviour: str = "metro_ride", **scene):
    provider = an_organisation(office.wiring, "provider")
    person = a_participant(
        replace(office.wiring, clock=StandingClock(NOW - timedelta(days=9))),
        provider_id=provider,
    )
    token = office.tokens("provider", tenant=provider)
    return office.http.post("/v1/actions", a_trip(behaviour, person, at, **scene), token=token)


def at_noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 4, tzinfo=UTC)


def test_the_next_day_has_the_new_rule_and_the_days_before_keep_theirs(
    process: Callable[..., Wiring], reporter: Office
) -> None:
    before = report(reporter, at_noon(YESTERDAY))
    assert before.json["reduction"]["reduction_kg"] == "0.046000"
    rule = Rule(TOMORROW, 50_000, behaviour="metro_ride")
    Office(process()).published(rule)
    # The other process hears of it within a second, without being told.
    until(lambda: rule.label in labels(reporter.wiring), within_s=1.0)
    reporter.wiring.clock.moment = NOW + timedelta(days=1)
    late = report(reporter, at_noon(YESTERDAY))
    new = report(reporter, at_noon(TOMORROW))
    assert late.json["reduction"]["methodology"] == "bj.low_carbon_travel@2024"
    assert late.json["reduction"]["reduction_kg"] == "0.046000"
    assert new.json["reduction"]["methodology"] == rule.label
    assert (new.json["reduction"]["reduction_kg"], new.json["points"]["awarded"]) == (
        "0.050000",
        50,
    )
    listed = {
        f"{row['code']}@{row['version']}": row["state"]
        for row in reporter.http.get("/v1/methodologies").json["data"]
    }
    earlier = listed["bj.low_carbon_travel@2024"]
    assert (listed[rule.label], earlier) == ("in_force", "superseded")
    assert_books_hold(process(), reductions=3)


def test_a_rule_for_one_region_leaves_the_others_alone(
    process: Callable[..., Wiring], reporter: Office
) -> None:
    rule = Rule(TODAY, 60_000, behaviour="metro_ride", regions="[CN-33]")
    Office(process()).published(rule)
    until(lambda: rule.label in labels(reporter.wiring), within_s=1.0)
    inside = report(reporter, NOW, region="CN-33")
    outside = report(reporter, NOW)
    assert inside.json["reduction"]["reduction_kg"] == "0.060000"
    assert outside.json["reduction"]["reduction_kg"] == "0.046000"


def test_a_withdrawn_rule_refuses_its_days_and_what_it_priced_stays(
    process: Callable[..., Wiring], reporter: Office
) -> None:
    desk = Office(process())
    path = "/v1/methodologies/bj.low_carbon_travel/versions/2024/withdraw"
    body = {"from": TOMORROW.isoformat(), "reason": "The figure was not the standard's."}
    assert report(reporter, NOW).status_code == 201
    for who, status in (("operator", 202), ("authority", 201)):
        assert desk.post(path, body, by=who).status_code == status
    until(lambda: reporter.wiring.rulebook.withdrawn_from, within_s=1.0)
    reporter.wiring.clock.moment = NOW + timedelta(days=1)
    refused = report(reporter, at_noon(TOMORROW))
    assert (refused.status_code, refused.json["code"]) == (422, "METHODOLOGY_WITHDRAWN")
    assert report(reporter, at_noon(TODAY) - timedelta(hours=2)).status_code == 201
    assert_books_hold(process(), reductions=2)


def test_a_rule_published_here_holds_here_at_once(process: Callable[..., Wiring]) -> None:
    desk, rule = Office(process()), Rule(TODAY)
    desk.published(rule)
    assert report(desk, NOW, rule.behaviour).json["reduction"]["methodology"] == rule.label
    listed = [each["code"] for each in desk.http.get("/v1/behaviours").json["data"]]
    assert rule.behaviour in listed


def test_asking_for_the_rules_costs_a_question_twice_a_second_at_most(
    process: Callable[..., Wiring],
) -> None:
    wiring = process()
    asked = []
    transact = wiring.database.transact
    wiring.database.transact = lambda work, *args: asked.append(1) or transact(work, *args)  # type: ignore[method-assign]
    began = time.monotonic()
    for _ in range(10_000):
        assert wiring.rulebook is wiring.rulebook
    assert 1 <= len(asked) <= 1 + (time.monotonic() - began) / NEWS_EVERY_S


def labels(wiring: Wiring) -> set[str]:
    return {version.label for version in wiring.rulebook.versions()}


def assert_books_hold(wiring: Wiring, *, reductions: int) -> None:
    """A process that starts years later gets the same milligrams, and the books add up."""
    with snapshot(wiring.database) as connection:
        finding = recompute_reductions(connection, wiring.rulebook)
        assert (finding.count, finding.broken) == (reductions, 0), finding.line()
        found = audit(connection, rulebook=wiring.rulebook, policies=wiring.policies)
        assert [each.line() for each in found if not each.ok] == []


STANDING = {
    "figures": {
        "EF_day": {
            "unit": "kgCO2/day",
            "rows": [
                {"key": ["fuel"], "value": "6.5"},
                {"key": ["hybrid"], "value": "4"},
                {"key": ["battery_electric"], "value": "2.5"},
            ],
            "source": {"title": "A text of this test", "url": "", "read": "Its table."},
            "grade": "secondary",
        },
        "EF_instead": {
            "unit": "kgCO2/day",
            "value": "1.5",
            "source": "stop",
            "grade": "assumption",
        },
    }
}
STOPPED = {
    "quantities": {"days": "1"},
    "evidence": {"plate_no": "A12345", "car": "fuel", "odometer_proof": "P-1"},
}


def test_the_figures_of_a_rule_that_waited_count_for_the_days_on_which_it_waited(
    process: Callable[..., Wiring], reporter: Office
) -> None:
    at = at_noon(TODAY - timedelta(days=5))
    refused = report(reporter, at, "stop_driving", **STOPPED)
    assert refused.json["code"] == "METHODOLOGY_INCOMPLETE", refused.text
    office = Office(process())
    waiting = "/v1/methodologies/acef.stop_driving/versions/draft"
    drafted = office.post(f"{waiting}/fill", {"figures": STANDING, "name": "full"}, by="operator")
    assert (drafted.status_code, drafted.json["obstacles"]) == (201, []), drafted.text
    full = Rule(TODAY, code="acef.stop_driving", version="full", behaviour="stop_driving")
    office.file(full)
    office.review(full)
    for who, status in (("operator", 202), ("authority", 201)):
        signed = office.post(f"{full.path}/publish", by=who)
        assert signed.status_code == status, signed.text
    until(lambda: full.label in labels(reporter.wiring), within_s=1.0)
    taken = report(reporter, at, "stop_driving", **STOPPED)
    assert taken.json["reduction"]["reduction_kg"] == "5.000000", taken.text
    assert taken.json["reduction"]["methodology"] == "acef.stop_driving@full"
    assert_books_hold(reporter.wiring, reductions=1)
    # What changes more than the figures may not reach back, and is told so with its draft.
    document = json.loads(drafted.json["document"])
    more = {**document, "version": "more", "scope": "Another."}
    sent = {"document": more, "examples": json.loads(drafted.json["examples"])}
    told = office.post("/v1/methodologies/acef.stop_driving/versions", sent, by="operator")
    assert [each["code"] for each in told.json["obstacles"]] == [
        "METHODOLOGY_STARTS_IN_THE_PAST",
        "METHODOLOGY_STARTS_TOGETHER",
    ]


@pytest.mark.parametrize(
    ("figures", "code", "pointer"),
    [
        ({"EF_week": STANDING["figures"]["EF_instead"]}, "FIGURE_NOT_AWAITED", "/figures/EF_week"),
        (
            {"EF_instead": {**STANDING["figures"]["EF_instead"], "unit": "kgCO2/km"}},
            "FIGURE_UNIT_DIFFERS",
            "/figures/EF_instead/unit",
        ),
        (
            {"EF_instead": {"value": "1", "unit": "kgCO2/day", "grade": "official"}},
            "FIGURE_WITHOUT_SOURCE",
            "/figures/EF_instead",
        ),
        ({"EF_instead": 5}, "FIGURE_NOT_A_TEXT", "/figures/figures/EF_instead"),
        ({"EF_instead": "5"}, "INVALID_METHODOLOGY", ""),
    ],
)
def test_a_figure_that_does_not_suit_is_refused(
    process: Callable[..., Wiring], figures: dict, code: str, pointer: str
) -> None:
    office = Office(process())
    path = "/v1/methodologies/acef.stop_driving/versions/draft/fill"
    refused = office.post(path, {"figures": {"figures": figures}}, by="operator")
    assert (refused.status_code, refused.json["code"]) == (422, code), refused.text
    assert refused.json["errors"][0]["pointer"].startswith(pointer)
