"""Whoever leaves and comes back goes on where they were, and no provider is told of it."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import text

from app.ids import parse
from app.store.audit.title import AFTER_LEAVING, BEFORE_RETURN
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from tests.builders.audit import broken_of
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.viewers import OPERATOR

SAID = ("code", "title", "detail", "status", "errors")


class Home:
    """One identity that providers enrol, at noon, so that a day is long enough for a test."""

    def __init__(self, app, wiring):
        self.wiring, self.http, self.tokens = wiring, Http(app), Tokens(app, wiring)
        self.identity = f"person-{secrets.token_hex(8)}"
        self.mine, self.other = (self.a_provider() for _ in "12")
        noon = datetime.combine(self.now.date() + timedelta(days=1), time(12), wiring.zone)
        if noon.month == 12:
            # No test of this file lives through the end of a year.
            noon = noon.replace(year=noon.year + 1, month=1, day=15)
        wiring.clock.advance(int((noon - self.now).total_seconds()))

    @property
    def now(self):
        return self.wiring.clock.now().astimezone(self.wiring.zone)

    def a_provider(self):
        return self.tokens("provider", tenant=an_organisation(self.wiring))

    def enrolling(self, token=None, *, identity=None, **consent):
        scenes = ("travel", "goods", "housing", "clothing")
        given = [{"scene": each, "text_version": "2026-01"} | consent for each in scenes]
        body = {"identity": identity or self.identity, "region": "CN-44", "consents": given}
        answer = self.http.post("/v1/participants", body, token=token or self.mine)
        assert answer.status_code in (200, 201), answer.text
        return answer

    def enrol(self, token=None, **consent):
        return self.enrolling(token, **consent).json["id"]

    def own(self, person):
        return self.tokens("participant", tenant=parse("par", person))

    def leave(self, person):
        assert self.http.delete("/v1/me", token=self.own(person)).status_code == 200

    def reporting(self, person, behaviour="metro_ride", token=None, **changes):
        body = {
            "participant_id": person,
            "behaviour": behaviour,
            "external_id": secrets.token_hex(8),
            "occurred_at": self.now.isoformat(),
            "region": "CN-44",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": secrets.token_hex(8)},
        } | changes
        return self.http.post("/v1/actions", body, token=token or self.mine)

    def report(self, person, *args, **changes):
        answer = self.reporting(person, *args, **changes)
        return answer.status_code, answer.json.get("code")

    def walk(self, person, **changes):
        walked = {"region": "CN-42", "quantities": {"steps": "9000"},
                  "evidence": {"trace_id": secrets.token_hex(8)}}  # fmt: skip
        return self.report(person, "walking", **walked, **changes)

    def cool(self, person, **changes):
        bought = {"quantities": {"annual_kwh": "600", "units": "1"},
                  "evidence": {name: secrets.token_hex(8)
                               for name in ("serial_no", "invoice_no", "model")}}  # fmt: skip
        return self.report(person, "efficient_air_conditioner", **bought, **changes)

    def save_power(self, person, **changes):
        read = {
            "occurred_at": (self.now - timedelta(days=1)).isoformat(),
            "ended_at": self.now.isoformat(),
            "quantities": {"consumption_kwh": "6"},
            "evidence": {"account_no": "".join(secrets.choice("123456789") for _ in range(9))},
        }
        return self.report(person, "household_electricity", **read | changes)

    def ride_alone(self, person, *, minutes_ago):
        """A ride that the person reports herself; it waits for somebody to confirm it."""
        body = {
            "behaviour": "proven_transit_ride",
            "external_id": secrets.token_hex(8),
            "occurred_at": (self.now - timedelta(minutes=minutes_ago)).isoformat(),
            "ended_at": (self.now - timedelta(minutes=minutes_ago - 4)).isoformat(),
            "region": "CN-42",
            "quantities": {"trips": "1"},
            "evidence": {
                "ride_id": secrets.token_hex(8),
                "mode": "bus",
                "proof": "screenshot",
                "issuer": "rides",
            },
        }
        answer = self.http.post("/v1/actions", body, token=self.own(person))
        return answer.status_code, answer.json.get("code")

    def broken(self, *people):
        asked = [parse("par", each) for each in people]
        given = {"zone": str(self.wiring.zone)}
        return [each for line in (BEFORE_RETURN, AFTER_LEAVING)
                for each in broken_of(self.wiring, line, asked, given)]  # fmt: skip


@pytest.fixture
def home(moving):
    return Home(*moving)


def test_nobody_is_in_a_ride_that_goes_on_in_the_account_they_left(home):
    first = home.enrol()
    began, ended = home.now - timedelta(minutes=50), home.now - timedelta(minutes=20)
    ride = {"occurred_at": began.isoformat(), "ended_at": ended.isoformat()}
    assert home.report(first, **ride) == (201, None)
    home.leave(first)
    second = home.enrol()
    # The same time by another number of another ride, and a minute within it.
    assert home.report(second, **ride) == (409, "OVERLAPPING_RIDE")
    within = (began + timedelta(minutes=29)).isoformat()
    assert home.report(second, occurred_at=within) == (409, "OVERLAPPING_RIDE")
    assert home.report(second, occurred_at=ended.isoformat()) == (201, None)
    assert home.report(second) == (201, None)
    assert home.broken(second) == []


def test_what_counts_once_a_day_counts_once_on_the_day_of_leaving(home):
    first = home.enrol()
    assert home.walk(first) == (201, None)
    home.leave(first)
    second = home.enrol()
    assert home.walk(second) == (409, "DUPLICATE_CLAIM")
    home.wiring.clock.advance(86_400)
    assert home.walk(second) == (201, None), "the next day is another one"


def test_the_side_of_a_choice_of_the_year_stays_chosen(home):
    first = home.enrol()
    assert home.cool(first) == (201, None)
    home.leave(first)
    home.wiring.clock.advance(3 * 86_400)
    second = home.enrol()
    home.wiring.clock.advance(2 * 86_400)
    assert home.save_power(second) == (409, "EXCLUDED_BY_OTHER_BEHAVIOUR")
    assert home.cool(second) == (201, None), "the same side is no other one"
    assert home.broken(second) == []


def test_what_was_left_twice_is_known_twice(home):
    first = home.enrol()
    home.walk(first)
    home.cool(first)
    home.leave(first)
    second = home.enrol()
    home.leave(second)
    third = home.enrol()
    assert home.walk(third) == (409, "DUPLICATE_CLAIM")
    home.wiring.clock.advance(2 * 86_400)
    assert home.save_power(third)[1] == "EXCLUDED_BY_OTHER_BEHAVIOUR"


def test_what_was_taken_back_before_leaving_limits_nobody(home):
    first = home.enrol()
    done = home.reporting(first, "walking", region="CN-42", quantities={"steps": "9000"},
                          evidence={"trace_id": secrets.token_hex(8)})  # fmt: skip
    gone = home.http.post(
        f"/v1/actions/{done.json['id']}/reversals",
        {"reason": "wrong_person"},
        token=home.mine,
        key=secrets.token_hex(8),
    )
    assert gone.status_code in (200, 201), gone.text
    home.leave(first)
    assert home.walk(home.enrol()) == (201, None)


def test_what_is_taken_back_after_leaving_limits_until_its_time_is_over(home):
    """No way leads from one account to the other, so nothing of the first frees the second."""
    first = home.enrol()
    walked = home.reporting(first, "walking", region="CN-42", quantities={"steps": "9000"},
                            evidence={"trace_id": secrets.token_hex(8)})  # fmt: skip
    bought = {name: secrets.token_hex(8) for name in ("serial_no", "invoice_no", "model")}
    cooled = home.reporting(first, "efficient_air_conditioner", evidence=bought,
                            quantities={"annual_kwh": "600", "units": "1"})  # fmt: skip
    home.leave(first)
    second = home.enrol()
    ids = [parse("act", each.json["id"]) for each in (walked, cooled)]
    taken = home.wiring.database.transact(
        reverse_actions,
        [Reversing(each, "not done", "not_done") for each in ids],
        viewer=OPERATOR,
        reversed_by="operator",
        rulebook=home.wiring.rulebook,
        policies=home.wiring.policies,
        now=home.wiring.clock.now(),
    )
    assert [each.stored.action_id for each in taken] == ids
    # What the appliance held is free, for whoever has it.
    other = home.enrolling(identity=f"person-{secrets.token_hex(8)}").json["id"]
    again = home.reporting(other, "efficient_air_conditioner", evidence=bought,
                           quantities={"annual_kwh": "600", "units": "1"})  # fmt: skip
    assert again.status_code == 201, again.text
    assert home.walk(second) == (409, "DUPLICATE_CLAIM")
    home.wiring.clock.advance(2 * 86_400)
    assert home.walk(second) == (201, None), "the day is over"
    assert home.save_power(second) == (409, "EXCLUDED_BY_OTHER_BEHAVIOUR")
    home.wiring.clock.advance(370 * 86_400)
    # It is asked for its meter, and not told of the other side any more.
    assert home.save_power(second) == (422, "INSTALLATION_UNKNOWN"), "the year is over"


def test_a_person_reports_no_more_alone_in_a_day_by_leaving(home):
    first = home.enrol()
    for at in range(7):
        assert home.ride_alone(first, minutes_ago=100 - 5 * at) == (201, None)
    home.leave(first)
    second = home.enrol()
    for at in range(7, 10):
        assert home.ride_alone(second, minutes_ago=100 - 5 * at) == (201, None)
    assert home.ride_alone(second, minutes_ago=100 - 5 * 10)[0] == 409
    home.wiring.clock.advance(86_400)
    assert home.ride_alone(second, minutes_ago=60) == (201, None)


def test_a_person_who_reports_what_was_before_is_told_why_not(home):
    first = home.enrol()
    home.wiring.clock.advance(2 * 86_400)
    home.leave(first)
    second = home.enrol()
    assert home.ride_alone(second, minutes_ago=2 * 24 * 60) == (409, "BEFORE_RETURN")


def test_no_provider_learns_that_there_was_an_account_before(home):
    """Two people, of whom one left another provider's account; the same words to the same acts."""
    first = home.enrol(home.other)
    home.wiring.clock.advance(4 * 86_400)
    home.leave(first)
    long_ago = (home.now - timedelta(days=2)).isoformat()
    answers = []
    for identity in (home.identity, f"person-{secrets.token_hex(8)}"):
        enrolled = home.enrolling(home.mine, identity=identity)
        backdated = home.enrolling(home.mine, identity=identity, granted_at=home.now.isoformat())
        person = enrolled.json["id"]
        told = [home.reporting(person, occurred_at=at)
                for at in (long_ago, (home.now - timedelta(hours=1)).isoformat())]  # fmt: skip
        answers.append(
            (
                enrolled.status_code,
                sorted(enrolled.json),
                backdated.status_code,
                enrolled.json.get("requests"),
                [{name: each.json.get(name) for name in SAID} for each in told],
            )
        )
    back, new = answers
    assert back == new
    assert [each["code"] for each in new[4]] == ["CONSENT_MISSING", None]


