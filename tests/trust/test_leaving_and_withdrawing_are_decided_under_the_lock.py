"""What waits for a person's account decides by what is so once it has it, not by what was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from app.ids import public
from app.store.audit.title import LEFT
from app.store.people.consents import consents_of
from app.usecases.people.withdraw_consent import withdraw_consent
from tests.builders.audit import broken_of
from tests.builders.held import while_held
from tests.builders.people import Http, a_participant, an_organisation, leaving


@pytest.fixture
def provider(wiring):
    return an_organisation(wiring)


@pytest.fixture
def person(wiring, provider):
    return a_participant(wiring, provider_id=provider)


def a_ride(person, **changes):
    began = datetime.now(UTC) - timedelta(minutes=1)
    mark = f"{person.hex}-{began.timestamp()}"
    return {
        "participant_id": public("par", person),
        "behaviour": "metro_ride",
        "external_id": mark,
        "occurred_at": began.isoformat(),
        "region": "CN-44",
        "quantities": {"trips": "1"},
        "evidence": {"ride_id": mark[-40:]},
        **changes,
    }


def withdrawing(wiring, person):
    def withdraw(connection):
        given = [each.consent_id for each in consents_of(connection, person)]
        withdraw_consent(connection, person, given, clock=wiring.clock)

    return withdraw


def actions_of(wiring, person):
    with wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select count(*) from action where participant_id = %s", (person,)
        ).scalar_one()


def test_a_report_that_waits_while_the_person_leaves_is_refused(
    app, wiring, token_for, provider, person
):
    token = token_for("provider", tenant=provider)
    report = partial(Http(app).post, "/v1/actions", a_ride(person), token=token)
    answer = while_held(wiring.database, leaving(wiring, person), report)
    assert (answer.status_code, answer.json["code"]) == (409, "PARTICIPANT_CLOSED"), answer.text
    assert actions_of(wiring, person) == 0
    assert broken_of(wiring, LEFT, [person]) == []


def test_a_batch_that_waits_while_the_person_leaves_is_refused(
    app, wiring, token_for, provider, person
):
    token = token_for("provider", tenant=provider)
    body = {"actions": [a_ride(person), a_ride(person, external_id="other")]}
    answer = while_held(
        wiring.database,
        leaving(wiring, person),
        partial(Http(app).post, "/v1/actions/batch", body, token=token),
    )
    assert {each["status"] for each in answer.json["results"]} == {409}
    assert actions_of(wiring, person) == 0


def test_a_report_of_a_ride_after_a_withdrawal_that_it_waited_for_is_refused(
    app, wiring, token_for, provider, person
):
    ahead = (datetime.now(UTC) + timedelta(minutes=3)).isoformat()
    report = partial(
        Http(app).post,
        "/v1/actions",
        a_ride(person, occurred_at=ahead),
        token=token_for("provider", tenant=provider),
    )
    answer = while_held(wiring.database, withdrawing(wiring, person), report)
    assert (answer.status_code, answer.json["code"]) == (403, "CONSENT_WITHDRAWN"), answer.text


def test_a_withdrawal_that_waits_for_a_report_is_dated_after_it(wiring, app, token_for, person):
    """Dated by when it was asked for, it would reach behind what was recorded meanwhile."""
    token = token_for("participant", tenant=person)
    given = Http(app).get("/v1/me/consents", token=token).json["data"][0]["id"]
    let_go = []

    def hold(connection):
        connection.exec_driver_sql(
            "select 1 from points_account where participant_id = %s for update", (person,)
        )

    answer = while_held(
        wiring.database,
        hold,
        partial(Http(app).delete, f"/v1/me/consents/{given}", token=token),
        before_letting_go=lambda: let_go.append(wiring.clock.now()),
    )
    assert answer.status_code == 204
    listed = Http(app).get("/v1/me/consents", token=token).json["data"]
    [withdrawn] = [each for each in listed if each["id"] == given]
    assert datetime.fromisoformat(withdrawn["withdrawn_at"]) > let_go[0]


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        ("POST /v1/me/contributions", {"from": "2026-01-01", "to": "2026-12-31"}),
        ("POST /v1/me/consents", {"scene": "food"}),
        ("DELETE /v1/me", None),
    ],
)
def test_what_a_person_says_while_leaving_finds_the_account_closed(
    app, wiring, token_for, asked, body
):
    provider = an_organisation(wiring)
    person = a_participant(wiring, provider_id=provider)
    token = token_for("participant", tenant=person)
    method, path = asked.split()
    if body is not None:
        body = {**body, "text_version": "2026-01"}
    if path.endswith("consents"):
        body["provider_id"] = public("org", provider)
    answer = while_held(
        wiring.database,
        leaving(wiring, person),
        partial(Http(app).send, method, path, body, token=token, key="k"),
    )
    assert (answer.status_code, answer.json["code"]) == (404, "NOT_FOUND"), answer.text
    assert broken_of(wiring, LEFT, [person]) == []
