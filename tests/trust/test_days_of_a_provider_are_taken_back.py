"""All that a provider reported of some days is taken back by two people of two roles.

They see how much it is before they sign, and nothing else is touched.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.ids import new_id, parse, public
from app.jobs.recording_tasks import RECORDING
from app.jobs.task_run import TaskRun
from app.outbox import names
from app.usecases.recording.record import Recorded
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from tests.builders.actions import a_ride, recording
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens, a_participant, agreed_long_ago, an_organisation
from tests.builders.points import assert_points_balance

WHY = {"reason_code": "false_evidence", "reason": "The gates reported themselves."}


class Provider:
    """A provider that reported a ride of each of two people, on each of three days."""

    def __init__(self, wiring: Wiring, http: Http, tokens: Tokens) -> None:
        self.wiring, self.http, self.tokens = wiring, http, tokens
        self.id = an_organisation(wiring)
        noon = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0)
        self.days = [noon - timedelta(days=back) for back in (4, 3, 2)]
        new = [a_participant(wiring, provider_id=self.id) for _ in range(2)]
        self.people = [agreed_long_ago(wiring, each) for each in new]
        self.of_day = [[self.report(who, at) for who in self.people] for at in self.days]

    def report(self, person: UUID, at: datetime) -> UUID:
        (done,) = recording(self.wiring, [a_ride(person, self.id, occurred_at=at)])
        assert isinstance(done, Recorded), done
        assert done.action_id is not None
        return done.action_id

    def ask(self, by: str, first: int, last: int, **told: Any) -> Any:
        days = [civil_day(self.days[at], self.wiring.zone).isoformat() for at in (first, last)]
        body = {"from": days[0], "to": days[1], **WHY, **told}
        path = f"/v1/organisations/{public('org', self.id)}/reversals"
        return self.http.post(path, body, token=self.tokens(by))

    def states(self) -> list[list[str]]:
        token = self.tokens("operator")
        return [
            [
                self.http.get(f"/v1/actions/{public('act', each)}", token=token).json["state"]
                for each in ids
            ]
            for ids in self.of_day
        ]

    def carry_out(self, task_id: str) -> dict[str, Any]:
        """Do the task here and now, with what it was started with."""
        with self.wiring.database.engine.connect() as connection:
            arguments = connection.exec_driver_sql(
                "select arguments from task where task_id = %s", (parse("tsk", task_id),)
            ).scalar_one()
        run = TaskRun(new_id(), self.id, arguments)
        return dict(RECORDING[names.REVERSE_DAYS](self.wiring, run))


@pytest.fixture
def provider(wiring: Wiring, http: Http, token_for: Tokens) -> Provider:
    return Provider(wiring, http, token_for)


def test_two_sign_the_numbers_and_all_of_the_days_is_taken_back(
    wiring: Wiring, http: Http, token_for: Tokens, provider: Provider
) -> None:
    asked = provider.ask("operator", 0, 1)
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["authority"]), asked.text
    told = {"actions": 4, "people": 2, "reduction_kg": "0.184000", "points": 184}
    assert {name: asked.json[name] for name in told} == told
    assert (asked.json["in_frozen_bundles"], asked.json["task_id"]) == (0, None)
    assert provider.states() == [["quantified"] * 2] * 3, "one signature does nothing"
    waiting = http.get("/v1/proposals?limit=100", token=token_for("authority")).json["data"]
    [mine] = [each for each in waiting if each["subject"]["id"] == public("org", provider.id)]
    assert (mine["step"], mine["terms"]["actions"]) == ("action.reverse_days", "4")

    done = provider.ask("authority", 0, 1)
    assert (done.status_code, done.json["awaiting"]) == (201, []), done.text
    later = provider.report(provider.people[0], provider.days[0] + timedelta(hours=2))
    assert provider.carry_out(done.json["task_id"]) == {"taken_back": 4, "refused": 0}
    assert provider.states() == [["reversed"] * 2, ["reversed"] * 2, ["quantified"] * 2]
    shown = http.get(f"/v1/actions/{public('act', later)}", token=token_for("operator")).json
    assert shown["state"] == "quantified", "what was reported since, nobody signed"
    assert provider.carry_out(done.json["task_id"]) == {"taken_back": 0, "refused": 0}
    assert_points_balance(wiring, provider.people)
    with wiring.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select distinct reason_code, reason from reversal where action_id = any(%s)",
            ([each for ids in provider.of_day for each in ids],),
        ).all()
    assert [tuple(row) for row in kept] == [(WHY["reason_code"], WHY["reason"])]


def test_what_was_reported_meanwhile_is_signed_anew(provider: Provider) -> None:
    assert provider.ask("operator", 0, 0).status_code == 202
    provider.report(provider.people[1], provider.days[0] + timedelta(hours=2))
    asked = provider.ask("authority", 0, 0)
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["operator"]), asked.text
    assert asked.json["actions"] == 3
    assert provider.ask("operator", 0, 0).status_code == 201


def test_days_are_looked_at_before_anybody_signs(
    wiring: Wiring, http: Http, token_for: Tokens, provider: Provider
) -> None:
    path = f"/v1/organisations/{public('org', provider.id)}/reversals"
    on = civil_day(provider.days[2], wiring.zone).isoformat()
    body = {"from": on, "to": on, **WHY}
    tried = http.post(f"{path}?dry_run=true", body, token=token_for("operator"))
    assert tried.json["actions"] == 2
    asked = provider.ask("authority", 2, 2)
    assert asked.json["awaiting"] == ["operator"], "a dry run signs nothing"
    backwards = provider.ask("operator", 2, 0)
    assert refusal(backwards) == (422, "VALIDATION_FAILED")
    assert refusal(provider.ask("operator", 0, 0, reason_code="wrong_person"))[0] == 422
    empty = http.post(
        path, {**body, "from": "2020-01-01", "to": "2020-01-02"}, token=token_for("operator")
    )
    assert refusal(empty) == (409, "NOTHING_TO_TAKE_BACK")
    merchant = public("org", an_organisation(wiring, "merchant"))
    wrong = http.post(f"/v1/organisations/{merchant}/reversals", body, token=token_for("operator"))
    assert refusal(wrong) == (404, "NOT_FOUND")
    assert provider.states() == [["quantified"] * 2] * 3
