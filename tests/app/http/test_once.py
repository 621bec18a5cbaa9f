"""A request with an Idempotency-Key takes effect once."""

from __future__ import annotations

import hashlib
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import orjson
import pytest

from app.api.redemption import redemptions
from app.factory import create_app
from app.http import once
from app.ids import public
from app.tokens import real_now
from behaviours.retention import KEPT_ANSWERS
from tests.builders.people import Http, a_participant
from tests.builders.points import a_person_with
from tests.builders.redemption import an_offer
from tests.builders.retention import take_kind

PATH = "/v1/me/contributions"
BODY = {"from": "2026-01-01", "to": "2026-12-31", "text_version": "1"}


@pytest.fixture
def token(wiring, token_for):
    return token_for("participant", tenant=a_participant(wiring))


def contributions(http, token):
    return http.get(f"{PATH}?limit=100", token=token).json["data"]


def test_a_replay_answers_the_same_and_changes_nothing(http, token):
    key = secrets.token_hex(8)
    first = http.post(PATH, BODY, token=token, key=key)
    again = http.post(PATH, BODY, token=token, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(contributions(http, token)) == 1


def test_member_order_and_spaces_do_not_make_another_request(http, token):
    first = http.post(PATH, BODY, token=token, key="k")
    turned = b'{ "text_version": "1", "to": "2026-12-31",\n "from": "2026-01-01" }'
    again = http.post(PATH, token=token, key="k", data=turned, content_type="application/json")
    assert again.data == first.data


def test_a_quoted_key_is_the_same_key(http, token):
    first = http.post(PATH, BODY, token=token, key="abc")
    again = http.post(PATH, BODY, token=token, key='"abc"')
    assert again.data == first.data


def test_the_same_key_for_another_request_is_refused(http, token):
    http.post(PATH, BODY, token=token, key="k")
    other = http.post(PATH, {**BODY, "text_version": "2"}, token=token, key="k")
    assert (other.status_code, other.json["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert len(contributions(http, token)) == 1


def test_another_callers_key_is_another_key(http, token, token_for):
    http.post(PATH, BODY, token=token, key="k")
    other = token_for("participant")
    assert "Idempotency-Replayed" not in http.post(PATH, BODY, token=other, key="k").headers


def test_a_missing_key_is_refused(http, token):
    answer = http.post(PATH, BODY, token=token)
    assert (answer.status_code, answer.json["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")
    assert contributions(http, token) == []


@pytest.mark.parametrize("key", ["", " ", '""', "a" * 256, "ключ", "a\tb"])
def test_a_malformed_key_is_refused(http, token, key):
    answer = http.post(PATH, BODY, token=token, key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "IDEMPOTENCY_KEY_MALFORMED")


@pytest.mark.parametrize("key", ["a", "a" * 255, "8e03978e-40d5-43e8-bc93-6894a57f9324", "a b"])
def test_any_printable_key_is_good(http, token, key):
    assert http.post(PATH, BODY, token=token, key=key).status_code == 201


def test_a_refusal_is_not_kept(http, token):
    wrong = http.post(PATH, {**BODY, "methodology": "no.such"}, token=token, key="k")
    assert wrong.status_code == 422
    assert http.post(PATH, BODY, token=token, key="k").status_code == 201


def test_twenty_at_once_take_effect_once(wiring, token):
    """Real connections: every thread has an application, and so a client, of its own."""
    application = create_app(wiring)
    start = threading.Barrier(20)

    def send(_: int):
        client = Http(application)
        start.wait()
        return client.post(PATH, BODY, token=token, key="at once")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 409}
    taken = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.data for answer in taken}) == 1
    assert len([a for a in taken if "Idempotency-Replayed" not in a.headers]) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json["code"] == "IDEMPOTENCY_KEY_IN_USE"
            assert answer.headers["Retry-After"] == "1"
    assert len(contributions(Http(application), token)) == 1


def test_answers_are_kept_for_a_day_and_then_forgotten(http, token, wiring):
    first = http.post(PATH, BODY, token=token, key="k")
    take_kind(wiring, KEPT_ANSWERS, now=real_now())
    assert http.post(PATH, BODY, token=token, key="k").data == first.data
    assert take_kind(wiring, KEPT_ANSWERS, now=real_now() + timedelta(hours=24)) >= 1
    assert "Idempotency-Replayed" not in http.post(PATH, BODY, token=token, key="k").headers


def kept_rows(wiring):
    with wiring.database.engine.connect() as connection:
        found = connection.exec_driver_sql("select key_digest, fingerprint, body from kept_answer")
        return {bytes(row.key_digest): (bytes(row.fingerprint), bytes(row.body)) for row in found}


def redeem(http, wiring, token, key, *, stock=5):
    offer = an_offer(wiring, stock_total=stock)
    body = {"offer_id": public("ofr", offer.offer_id), "quantity": 1}

    def send():
        return http.post("/v1/redemptions", body, token=token, key=key)

    return send


def test_the_code_of_a_voucher_cannot_be_read_in_what_is_kept(http, wiring, token_for):
    token = token_for("participant", tenant=a_person_with(wiring, 500))
    send = redeem(http, wiring, token, "k")
    before = kept_rows(wiring)
    first, again = send(), send()
    assert first.status_code == 201, first.text
    assert first.data == again.data
    [added] = [row for name, row in kept_rows(wiring).items() if name not in before]
    code = first.json["voucher"]["code"].encode()
    assert code not in added[1]
    assert b"voucher" not in added[1]


def test_an_identity_cannot_be_guessed_from_what_is_kept(http, wiring, token_for):
    """Phone numbers are few enough to try them all against a plain hash of the request."""
    body = {"identity": secrets.token_hex(8), "region": "CN-33", "consents": []}
    before = kept_rows(wiring)
    sent = http.post("/v1/participants", body, token=token_for("provider"), key="k")
    assert sent.status_code == 201
    [added] = [row for name, row in kept_rows(wiring).items() if name not in before]
    plain = orjson.dumps([body, []], option=orjson.OPT_SORT_KEYS)
    assert added[0] != hashlib.sha256(plain).digest()


def test_who_looked_a_moment_too_early_gets_the_answer_and_no_refusal(
    http, wiring, token_for, monkeypatch
):
    """The statement that takes the lock may have begun before the first request ended.

    The verb is one that cannot tell its repeat: each request has a reference of its own.
    """
    monkeypatch.setattr(redemptions, "lasting_reference", lambda stated: secrets.token_hex(8))
    token = token_for("participant", tenant=a_person_with(wiring, 500))
    send = redeem(http, wiring, token, "k", stock=1)
    first = send()
    assert first.status_code == 201, first.text
    claim = once.claim
    monkeypatch.setattr(once, "claim", lambda connection, key: (claim(connection, key)[0], None))
    again = send()
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_who_looked_too_early_and_was_not_refused_is_run_again_and_gets_the_answer(
    http, wiring, token_for, monkeypatch
):
    """A verb that knows its own repeat answers it; then the key itself tells of the first."""
    token = token_for("participant", tenant=a_person_with(wiring, 500))
    send = redeem(http, wiring, token, "k", stock=1)
    first = send()
    assert first.status_code == 201, first.text
    claim, looks = once.claim, []

    def too_early_once(connection, key):
        free, kept = claim(connection, key)
        looks.append(kept)
        return free, (None if len(looks) == 1 else kept)

    monkeypatch.setattr(once, "claim", too_early_once)
    again = send()
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(looks) == 2
