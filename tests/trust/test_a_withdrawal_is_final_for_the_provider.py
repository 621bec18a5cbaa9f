"""After a withdrawal a provider's word only asks; the person alone gives the consent again."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.ids import parse, public
from app.store.audit.title import AFTER_LEAVING
from app.usecases.people.enrol_of_file import AgreedText
from app.usecases.recording.import_batch import import_batch
from app.usecases.recording.record import RecordingRules
from behaviours.actions.action import NOBODY, Action
from behaviours.files.outcome import Draft
from tests.builders.audit import audited, broken_of
from tests.builders.earlier import back_and_up
from tests.builders.empty_market import market, shut
from tests.builders.people import Http, Tokens, an_organisation

__all__ = ["market", "shut"]

BACK = "2024-01-01T00:00:00+08:00"


@pytest.fixture
def provider(wiring):
    return an_organisation(wiring)


@pytest.fixture
def enrol(http, token_for, provider):
    identity, token = f"person-{secrets.token_hex(8)}", token_for("provider", tenant=provider)

    def post(scene="metro_ride", **consent):
        body = {
            "identity": identity,
            "region": "CN-33",
            "consents": [{"scene": scene, "text_version": "2026-01", **consent}],
        }
        return http.post("/v1/participants", body, token=token)

    post.identity = identity
    return post


@pytest.fixture
def withdrawn(http, token_for, enrol):
    """A person who agreed to metro rides and took it back; the token of their own login."""
    person = parse("par", enrol().json["id"])
    token = token_for("participant", tenant=person)
    [given] = http.get("/v1/me/consents", token=token).json["data"]
    assert http.delete(f"/v1/me/consents/{given['id']}", token=token).status_code == 204
    return token


def live(http, token):
    listed = http.get("/v1/me/consents", token=token).json["data"]
    return [each["scene"] for each in listed if each["withdrawn_at"] is None]


@pytest.mark.parametrize(
    ("scene", "consent"),
    [
        ("metro_ride", {}),
        ("metro_ride", {"granted_at": BACK}),
        ("metro_ride", {"text_version": "1"}),
        ("travel", {}),
        ("travel", {"granted_at": BACK}),
    ],
    ids=str,
)
def test_enrolling_again_only_asks_whatever_it_says(http, enrol, withdrawn, scene, consent):
    again = enrol(scene, **consent)
    assert again.status_code == 200
    [asked] = again.json["requests"]
    assert (asked["kind"], asked["scene"], asked["state"]) == ("consent", scene, "open")
    assert live(http, withdrawn) == []
    assert enrol(scene, **consent).json["requests"] == [asked], "asked once, not twice"


def test_a_behaviour_of_a_withdrawn_category_only_asks(http, enrol, token_for):
    token = token_for("participant", tenant=parse("par", enrol("travel").json["id"]))
    [given] = http.get("/v1/me/consents", token=token).json["data"]
    http.delete(f"/v1/me/consents/{given['id']}", token=token)
    assert enrol("metro_ride").json["requests"] != []
    assert enrol("food").json["requests"] == [], "another scene was never withdrawn"
    assert live(http, token) == ["food"]


def test_a_file_follows_the_same_verb(http, wiring, provider, enrol, withdrawn):
    moment = datetime.now(UTC) - timedelta(minutes=30)
    ride = Action(
        participant_id=NOBODY,
        provider_id=NOBODY,
        behaviour="metro_ride",
        external_id=secrets.token_hex(8),
        occurred_at=moment,
        ended_at=None,
        region="CN-44",
        quantities={"trips": "1"},
        evidence={"ride_id": secrets.token_hex(8)},
    )
    done = wiring.database.transact(
        import_batch,
        [Draft("2", enrol.identity, ride)],
        RecordingRules(wiring.rulebook, wiring.policies),
        provider_id=provider,
        agreement=AgreedText("2026-01", datetime(2024, 1, 1, tzinfo=UTC)),
        identity_key=wiring.settings.identity_key,
        clock=wiring.clock,
    )
    # The ride was before the withdrawal; one of today would be refused.
    assert live(http, withdrawn) == []
    assert len(done.answers) == 1
    [asked] = http.get("/v1/me/requests", token=withdrawn).json["data"]
    assert (asked["kind"], asked["state"]) == ("consent", "open")


def test_the_person_confirms_from_now_on_and_never_from_before(http, enrol, withdrawn):
    [asked] = enrol(granted_at=BACK).json["requests"]
    path = f"/v1/me/requests/{asked['id']}"
    before = datetime.now(UTC)
    answer = http.post(f"{path}/confirm", token=withdrawn)
    assert (answer.status_code, answer.json["state"]) == (200, "confirmed"), answer.text
    assert live(http, withdrawn) == ["metro_ride"]
    newest = http.get("/v1/me/consents", token=withdrawn).json["data"][0]
    assert datetime.fromisoformat(newest["granted_at"]) >= before
    assert newest["channel"] == "login"
    twice = http.post(f"{path}/confirm", token=withdrawn)
    assert (twice.status_code, twice.json["code"]) == (409, "REQUEST_ANSWERED")
    assert enrol(granted_at=BACK).json["requests"] == [], "it holds, and is not dated back"
    again = http.get("/v1/me/consents", token=withdrawn).json["data"][0]
    assert again["granted_at"] == newest["granted_at"]


def test_what_is_declined_stays_declined(http, enrol, withdrawn):
    [asked] = enrol().json["requests"]
    answer = http.post(f"/v1/me/requests/{asked['id']}/decline", token=withdrawn)
    assert answer.json["state"] == "declined"
    assert live(http, withdrawn) == []


def test_nobody_answers_for_another(http, token_for, enrol, withdrawn):
    [asked] = enrol().json["requests"]
    path = f"/v1/me/requests/{asked['id']}/confirm"
    assert http.post(path, token=token_for("participant")).status_code == 404


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z"]
)
def test_a_moment_before_there_were_consents_is_refused_and_harms_nothing(
    http, token_for, enrol, moment
):
    refused = enrol(granted_at=moment)
    assert refused.status_code == 422, refused.text
    person = parse("par", enrol().json["id"])
    token = token_for("participant", tenant=person)
    assert http.get("/v1/me/export", token=token).status_code == 200
    assert http.get("/v1/me", token=token).json["id"] == public("par", person)


@pytest.fixture
def back(http, token_for, enrol):
    """Leaves, and is enrolled again by the same provider with what it says: the answer."""

    def leave_and_return(token, scene="metro_ride", **consent):
        assert http.delete("/v1/me", token=token).status_code == 200
        answer = enrol(scene, **consent)
        assert answer.status_code == 201
        return answer

    return leave_and_return


def own(token_for, answer):
    return token_for("participant", tenant=parse("par", answer.json["id"]))


@pytest.mark.parametrize("consent", [{}, {"granted_at": BACK}, {"text_version": "1"}], ids=str)
@pytest.mark.parametrize("times", [1, 2])
def test_leaving_does_not_take_a_withdrawal_back(
    http, enrol, token_for, withdrawn, back, *, consent, times
):
    token = withdrawn
    for _ in range(times):
        answer = back(token, **consent)
        token = own(token_for, answer)
    [asked] = answer.json["requests"]
    assert (asked["scene"], asked["state"]) == ("metro_ride", "open")
    assert live(http, token) == []
    assert enrol("travel").json["requests"] != [], "nor its category"
    assert enrol("food").json["requests"] == [], "another scene was never withdrawn"
    assert live(http, token) == ["food"]
    answered = http.post(f"/v1/me/requests/{asked['id']}/confirm", token=token)
    assert answered.status_code == 200, answered.text
    assert "metro_ride" in live(http, token), "the person alone gives it again"


def test_no_word_reaches_behind_a_leaving(http, wiring, enrol, token_for, back):
    token = own(token_for, enrol("metro_ride", granted_at=BACK))
    answer = back(token, granted_at=BACK)
    [asked] = answer.json["requests"]
    token = own(token_for, answer)
    assert (asked["kind"], live(http, token)) == ("consent", [])
    # From now on it is a person like any other, and what it says now does not reach back.
    assert enrol("metro_ride").json["requests"] == []
    enrol("metro_ride", granted_at=BACK)
    [given] = http.get("/v1/me/consents", token=token).json["data"]
    assert datetime.fromisoformat(given["granted_at"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert broken_of(wiring, AFTER_LEAVING, [parse("con", given["id"])]) == []


def test_nothing_done_before_a_leaving_is_reported_again_by_the_provider(
    http, token_for, provider, enrol, back
):
    """The time of one person is credited once, in whatever account."""
    some_days_ago = datetime.now(UTC) - timedelta(days=3)
    reporting = token_for("provider", tenant=provider)

    def ride(person):
        body = {
            "participant_id": person, "behaviour": "walking", "external_id": secrets.token_hex(8),
            "occurred_at": some_days_ago.isoformat(), "region": "CN-33",
            "quantities": {"steps": "9000"}, "evidence": {"trace_id": secrets.token_hex(8)},
        }  # fmt: skip
        answer = http.post("/v1/actions", body, token=reporting)
        return answer.status_code, answer.json.get("code")

    first = enrol("walking", granted_at=BACK)
    assert ride(first.json["id"])[0] == 201
    for consent in ({"granted_at": BACK}, {}):
        again = back(own(token_for, first), "walking", **consent)
        status, code = ride(again.json["id"])
        assert (status, code) == (403, "CONSENT_MISSING"), consent
        first = again


@pytest.mark.parametrize("by_hand", ["before", "withdrawn"])
def test_the_audit_names_a_consent_that_a_leaving_stood_against(
    wiring, enrol, withdrawn, back, by_hand
):
    enrol("food")
    person = parse("par", back(withdrawn).json["id"])
    enrol("food")
    change = {
        "before": "update consent set granted_at = granted_at - interval '1 day'",
        "withdrawn": "update consent set scene = 'metro_ride'",
    }[by_hand]
    assert AFTER_LEAVING.name == "consents_after_leaving"
    rows = text(f"select offender from ({AFTER_LEAVING.rows}) c (offender, bad) where bad")
    with wiring.database.engine.connect() as connection, connection.begin() as step:
        before = connection.execute(rows).scalars().all()
        connection.execute(text(f"{change} where participant_id = :person"), {"person": person})
        assert len(connection.execute(rows).scalars().all()) == len(before) + 1
        step.rollback()


def test_who_left_before_withdrawals_were_kept_is_not_reached_behind_the_leaving(
    market,
):
    number = f"person-{secrets.token_hex(8)}"
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    provider = tokens("provider")
    said = {"scene": "metro_ride", "text_version": "2026-01", "granted_at": BACK}

    def enrolled():
        body = {"identity": number, "region": "CN-33", "consents": [said]}
        answer = http.post("/v1/participants", body, token=provider)
        return answer.json["requests"], tokens(
            "participant", tenant=parse("par", answer.json["id"])
        )

    asked, token = enrolled()
    assert asked == []
    assert http.delete("/v1/me", token=token).status_code == 200
    back_and_up(market, "0038")
    [asked], token = enrolled()
    assert (asked["kind"], live(http, token)) == ("consent", [])
    assert [each.line() for each in audited(market) if not each.ok] == []
