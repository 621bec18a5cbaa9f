"""A draft over actions of the past: what would change is told, and nothing is written."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.clock import StandingClock
from app.ids import new_id, public
from app.settings import Settings
from app.shown.shadow_picture import amount, change
from app.store.audit.snapshot import snapshot
from app.store.methodologies import shadowing
from app.usecases.methodologies.run_shadow import run_shadow
from app.wiring import Wiring
from behaviours.rules.shadow import VALUES_MAX, Spread, Tally, in_force_always
from tests.builders.actions import a_ride
from tests.builders.jobs import drain
from tests.builders.market import NOW, a_person, recorded, rows
from tests.builders.methodologies import Office, Rule
from tests.builders.people import an_organisation
from tests.builders.processes import own_wiring

PERIOD = {"from": "2026-01-01", "to": "2026-06-30"}


@pytest.fixture
def office(settings: Settings, fresh_database: str) -> Iterator[Office]:
    own = own_wiring(settings, fresh_database)
    own.redis.flushdb()
    yield Office(replace(own, clock=StandingClock(NOW)))
    own.close()


@pytest.fixture
def rides(office: Office) -> list[UUID]:
    """Three people with rides of 1, 2 and 3 trips in January, February and March."""
    provider = an_organisation(office.wiring, "provider")
    people = [a_person(office.wiring, provider) for _ in range(3)]
    made = [
        a_ride(
            person,
            provider,
            occurred_at=datetime(2026, month, 5, 4, tzinfo=UTC),
            quantities={"trips": str(trips)},
            region=region,
        )
        for person in people
        for month, trips, region in ((1, 1, "CN-44"), (2, 2, "CN-33"), (3, 3, "CN-33"))
    ]
    return recorded(office.wiring, made)


def books_digest(wiring: Wiring) -> dict[str, Any]:
    """Every table that is not about the work itself, hashed row by row."""
    names = [
        row["name"]
        for row in rows(
            wiring,
            "select table_name as name from information_schema.tables"
            " where table_schema = 'public' order by 1",
        )
        if row["name"] not in ("task", "shadow_run", "kept_answer", "refresh_token", "log_entry")
    ]
    assert {"action", "points_transfer", "methodology_version"} <= set(names)
    question = "select count(*) as n, md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
    return {name: rows(wiring, f"{question} as hash from {name} t") for name in names}


def shadow(office: Office, rule: Rule, **body: Any) -> dict[str, Any]:
    started = office.post(f"{rule.path}/shadow-runs", {**PERIOD, **body}, by="operator")
    assert (started.status_code, started.json["report"]) == (202, None), started.text
    assert drain(office.wiring) == 1
    task = office.send("GET", started.json["task"], by="operator").json
    assert task["state"] == "done", task
    found = office.send("GET", f"{rule.path}/shadow-runs/{started.json['id']}", by="operator")
    return found.json


def test_the_report_says_what_would_change_and_the_books_stay_as_they_are(
    office: Office, rides: list[UUID]
) -> None:
    # Two grams more a trip, but the draft takes two trips in one action at most.
    rule = Rule(date(2027, 1, 1), 48_000, behaviour="metro_ride")
    body = rule.body()
    body["document"] = body["document"].replace('most: "10"', 'most: "2"')
    office.post(f"/v1/methodologies/{rule.code}/versions", body, by="operator")
    before = books_digest(office.wiring)
    run = shadow(office, rule)
    assert books_digest(office.wiring) == before
    report = run["report"]
    assert report["methodology"] == rule.label
    assert report["totals"] == {
        "actions": 9,
        "old_mg": str(3 * 6 * 46_000),
        "new_mg": str(3 * 3 * 48_000),
        "change_mg": str(3 * (2_000 + 4_000 - 138_000)),
        "gain": {"actions": 6, "mg": "18000"},
        "lose": {"actions": 3, "mg": str(3 * 138_000)},
        "unchanged": 0,
        "refused": 3,
    }
    assert report["people"]["lose"] == {"people": 3, "mg": str(3 * 132_000)}
    (refusal,) = report["refusals"]
    assert (refusal["code"], refusal["actions"]) == ("INVALID_QUANTITY", 3)
    groups = {(g["region"], g["month"]): (g["old_mg"], g["new_mg"]) for g in report["groups"]}
    assert groups == {
        ("CN-44", "2026-01"): ("138000", "144000"),
        ("CN-33", "2026-02"): ("276000", "288000"),
        ("CN-33", "2026-03"): ("414000", "0"),
    }
    largest = [(row["change_mg"], row["month"]) for row in report["largest"]]
    assert (
        largest
        == [("-138000", "2026-03")] * 3 + [("4000", "2026-02")] * 3 + [("2000", "2026-01")] * 3
    )
    assert {row["action_id"] for row in report["largest"]} == {f"act_{ride.hex}" for ride in rides}
    spread = {
        q["per_cent"]: q["change_mg"] for q in report["distribution"]["per_action"]["quantiles"]
    }
    assert (spread[0], spread[50], spread[100]) == ("-138000", "2000", "4000")


def test_only_operators_see_which_actions_change_most(office: Office, rides: list[UUID]) -> None:
    rule = Rule(date(2027, 1, 1), behaviour="metro_ride")
    office.draft(rule)
    run = shadow(office, rule)
    assert run["report"]["largest"][0]["action_id"].startswith("act_")
    path = f"{rule.path}/shadow-runs"
    for who in ("authority", "verifier"):
        seen = office.send("GET", f"{path}/{run['id']}", by=who)
        assert seen.json["report"]["totals"] == run["report"]["totals"]
        assert "act_" not in seen.text
        assert "act_" not in office.send("GET", f"/v1/tasks/{run['id']}", by="authority").text
    listed = office.send("GET", path, by="authority").json["data"]
    assert [row["id"] for row in listed] == [run["id"]]


def test_the_picture_shows_months_districts_and_the_spread(
    office: Office, rides: list[UUID]
) -> None:
    rule = Rule(date(2027, 1, 1), 40_000, behaviour="metro_ride")
    office.draft(rule)
    started = office.post(f"{rule.path}/shadow-runs", PERIOD, by="operator").json
    early = office.send("GET", started["picture"], by="operator")
    assert (early.status_code, early.json["code"]) == (409, "SHADOW_REPORT_NOT_READY")
    drain(office.wiring)
    picture = office.send("GET", started["picture"], by="operator")
    assert picture.content_type.startswith("image/svg+xml")
    drawn = ET.fromstring(picture.data)  # noqa: S314 - our own
    said = " ".join(text.text or "" for text in drawn.iter("{http://www.w3.org/2000/svg}text"))
    for word in ("2026-01", "2026-03", "CN-33 浙江", "−36 g", "3 lose 108 g", rule.label):
        assert word in said, word
    assert "script" not in picture.text


def test_the_picture_speaks_the_language_of_its_reader(office: Office, rides: list[UUID]) -> None:
    rule = Rule(date(2027, 1, 1), 40_000, behaviour="metro_ride")
    office.draft(rule)
    started = office.post(f"{rule.path}/shadow-runs", PERIOD, by="operator").json
    drain(office.wiring)
    chinese = office.send("GET", f"{started['picture']}?lang=zh-CN", by="operator")
    assert chinese.headers["Content-Language"] == "zh-CN"
    assert "Accept-Language" in chinese.headers["Vary"]
    for word in (
        "影子试算",
        "3 人减少 108 g",
        "按月：原规则与草案的减排量",
        "每人的变化（分位数）",
    ):
        assert word in chinese.text, word
    assert "lose" not in chinese.text
    assert "people" not in chinese.text


def test_a_sample_is_the_same_for_the_same_seed(office: Office, rides: list[UUID]) -> None:
    rule = Rule(date(2027, 1, 1), behaviour="metro_ride")
    office.draft(rule)
    first, again = (shadow(office, rule, sample=4, seed="a")["report"] for _ in range(2))
    assert first == again
    assert first["totals"]["actions"] == 4
    assert first["sample"] == {"actions": 4, "seed": "a"}
    others = [shadow(office, rule, sample=4, seed=seed)["report"] for seed in "bcd"]
    drawn = [{row["action_id"] for row in each["largest"]} for each in (first, *others)]
    assert len({frozenset(each) for each in drawn}) > 1


def test_a_draft_for_a_district_meets_its_actions_only(office: Office, rides: list[UUID]) -> None:
    rule = Rule(date(2027, 1, 1), behaviour="metro_ride", regions="[CN-33]")
    office.draft(rule)
    report = shadow(office, rule)["report"]
    assert {group["region"] for group in report["groups"]} == {"CN-33"}
    assert report["totals"]["actions"] == 6


def test_a_rule_for_all_districts_leaves_a_district_its_own(office: Office) -> None:
    own = Rule(date(2026, 7, 1), behaviour="metro_ride", regions="[CN-33]")
    office.published(own)
    provider = an_organisation(office.wiring, "provider")
    person = a_person(office.wiring, provider)
    for region in ("CN-33", "CN-44"):
        at = NOW - timedelta(minutes=30 if region == "CN-33" else 60)
        recorded(office.wiring, [a_ride(person, provider, occurred_at=at, region=region)])
    rule = Rule(date(2027, 1, 1), behaviour="metro_ride")
    office.draft(rule)
    report = shadow(office, rule, **{"from": "2026-07-01", "to": "2026-07-01"})["report"]
    assert (report["totals"]["actions"], report["not_affected"]) == (1, 1)


def test_a_rule_that_reads_earlier_days_finds_them(office: Office) -> None:
    provider = an_organisation(office.wiring, "provider")
    person = a_person(office.wiring, provider)
    first = datetime(2026, 5, 1, tzinfo=UTC) - timedelta(hours=8)
    days = [
        a_ride(
            person,
            provider,
            behaviour="household_electricity",
            occurred_at=first + timedelta(days=day),
            ended_at=first + timedelta(days=day + 1),
            quantities={"consumption_kwh": kwh},
            evidence={"account_no": "A-1"},
        )
        for day, kwh in enumerate(["9", "8", "9", "8", "9", "8", "9", "3", "2"])
    ]
    made = [recorded(office.wiring, [day])[0] for day in days]
    stored = {
        row["action_id"]: row["saved_mg"]
        for row in rows(office.wiring, "select action_id, saved_mg from action")
    }
    assert stored[made[-1]] > 0
    known = office.wiring.rulebook.version_for("household_electricity", date(2026, 5, 1), "CN-44")
    same = Rule(known.validity.starts_on, code=known.code, version=known.version)
    report = shadow(office, same)["report"]
    # The rule that is in force changes nothing: every action finds the history it had.
    assert report["totals"]["old_mg"] == report["totals"]["new_mg"] == str(sum(stored.values()))
    assert report["totals"]["unchanged"] == 9


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"from": "2026-03-01", "to": "2026-02-01"}, "BAD_SHADOW_PERIOD"),
        ({"to": "2026-07-09"}, "BAD_SHADOW_PERIOD"),
        ({"sample": 0}, "VALIDATION_FAILED"),
        ({"sample": 1.5}, "VALIDATION_FAILED"),
        ({"from": "last year"}, "VALIDATION_FAILED"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(office: Office, body: dict, code: str) -> None:
    rule = Rule(date(2027, 1, 1))
    office.draft(rule)
    answer = office.post(f"{rule.path}/shadow-runs", {**PERIOD, **body}, by="operator")
    assert (answer.status_code, answer.json["code"]) == (422, code)
    unknown = office.post("/v1/methodologies/a.b/versions/1/shadow-runs", PERIOD, by="operator")
    assert unknown.status_code == 404


def test_every_shipped_rule_can_be_run_on_days_before_its_first(wiring: Wiring) -> None:
    for version in wiring.rulebook.versions():
        shadow_version = in_force_always(version)
        assert shadow_version.validity.in_force(date(1990, 1, 1))
        for parameter in shadow_version.reckoning.parameters:
            if parameter.values:
                assert parameter.on(date(1990, 1, 1)) is not None, (version.label, parameter.name)
        assert version.validity.starts_on.year > 1990, "the rule itself is as it was"


def test_a_spread_of_many_values_keeps_three_digits_and_its_size() -> None:
    spread, draw = Spread(), random.Random(1)
    values = [draw.randrange(-(10**9), 10**9) for _ in range(3 * VALUES_MAX)]
    for value in values:
        spread.add(value)
    assert not spread.exact
    assert len(spread.counts) < VALUES_MAX
    shown = {row["per_cent"]: int(row["change_mg"]) for row in spread.shown()["quantiles"]}
    values.sort()
    for per_cent in (10, 25, 75, 90):
        true = values[-(-len(values) * per_cent // 100) - 1]
        assert abs(shown[per_cent] - true) <= abs(true) * Decimal("0.01")


def test_sums_of_parts_are_the_sum_of_the_whole() -> None:
    tally, draw = Tally(partial(public, "act")), random.Random(2)
    people = sorted(new_id() for _ in range(50))
    for person in people:
        for _ in range(draw.randrange(1, 20)):
            month = f"2026-0{draw.randrange(1, 4)}"
            old, new = draw.randrange(1000), draw.randrange(1000)
            tally.add(person, new_id(), ("metro_ride", "CN-44", month), old, new)
    report = tally.report()
    for name in ("old_mg", "new_mg", "change_mg"):
        assert int(report["totals"][name]) == sum(int(g[name]) for g in report["groups"])
    people_change = int(report["people"]["gain"]["mg"]) - int(report["people"]["lose"]["mg"])
    assert people_change == int(report["totals"]["change_mg"])
    assert report["people"]["people"] == 50
    assert len(report["largest"]) == 10


def test_amounts_are_written_as_people_write_them() -> None:
    assert [amount(n) for n in (0, 7, 46_000, 1_234_567, -2_500_000_000)] == [
        "0", "7 mg", "46 g", "1.234 kg", "−2.5 t"
    ]  # fmt: skip
    assert (change(46_000), change(-46_000), change(0)) == ("+46 g", "−46 g", "0")


def test_only_a_chunk_of_actions_is_in_memory(
    office: Office, rides: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadowing, "AT_ONCE", 2)
    version = office.wiring.rulebook.version("bj.low_carbon_travel", "2024")
    told: list[tuple[int, int]] = []
    with snapshot(office.wiring.database) as connection:
        cursors = text("select count(*) from pg_cursors")
        run_shadow(
            connection,
            version,
            occurred_from=date(2026, 1, 1),
            occurred_to=date(2026, 6, 30),
            rulebook=office.wiring.rulebook,
            progress=lambda done, _total: told.append(
                (done, connection.execute(cursors).scalar_one())
            ),
        )
    # The rows wait in the server: its cursor is open while chunks are worked on.
    assert [done for done, _ in told] == [0, 2, 4, 6, 8, 9]
    assert all(open_cursors for _, open_cursors in told[1:])
