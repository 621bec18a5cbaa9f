"""A report bears the moment at which it came, also when it waits; nothing is decided wrongly by it.

What could change meanwhile - consents, leaving, installations, claims - is read under the lock
(``test_leaving_and_withdrawing_are_decided_under_the_lock`` and its siblings).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import partial

import pytest

from app.factory import create_app
from app.ids import parse, public
from app.store.audit.title import CONSENTS, LEFT
from tests.builders.audit import broken_of
from tests.builders.held import while_held
from tests.builders.people import Http, Tokens, a_participant, an_organisation, leaving


class Scene:
    def __init__(self, wiring):
        app = create_app(wiring)
        self.wiring, self.http, self.tokens = wiring, Http(app), Tokens(app, wiring)
        self.provider = an_organisation(wiring)
        self.person = a_participant(wiring, provider_id=self.provider)
        self.token = self.tokens("provider", tenant=self.provider)
        self.own = self.tokens("participant", tenant=self.person)

    @property
    def now(self):
        return self.wiring.clock.now()

    def report(self, occurred_at, **changes):
        body = {
            "participant_id": public("par", self.person),
            "behaviour": "metro_ride",
            "external_id": secrets.token_hex(8),
            "occurred_at": occurred_at.isoformat(),
            "region": "CN-44",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": secrets.token_hex(8)},
        } | changes
        return self.http.post("/v1/actions", body, token=self.token)

    def withdraw_all(self):
        for given in self.http.get("/v1/me/consents", token=self.own).json["data"]:
            answer = self.http.delete(f"/v1/me/consents/{given['id']}", token=self.own)
            assert answer.status_code == 204

    def broken(self, *actions):
        asked = [parse("act", each.json["id"]) for each in actions]
        given = {
            "zone": str(self.wiring.zone),
            "behaviours": ["metro_ride"],
            "categories": ["travel"],
        }
        return broken_of(self.wiring, CONSENTS, asked, given)


@pytest.fixture
def scene(movable):
    return Scene(movable)


@pytest.mark.parametrize("then", ["withdraws", "leaves"])
def test_a_phone_whose_clock_runs_ahead_is_covered_by_the_consent_of_that_moment(scene, then):
    """What is dated minutes ahead was taken while the consent was in force."""
    ahead = scene.report(scene.now + timedelta(minutes=4))
    assert ahead.status_code == 201, ahead.text
    if then == "withdraws":
        scene.withdraw_all()
    else:
        scene.wiring.database.transact(leaving(scene.wiring, scene.person))
    assert scene.broken(ahead) == []
    assert broken_of(scene.wiring, LEFT, [scene.person]) == []


def test_the_audit_names_what_was_taken_after_a_withdrawal(scene):
    taken = scene.report(scene.now)
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set withdrawn_at = %s where participant_id = %s",
            (scene.now - timedelta(minutes=1), scene.person),
        )
    assert scene.broken(taken) == [taken.json["id"]]


@pytest.mark.parametrize("waits_s", [1, 86_400], ids=["a second", "over midnight"])
def test_whoever_waits_is_credited_as_of_when_it_came(scene, waits_s):
    """The row, its points and its day are those of one moment, and that is not after the lock."""
    asked_at = scene.now

    def hold(connection):
        connection.exec_driver_sql(
            "select 1 from points_account where participant_id = %s for update", (scene.person,)
        )

    answer = while_held(
        scene.wiring.database,
        hold,
        partial(scene.report, asked_at - timedelta(minutes=1)),
        before_letting_go=lambda: scene.wiring.clock.advance(waits_s),
    )
    assert answer.status_code == 201, answer.text
    recorded_at = datetime.fromisoformat(answer.json["recorded_at"])
    assert asked_at <= recorded_at < asked_at + timedelta(seconds=10)
    alone = scene.report(recorded_at, external_id="alone")
    assert alone.status_code == 201, alone.text
    assert answer.json["points"]["expires_at"] <= alone.json["points"]["expires_at"]
    assert scene.broken(answer, alone) == []
