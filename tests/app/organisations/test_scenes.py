"""Scenes: applied for, assessed, published by two; what is not open is neither reported nor agreed
to nor shown."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import pytest

from app.factory import create_app
from app.usecases.organisations.move_scenes import move_scenes
from app.usecases.organisations.read_open_scenes import read_open_scenes
from app.usecases.organisations.sign_scenes import sign_scenes
from behaviours.refusal import Refusal
from behaviours.scene_admission import PUBLISH, SUSPEND, SceneStateConflict
from behaviours.viewer import Viewer
from tests.builders.actions import a_ride, recording
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, a_participant, a_user, an_organisation
from tests.builders.processes import own_wiring

PATH = "/v1/scenes"
WORDS = {"description": "Rides that gates counted.", "data_security": "Numbers only."}


class Desk:
    """An operator who assesses, another who signs, and an authority, over HTTP."""

    def __init__(self, app, wiring) -> None:
        self.http, self.wiring, self.tokens = Http(app), wiring, Tokens(app, wiring)
        self.assessor, self.operator = self.tokens("operator"), self.tokens("operator")
        self.authority = self.tokens("authority")

    def apply(self, scene="metro_ride", token=None, **told):
        body = {"scene": scene, **WORDS, **told}
        return self.http.post(PATH, body, token=token or self.assessor)

    def do(self, admission_id, step, body=None, token=None):
        path = f"{PATH}/{admission_id}/{step}"
        return self.http.post(path, body, token=token or self.assessor)

    def assessed(self, scene="metro_ride", **told):
        applied = self.apply(scene, **told)
        assert applied.status_code == 201, applied.text
        admission_id = applied.json["id"]
        found = self.do(admission_id, "assess", {"findings": "The numbers match."})
        assert found.json["state"] == "assessed", found.text
        return admission_id

    def published(self, scene="metro_ride", since="2020-01-01", **told):
        admission_id, body = self.assessed(scene, **told), {"in_force_from": since}
        first = self.do(admission_id, "publish", body, self.operator)
        assert (first.status_code, first.json["awaiting"]) == (202, ["authority"]), first.text
        second = self.do(admission_id, "publish", body, self.authority)
        assert (second.status_code, second.json["state"]) == (200, "published"), second.text
        return admission_id

    def suspend(self, admission_id):
        return self.do(admission_id, "suspend", {"reason": "Counted twice."}, self.operator)

    def lift(self, admission_id):
        self.do(admission_id, "lift", token=self.operator)
        return self.do(admission_id, "lift", token=self.authority)


class Reporter:
    """A provider that nothing is open to, and a person who agreed before that was so."""

    def __init__(self, desk) -> None:
        self.desk, wiring = desk, desk.wiring
        self.id = an_organisation(wiring)
        self.public = f"org_{self.id.hex}"
        self.person = a_participant(wiring, provider_id=self.id)
        with wiring.database.engine.begin() as connection:
            # As if it had never been admitted: what processes know of it is as good as forgotten.
            connection.exec_driver_sql(
                "update scene_admission set spans = '[]', state = 'declined',"
                " changed_no = (select number + 1 from methodology_epoch where name = 'scenes')"
                " where provider_id = %s",
                (self.id,),
            )
            connection.exec_driver_sql(
                "update methodology_epoch set number = number + 1 where name = 'scenes'"
            )
        wiring.rules.expect_news(wiring.database)
        self.token = desk.tokens("provider", tenant=self.id)

    def ride(self, **changes):
        [answer] = recording(self.desk.wiring, [a_ride(self.person, self.id, **changes)])
        return answer.key if isinstance(answer, Refusal) else answer.standing.state

    def agree(self, scene="metro_ride"):
        body = {
            "identity": secrets.token_hex(8),
            "region": "CN-33",
            "consents": [{"scene": scene, "text_version": "2026-01"}],
        }
        return self.desk.http.post("/v1/participants", body, token=self.token)

    def shown(self):
        seen = self.desk.http.get("/v1/provider", token=self.token).json
        return {each["behaviour"] for each in seen["scenes"]}


@pytest.fixture
def desk(app, wiring):
    return Desk(app, wiring)


@pytest.fixture
def reporter(desk):
    return Reporter(desk)


@pytest.fixture
def own_books(settings, fresh_database):
    wiring = own_wiring(settings, fresh_database)
    an_issuer(wiring, "rides", kinds=("ride",))
    yield create_app(wiring), wiring
    wiring.close()


def test_what_is_not_published_is_not_reported_agreed_to_or_shown(desk, reporter):
    assert reporter.ride() == "SCENE_NOT_ADMITTED.provider"
    assert refusal(reporter.agree()) == (403, "SCENE_NOT_ADMITTED")
    assert reporter.agree().json["errors"][0]["pointer"] == "/consents/0/scene"
    assert reporter.shown() == set()
    admission_id = desk.assessed(provider_id=reporter.public)
    assert reporter.ride() == "SCENE_NOT_ADMITTED.provider", "assessed is not published"
    body = {"in_force_from": "2020-01-01"}
    desk.do(admission_id, "publish", body, desk.operator)
    assert reporter.ride() == "SCENE_NOT_ADMITTED.provider", "one signature is not two"
    desk.do(admission_id, "publish", body, desk.authority)
    assert reporter.ride() == "quantified"
    assert reporter.agree().status_code == 201
    assert reporter.shown() == {"metro_ride"}
    assert reporter.agree("bus_ride").json["code"] == "SCENE_NOT_ADMITTED"
    assert reporter.agree("travel").status_code == 201, "one of its behaviours is open"


def test_a_suspended_scene_stops_at_once_and_what_was_recorded_stays(desk, reporter, app, wiring):
    admission_id = desk.published(provider_id=reporter.public)
    assert reporter.ride() == "quantified"
    with wiring.database.engine.connect() as connection:
        count = "select count(*) from action where provider_id = %s"
        before = connection.exec_driver_sql(count, (reporter.id,)).scalar_one()
    assert desk.suspend(admission_id).json["state"] == "suspended"
    assert reporter.ride() == "SCENE_NOT_ADMITTED.provider_suspended"
    assert refusal(reporter.agree()) == (403, "SCENE_NOT_ADMITTED")
    assert reporter.shown() == set()
    with wiring.database.engine.connect() as connection:
        assert connection.exec_driver_sql(count, (reporter.id,)).scalar_one() == before
    # A process that did not suspend it knows it, too.
    elsewhere = Http(create_app(wiring)).get("/v1/provider", token=reporter.token)
    assert elsewhere.json["scenes"] == []
    first = desk.do(admission_id, "lift", token=desk.operator)
    assert (first.status_code, first.json["state"]) == (202, "suspended")
    assert desk.do(admission_id, "lift", token=desk.authority).json["state"] == "published"
    assert reporter.ride(occurred_at=wiring.clock.now()) == "quantified"
    spans = desk.http.get(f"{PATH}/{admission_id}", token=desk.authority).json["open"]
    assert len(spans) == 2
    assert spans[1]["until"] is None


def test_what_was_done_while_it_was_closed_does_not_count_afterwards(desk, reporter):
    yesterday = (desk.wiring.clock.now() - timedelta(days=1)).date()
    admission_id = desk.published(since=yesterday.isoformat(), provider_id=reporter.public)
    early = desk.wiring.clock.now() - timedelta(days=3)
    assert reporter.ride(occurred_at=early) == "SCENE_NOT_ADMITTED.then"
    assert reporter.ride() == "quantified"
    history = desk.http.get(f"{PATH}/{admission_id}", token=reporter.token).json["history"]
    assert [each["step"] for each in history] == ["apply", "assess", "publish"]
    assert "Numbers only." in history[0]["words"]


def test_whoever_assessed_does_not_sign_and_the_two_state_one_day(desk):
    reporter = Reporter(desk)
    admission_id = desk.assessed(provider_id=reporter.public)
    body = {"in_force_from": "2020-01-01"}
    assert refusal(desk.do(admission_id, "publish", body)) == (409, "ASSESSOR_PUBLISHES")
    assert desk.do(admission_id, "publish", body, desk.operator).status_code == 202
    other = desk.do(admission_id, "publish", {"in_force_from": "2021-01-01"}, desk.authority)
    assert (other.status_code, other.json["awaiting"]) == (202, ["operator"])
    assert reporter.ride() == "SCENE_NOT_ADMITTED.provider"
    assert desk.do(admission_id, "publish", body, desk.authority).status_code == 200


def test_steps_cannot_be_left_out(desk):
    reporter = Reporter(desk)
    applied = desk.apply(provider_id=reporter.public).json["id"]
    for step, body in (("publish", {}), ("lift", None), ("suspend", {"reason": "x"})):
        refused = desk.do(applied, step, body, desk.operator)
        assert refusal(refused) == (409, "SCENE_STATE_CONFLICT"), step
    assert refusal(desk.apply(provider_id=reporter.public)) == (409, "SCENE_APPLIED_ALREADY")
    declined = desk.do(applied, "decline", {"reason": "No numbers."}, desk.authority)
    assert declined.json["state"] == "declined"
    again = desk.apply(token=reporter.token)
    assert (again.json["id"], again.json["state"]) == (applied, "applied"), "with its history"
    assert refusal(desk.do(f"scn_{'0' * 32}", "assess", {"findings": "x"})) == (404, "NOT_FOUND")


def test_a_provider_sees_its_own_and_the_programmes(desk):
    one, other = Reporter(desk), Reporter(desk)
    admission_id = desk.assessed(provider_id=one.public)
    assert desk.http.get(f"{PATH}/{admission_id}", token=one.token).status_code == 200
    hidden = desk.http.get(f"{PATH}/{admission_id}", token=other.token)
    assert refusal(hidden) == (404, "NOT_FOUND")
    listed = desk.http.get(
        f"{PATH}/providers?provider_id={one.public}&limit=100", token=other.token
    ).json["data"]
    assert {each["provider_id"] for each in listed} == {other.public}
    of_programme = desk.http.get(f"{PATH}?state=published&limit=100").json["data"]
    assert {each["provider_id"] for each in of_programme} == {None}
    assert "travel" in {each["scene"] for each in of_programme}


def test_a_closed_programme_closes_every_provider_and_people_alone(own_books):
    """In books of its own: what is suspended there is suspended for everybody."""
    app, wiring = own_books
    desk = Desk(app, wiring)
    reporter = an_organisation(wiring)
    person = a_participant(wiring, provider_id=reporter)
    [travel] = [
        each
        for each in desk.http.get(f"{PATH}?limit=100").json["data"]
        if each["scene"] == "travel"
    ]

    def ride(**changes):
        [answer] = recording(wiring, [a_ride(person, reporter, **changes)])
        return answer.key if isinstance(answer, Refusal) else answer.standing.state

    assert ride() == "quantified"
    desk.suspend(travel["id"])
    assert ride() == "SCENE_NOT_ADMITTED.programme_suspended"
    [alone] = recording(wiring, [a_ride(person, None)])
    assert isinstance(alone, Refusal)
    # A behaviour that is open by itself does not open what its category closes.
    desk.published("metro_ride")
    assert ride() == "SCENE_NOT_ADMITTED.programme_suspended"
    desk.lift(travel["id"])
    assert ride(occurred_at=wiring.clock.now()) == "quantified"


def test_of_steps_at_the_same_moment_one_is_taken(desk, wiring):
    reporter = Reporter(desk)
    admission_id = desk.assessed(provider_id=reporter.public)
    raw = [UUID(admission_id.removeprefix("scn_"))]
    signers = [Viewer(role, None, a_user(wiring, role)) for role in ("operator", "authority")]
    done = at_once([
        lambda by=by: wiring.database.transact(
            sign_scenes, raw, PUBLISH, by=by, clock=wiring.clock
        )[0].awaiting
        for by in signers
    ])  # fmt: skip
    assert sorted(map(len, done)) == [0, 1], "the second one opens it"
    stopped = at_once([
        lambda by=by: wiring.database.transact(
            move_scenes, raw, SUSPEND, "x", by=by, clock=wiring.clock
        )[0].state
        for by in signers * 2
    ])  # fmt: skip
    assert stopped.count("suspended") == 1
    assert sum(isinstance(each, SceneStateConflict) for each in stopped) == 3


def test_news_told_one_by_one_are_what_is_read_at_once(desk, wiring):
    reporters = [an_organisation(wiring) for _ in range(3)]
    fresh = wiring.database.transact(read_open_scenes, wiring.scenes)
    now = wiring.clock.now()
    for provider in reporters:
        for behaviour in wiring.scenes.categories():
            assert wiring.scenes.is_open(provider.hex, behaviour, now)
            assert fresh.is_open(provider.hex, behaviour, now)


def test_a_dry_run_closes_nothing(desk):
    reporter = Reporter(desk)
    admission_id = desk.published(provider_id=reporter.public)
    tried = desk.do(f"{admission_id}", "suspend?dry_run=true", {"reason": "x"}, desk.operator)
    assert tried.json["state"] == "suspended"
    assert reporter.ride() == "quantified"
