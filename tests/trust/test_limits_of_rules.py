"""No person's credited sum goes beyond what a rule lets count, whatever comes in whatever order."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.settings import Settings
from app.usecases.recording.confirm_actions import Confirming, confirm_actions
from app.usecases.recording.record import Recorded
from behaviours.actions.action import Action
from behaviours.actions.waiting import CONFIRM, REFUSE, WaitTerms
from behaviours.civil_time import civil_day
from behaviours.quotas import Quota, Quotas
from behaviours.refusal import Refusal
from tests.builders.actions import a_ride, recording
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.civil import CHINA
from tests.builders.methodologies import Office, Rule, a_trip
from tests.builders.people import a_participant, an_organisation
from tests.builders.processes import own_wiring
from tests.builders.viewers import OPERATOR

NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
PUBLISHED = NOW - timedelta(days=20)
TODAY = civil_day(NOW, CHINA)
PER_TRIP = 50_000
WIDE = 12


def limit(of: str, most: str, per: str = "day", above: str = "cut") -> str:
    unit = {"trips": "unit: trip, ", "result": "unit: gCO2e, "}.get(of, "")
    return (
        f'  - {{name: {of}_per_{per}, of: {of}, {unit}most: "{most}", per: {per}, above: {above},'
        " meaning: {zh: 至多如此。, en: No more than that.}, source: text, grade: official}"
    )


LIMITS = {
    "five a day": [limit("trips", "5")],
    "five a week or none": [limit("trips", "5", "week", "refuse")],
    "one action a day": [limit("actions", "1")],
    "mass a day and actions for life": [limit("result", "120"), limit("actions", "9", "life")],
    "seven a day and mass a year": [limit("trips", "7"), limit("result", "2000", "year")],
    "five for life and mass a year": [limit("trips", "5", "life"), limit("result", "1000", "year")],
}


class Desk:
    """A provider with a person, and a rule that limits what counts."""

    def __init__(self, office: Office, rule: Rule) -> None:
        self.office, self.rule, self.wiring = office, rule, office.wiring
        self.provider = an_organisation(self.wiring, "provider")
        self.token = self.office.tokens("provider", tenant=self.provider)
        self.person = self.somebody()

    def somebody(self, **given: Any) -> UUID:
        long_ago = replace(self.wiring, clock=StandingClock(NOW - timedelta(days=500)))
        return a_participant(long_ago, provider_id=self.provider, **given)

    def report(self, trips: int, at: datetime = NOW, *, query: str = "", **said: Any) -> Any:
        body = a_trip(self.rule.behaviour, said.pop("person", self.person), at, **said)
        body["quantities"] = {"trips": str(trips)}
        return self.office.http.post(f"/v1/actions{query}", body, token=self.token)

    def ride(self, trips: int, **said: Any) -> Action:
        return a_ride(
            said.pop("person", self.person),
            self.provider,
            behaviour=self.rule.behaviour,
            quantities={"trips": str(trips)},
            **{"occurred_at": NOW, "evidence": {"ride_id": secrets.token_hex(8)}, **said},
        )

    def saved(self, trips: int, at: datetime = NOW, **said: Any) -> tuple[str, str | None]:
        answer = self.report(trips, at, **said)
        assert answer.status_code in (200, 201), answer.text
        reduction = answer.json["reduction"]
        return reduction["reduction_kg"], reduction["limited_by"]

    def used(self, person: UUID | None = None) -> dict[tuple[str, date], int]:
        with self.wiring.database.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "select limit_code, period_start, used from rule_limit where participant_id = %s",
                (person or self.person,),
            ).all()
        return {(code.split(":", 1)[1], first): used for code, first, used in rows if used}

    def reverse(self, action_id: str) -> None:
        answer = self.office.http.post(
            f"/v1/actions/{action_id}/reversals", {"reason": "counted twice"}, token=self.token
        )
        assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
def rules(
    settings: Settings, two_databases: tuple[str, str]
) -> Iterator[tuple[Office, dict[str, Rule]]]:
    """Books in which the rules were published some days ago."""
    own = own_wiring(replace(settings, web_threads=WIDE), two_databases[0])
    clock = StandingClock(PUBLISHED)
    office = Office(replace(own, clock=clock))
    made = {}
    for name, limits in LIMITS.items():
        rule = Rule(civil_day(PUBLISHED, CHINA), PER_TRIP, limits="\n".join(["limits:", *limits]))
        office.published(rule)
        made[name] = rule
    clock.moment = NOW
    yield office, made
    assert_books_balance(office.wiring)
    own.close()


@pytest.fixture
def desk(rules: tuple[Office, dict[str, Rule]]) -> Callable[[str], Desk]:
    office, made = rules
    return lambda name: Desk(office, made[name])


def test_the_answer_says_what_counts_and_what_cut_it(desk: Callable[[str], Desk]) -> None:
    here = desk("five a day")
    assert here.saved(3) == ("0.150000", None)
    answer = here.report(4)
    assert answer.json["reduction"]["reduction_kg"] == "0.100000"
    assert answer.json["reduction"]["limited_by"] == "trips_per_day"
    # Points are of what counts.
    assert answer.json["points"]["awarded"] == 100
    shown = here.office.http.get(f"/v1/actions/{answer.json['id']}", token=here.token).json
    assert shown["reduction"] == answer.json["reduction"]
    told = here.office.http.get(
        f"/v1/actions/{answer.json['id']}/calculation?lang=en", token=here.token
    ).json
    (only,) = told["limits"]
    assert (only["before"], only["counted"], only["most"]) == ("3", "2", "5")
    assert told["saved_mg"] == told["recomputed_mg"] == "100000"
    assert any("at most 5 trip" in each for each in told["sentences"])
    # Nothing is left, and it is recorded all the same.
    assert here.saved(1) == ("0.000000", "trips_per_day")
    # A dry run says the same and takes nothing.
    tomorrow = NOW - timedelta(days=1)
    for _ in range(2):
        assert here.saved(5, tomorrow, query="?dry_run=true") == ("0.250000", None)
    assert here.used() == {("trips:trip:day", TODAY): 5_000_000}


def test_what_is_refused_takes_nothing(desk: Callable[[str], Desk]) -> None:
    here = desk("five a week or none")
    assert here.report(3).status_code == 201
    answer = here.report(3)
    assert (answer.status_code, answer.json["code"]) == (409, "LIMIT_REACHED")
    assert "until 2026-06-15" in answer.json["detail"]
    assert here.report(2).status_code == 201
    # Another week has room of its own, and a late report counts in its own one.
    assert here.report(5, NOW - timedelta(days=7)).status_code == 201
    assert here.report(1, NOW - timedelta(days=8)).json["code"] == "LIMIT_REACHED"
    monday = date(2026, 6, 8)
    assert here.used() == {
        ("trips:trip:week", monday): 5_000_000,
        ("trips:trip:week", monday - timedelta(days=7)): 5_000_000,
    }


def test_a_day_is_the_programmes_civil_day(desk: Callable[[str], Desk]) -> None:
    here = desk("one action a day")
    midnight = datetime(2026, 6, 9, 16, tzinfo=UTC)
    assert here.saved(1, midnight - timedelta(seconds=1)) == ("0.050000", None)
    assert here.saved(1, midnight) == ("0.050000", None)
    assert here.saved(1, midnight + timedelta(hours=5)) == ("0.000000", "actions_per_day")


def test_a_list_is_treated_as_if_each_had_come_alone(desk: Callable[[str], Desk]) -> None:
    here = desk("mass a day and actions for life")
    bodies = [a_trip(here.rule.behaviour, here.person, NOW) for _ in range(4)]
    answer = here.office.http.post("/v1/actions/batch", {"actions": bodies}, token=here.token)
    reductions = [each["action"]["reduction"] for each in answer.json["results"]]
    assert [each["reduction_kg"] for each in reductions] == [
        "0.050000", "0.050000", "0.020000", "0.000000",
    ]  # fmt: skip
    assert reductions[2]["limited_by"] == reductions[3]["limited_by"] == "result_per_day"
    assert here.used() == {
        ("result:gCO2e:day", TODAY): 120_000,
        ("actions::life", date.min): 3,
    }


def test_a_reversal_gives_room_to_what_comes_after_it(desk: Callable[[str], Desk]) -> None:
    here = desk("five a day")
    first = here.report(4).json
    second = here.report(4).json
    assert second["reduction"]["reduction_kg"] == "0.050000"
    here.reverse(first["id"])
    # What was cut stays cut; what comes now finds four trips of room.
    again = here.office.http.get(f"/v1/actions/{second['id']}", token=here.token).json
    assert again["reduction"]["reduction_kg"] == "0.050000"
    assert here.saved(9) == ("0.200000", "trips_per_day")
    assert here.used() == {("trips:trip:day", TODAY): 5_000_000}


@pytest.mark.parametrize("step", [CONFIRM, REFUSE])
def test_what_waits_holds_its_room_until_it_ends(desk: Callable[[str], Desk], step: str) -> None:
    here = desk("five a day")
    held = WaitTerms(quotas=Quotas(by_default=Quota(actions=0)))
    (waits,) = recording(here.wiring, [here.ride(4)], now=NOW, terms=held)
    assert isinstance(waits, Recorded)
    assert waits.standing.is_waiting
    assert here.saved(3) == ("0.050000", "trips_per_day")
    (ended,) = here.wiring.database.transact(
        confirm_actions,
        [Confirming(waits.action_id, step, "looked at", None if step == CONFIRM else "not_done")],
        viewer=OPERATOR,
        decided_by="operator:o",
        rulebook=here.wiring.rulebook,
        policy=here.wiring.policies,
        clock=here.wiring.clock,
    )
    assert not isinstance(ended, Refusal)
    if step == CONFIRM:
        assert (ended.saved_mg, ended.points) == (4 * PER_TRIP, 200)
        assert here.saved(3) == ("0.000000", "trips_per_day")
    else:
        assert here.saved(3) == ("0.150000", None)
        assert here.saved(3) == ("0.050000", "trips_per_day")


def test_whoever_asks_is_told_the_limits(desk: Callable[[str], Desk]) -> None:
    here = desk("five a day")
    (limited,) = here.office.http.get(here.rule.path).json["limits"]
    assert (limited["of"], limited["most"], limited["per"]) == ("trips", "5", "day")
    question = {
        "region": "CN-44",
        "quantities": {"trips": "4"},
        "version": "1",
        "counted_before": {"trips_per_day": "3"},
    }
    calculator = f"/v1/methodologies/{here.rule.code}/quantify"
    asked = here.office.http.post(calculator, question)
    assert asked.json["reduction_kg"] == "0.100000"
    assert asked.json["calculation"]["limits"][0]["counted"] == "2"
    wrong = here.office.http.post(calculator, {**question, "counted_before": {"other": "3"}})
    assert (wrong.status_code, wrong.json["errors"][0]["code"]) == (422, "UNKNOWN_LIMIT")
    page = f"/methodologies/{here.rule.code}/1"
    assert 'id="limits"' in here.office.http.get(page).text


def test_many_at_once_never_exceed_it_and_none_is_lost(desk: Callable[[str], Desk]) -> None:
    here = desk("seven a day and mass a year")
    people = [here.person, *(here.somebody() for _ in range(2))]
    rides = [(person, number) for number in range(WIDE // 3) for person in people]
    start = Barrier(len(rides))

    def one(ride: tuple[UUID, int]) -> Recorded | Refusal:
        person, number = ride
        action = here.ride(3, person=person, occurred_at=NOW - timedelta(minutes=number))
        start.wait()
        (answer,) = recording(here.wiring, [action])
        return answer

    with ThreadPoolExecutor(len(rides)) as threads:
        answers = list(threads.map(one, rides))
    assert all(isinstance(each, Recorded) for each in answers)
    for person in people:
        own = [
            answer.reduction.saved_mg
            for (who, _), answer in zip(rides, answers, strict=True)
            if who == person and isinstance(answer, Recorded)
        ]
        # Three, three, the one that was left, and nothing.
        assert sorted(own) == [0, 1 * PER_TRIP, 3 * PER_TRIP, 3 * PER_TRIP]
        assert here.used(person) == {
            ("trips:trip:day", TODAY): 7_000_000,
            ("result:gCO2e:year", date(2026, 1, 1)): 7 * PER_TRIP,
        }


def test_who_leaves_and_comes_back_finds_what_was_used(desk: Callable[[str], Desk]) -> None:
    here = desk("five for life and mass a year")
    identity = f"person-{secrets.token_hex(9)}"
    person = here.somebody(identity=identity)
    assert here.saved(4, NOW - timedelta(hours=1), person=person) == ("0.200000", None)
    token = here.office.tokens("participant", tenant=person)
    assert here.office.http.delete("/v1/me", token=token).status_code == 200
    now = here.wiring.clock.now()
    again = a_participant(here.wiring, identity=identity, provider_id=here.provider, agreed_at=now)
    assert again != person
    assert here.used(again) == here.used(person)
    here.wiring.clock.moment = NOW + timedelta(days=1)  # type: ignore[misc]
    later = NOW + timedelta(hours=20)
    assert here.saved(4, later, person=again) == ("0.050000", "trips_per_life")


def test_the_audit_sees_what_goes_beyond(desk: Callable[[str], Desk]) -> None:
    here = desk("five a day")
    here.report(5)
    own = f"participant_id = '{here.person}'"
    more = f"""
        update action set quantities = '{{"trips": "6"}}', calculation = jsonb_set(calculation,
            '{{inputs,limits,trips_per_day,counted}}', '"6"') where {own};
        update rule_limit set used = 6000000 where {own};
    """
    assert_each_is_seen(
        here.wiring,
        {
            f"update rule_limit set used = used + 1 where {own}": ["rule_limits"],
            f"delete from rule_limit where {own}": ["rule_limits"],
            # As if the rule had not been asked.
            more: ["rule_limits", "recomputed"],
        },
    )