def test_a_word_dated_back_is_taken_of_whoever_left_and_reaches_no_further(home):
    first = home.enrol(home.other)
    home.wiring.clock.advance(9 * 86_400)
    home.leave(first)
    dated = (home.now - timedelta(days=8)).isoformat()
    answer = home.enrolling(home.mine, granted_at=dated)
    assert answer.json["requests"] == [], "this provider had nothing to take back"
    second = answer.json["id"]
    before = (home.now - timedelta(days=2)).isoformat()
    assert home.report(second, occurred_at=before) == (403, "CONSENT_MISSING")
    assert home.report(second) == (201, None)
    # Who had her consent before has to ask for what ended with the account.
    again = home.enrolling(home.other, granted_at=dated).json["requests"]
    assert sorted(each["scene"] for each in again) == ["clothing", "goods", "housing", "travel"]
    assert home.report(second, token=home.other)[0] in (403, 404)
    assert home.broken(second) == []


def test_who_came_back_before_this_was_kept_is_asked_as_then(home):
    first = home.enrol()
    home.leave(first)
    second = home.enrol()
    with home.wiring.database.engine.begin() as connection:
        connection.execute(text("update inherited_leaving set limits = null"
                                " where participant_id = :person"),
                           {"person": parse("par", second)})  # fmt: skip
    earlier = (home.now - timedelta(hours=1)).isoformat()
    assert home.report(second, occurred_at=earlier) == (403, "CONSENT_MISSING")
    assert home.walk(second) == (403, "CONSENT_MISSING")
    assert home.report(second) == (201, None)


def test_the_audit_names_what_was_credited_from_before(home):
    assert BEFORE_RETURN.name == "nothing_before_return"
    first = home.enrol()
    ride = home.now - timedelta(minutes=30)
    assert home.report(first, occurred_at=ride.isoformat()) == (201, None)
    assert home.cool(first) == (201, None)
    home.leave(first)
    second = home.enrol()
    assert home.report(second) == (201, None)
    assert home.cool(second) == (201, None)
    assert home.broken(second) == []
    broken = (
        "update action set occurred_at = occurred_at - interval '2 days'",
        "update person_interval set starts_at = starts_at - interval '1 hour'",
        "update exclusion_claim set side = 'electricity'",
    )
    asked = {"person": parse("par", second), "zone": str(home.wiring.zone)}
    rows = text(f"select offender from ({BEFORE_RETURN.rows}) c (offender, bad) where bad")
    with home.wiring.database.engine.connect() as connection:
        for change in broken:
            with connection.begin() as step:
                connection.execute(text("set local session_replication_role = replica"))
                before = connection.execute(rows, asked).scalars().all()
                connection.execute(text(f"{change} where participant_id = :person"), asked)
                assert len(connection.execute(rows, asked).scalars().all()) > len(before), change
                step.rollback()
