"""Whoever has no account complains too: by a number, and a secret that is shown once."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.ids import new_id, public
from app.store.audit.complaining import COMPLAINTS
from app.usecases.people.rewrap_keys import rewrap_keys
from app.usecases.retention.take_what_is_due import take_what_is_due
from app.wiring import wire
from behaviours.retention import COMPLAINANTS
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.complaint_desk import ABOUT, Unenrolled, file_outside, form
from tests.builders.complaints import LATE_S, REFUSED, ComplaintScene, scene
from tests.builders.evidence import SLIP
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.redemption import an_offer

pytestmark = pytest.mark.usefixtures("one_minute")

__all__ = ["scene"]

REPLY = {"outcome": "correct", "text": "We have stopped them."}
REACH = {"name": "Ms Chen", "reach": "138 0000 0000"}


def test_it_is_filed_read_answered_and_accepted_by_number_and_secret(scene):
    somebody = Unenrolled(scene)
    filed = somebody.filed.json
    assert (filed["participant_id"], filed["filed_by"]) == (None, "complainant")
    assert (filed["contact"], filed["next"]) == (REACH, ["withdraw"])
    read = somebody.send("GET").json
    assert "secret" not in read
    assert read == {name: value for name, value in filed.items() if name != "secret"}
    loud = somebody.secret.upper().replace("-", " ")
    assert somebody.send("GET", secret=loud).json["number"] == filed["number"]
    said = somebody.send("POST", "/messages", {"text": "Again today."})
    assert (said.status_code, said.json["history"][-1]["by"]) == (201, "complainant")
    told = scene.get(f"/{somebody.number}", who="operator").json
    assert (told["contact"], told["history"][0]["text"]) == (REACH, ABOUT["text"])
    answered = scene.post(f"/{somebody.number}/reply", REPLY, who="operator")
    assert answered.status_code == 200, answered.text
    assert somebody.send("GET").json["next"] == ["accept", "escalate"]
    closed = somebody.send("POST", "/close")
    assert (closed.status_code, closed.json["state"]) == (200, "closed")
    assert broken(scene, somebody.number) is False


def test_it_is_taken_to_the_authority_like_any_other(scene):
    somebody = Unenrolled(scene)
    refused = {**REFUSED, "reason_code": "as_the_rules_say"}
    assert scene.post(f"/{somebody.number}/reply", refused, who="operator").status_code == 200
    taken = somebody.send("POST", "/escalate", {"text": "That is somebody else."})
    assert taken.json["state"] == "escalated"
    decided = scene.post(f"/{somebody.number}/decide", REPLY, who="authority")
    assert decided.json["state"] == "closed", decided.text
    assert somebody.send("GET").json["verdict"]["outcome"] == "correct"


def test_a_wrong_secret_and_a_number_that_nobody_has_are_told_alike(scene):
    somebody, other = Unenrolled(scene), Unenrolled(scene)
    own = scene.filed()
    answers = [
        somebody.send("GET", secret=other.secret),
        somebody.send("GET", secret=""),
        somebody.send("GET", number=own),
        somebody.send("GET", number="TPH-C20261126-00000000-00"),
        somebody.send("POST", "/close", number=own),
        somebody.send("POST", "/files", secret="x", data=form(SLIP)),
    ]
    said = {(each.status_code, each.json["code"], each.json["detail"]) for each in answers}
    assert len(said) == 1, said
    assert said.pop()[:2] == (404, "COMPLAINT_SECRET_WRONG")
    assert somebody.send("GET").json["state"] == "filed"


def test_nobody_tries_many_secrets_of_one_complaint(scene):
    somebody = Unenrolled(scene)
    tried = [somebody.send("GET", secret=f"{number}") for number in range(12)]
    codes = [each.json["code"] for each in tried]
    assert codes[:10] == ["COMPLAINT_SECRET_WRONG"] * 10
    assert codes[-1] == "TOO_MANY_ATTEMPTS"
    assert int(tried[-1].headers["Retry-After"]) > 0


def test_what_is_sent_again_is_filed_once(scene):
    somebody = Unenrolled(scene)
    key = secrets.token_hex(8)
    first, again = (file_outside(somebody.http, ABOUT, key) for _ in range(2))
    assert first.json["number"] != somebody.number
    assert (again.status_code, again.json) == (201, first.json), "the secret, too"
    assert again.headers["Idempotency-Replayed"] == "true"
    # Somebody else at another address, whose client lost the answer on the way.
    moved = file_outside(Http(scene.http.app), ABOUT, key)
    assert moved.json == first.json
    other = file_outside(somebody.http, {**ABOUT, "text": "Something else."}, key)
    assert refusal(other) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_ten_at_once_file_one(scene):
    key, asking = secrets.token_hex(8), [Http(scene.http.app) for _ in range(10)]
    answers = at_once([partial(file_outside, each, ABOUT, key) for each in asking])
    codes = {each.status_code for each in answers}
    assert codes <= {201, 409}
    assert 201 in codes
    assert {refusal(each)[1] for each in answers if each.status_code == 409} <= {
        "IDEMPOTENCY_KEY_IN_USE"
    }
    assert len({each.json["number"] for each in answers if each.status_code == 201}) == 1
    assert file_outside(asking[0], ABOUT, key).json["number"] in {
        each.json.get("number") for each in answers
    }


def test_without_a_key_that_nobody_guesses_nothing_is_filed(scene):
    http = Http(scene.http.app)
    answer = http.post("/v1/complaints/without-account", ABOUT)
    assert refusal(answer) == (400, "IDEMPOTENCY_KEY_MISSING")
    assert refusal(file_outside(http, ABOUT, "1" * 15)) == (400, "IDEMPOTENCY_KEY_GUESSABLE")


def test_nobody_files_without_end_from_one_address(scene):
    http = Http(scene.http.app)
    codes = [file_outside(http, ABOUT).status_code for _ in range(22)]
    assert codes == [201] * 20 + [429] * 2
    assert Unenrolled(scene).filed.status_code == 201, "from another address it is still taken"


def test_what_belongs_to_an_account_is_complained_about_from_there(scene):
    http = Http(scene.http.app)
    for kind in ("missing_credit", "wrong_credit"):
        answer = file_outside(http, {**ABOUT, "kind": kind})
        assert refusal(answer) == (409, "COMPLAINT_NEEDS_ACCOUNT")
    offer = {**ABOUT, "kind": "redemption", "offer_id": public("ofr", new_id())}
    assert file_outside(http, offer).status_code == 404
    nothing = file_outside(http, {**ABOUT, "kind": "redemption"})
    assert refusal(nothing) == (422, "COMPLAINT_INCOMPLETE")
    nowhere = file_outside(http, {**ABOUT, "region": "CN-99"})
    assert nowhere.status_code == 422


def test_a_merchant_answers_and_does_not_learn_how_to_reach_them(scene):
    merchant_id = an_organisation(scene.wiring, "merchant")
    offer_id = public("ofr", an_offer(scene.wiring, merchant_id=merchant_id).offer_id)
    somebody = Unenrolled(scene, kind="redemption", offer_id=offer_id)
    scene.callers["merchant"] = scene.tokens.caller("merchant", tenant=merchant_id)
    told = scene.get(f"/{somebody.number}", who="merchant").json
    assert (told["contact"], told["answerer"]["role"]) == (None, "merchant")
    assert ABOUT["reach"] not in str(told)
    assert scene.get(f"/{somebody.number}", who="provider").status_code == 404
    assert scene.get(f"/{somebody.number}", who="person").status_code == 404
    # To a provider it is not handed over: nobody agreed to that.
    other = {"answerer": "provider", "organisation_id": public("org", scene.provider_id)}
    handed = scene.post(
        f"/{somebody.number}/hand-over", {**other, "text": "Yours."}, who="merchant"
    )
    assert refusal(handed) == (422, "HANDED_OVER_WRONG")


def test_nothing_of_it_lies_in_the_clear_and_its_time_ends(scene):
    somebody = Unenrolled(scene)
    somebody.hand_in(SLIP)
    with scene.wiring.database.engine.connect() as connection:
        kept = connection.execute(
            text(
                "select w::text || e::text || f::text from complainant w"
                " join complaint_entry e using (participant_id)"
                " join complaint_file_content f using (participant_id)"
                " join complaint_number n using (participant_id) where n.number = :number"
            ),
            {"number": somebody.number},
        ).scalar_one()
    for clear in (ABOUT["text"], ABOUT["reach"], somebody.secret, SLIP.hex()):
        assert clear not in kept
        assert clear.encode().hex() not in kept
    somebody.send("POST", "/close")
    assert taken(scene) == 0
    scene.wiring.clock.advance(LATE_S * 10)
    assert taken(scene) >= 1
    assert refusal(somebody.send("GET")) == (404, "COMPLAINT_SECRET_WRONG")
    told = scene.get(f"/{somebody.number}", who="operator").json
    assert (told["state"], told["contact"]) == ("withdrawn", None)
    assert {each["text"] for each in told["history"]} == {None}
    assert [each["media_type"] for each in told["handed_in"]] == ["image/jpeg"]
    file_id = told["handed_in"][0]["id"]
    gone = scene.get(f"/{somebody.number}/files/{file_id}", who="operator")
    assert refusal(gone) == (410, "COMPLAINT_FILE_GONE")
    assert broken(scene, somebody.number) is False


def test_an_open_complaint_that_nobody_can_open_any_more_is_seen(scene):
    somebody = Unenrolled(scene)
    assert broken(scene, somebody.number) is False
    of_it = "participant_id = (select participant_id from complaint_number where number = :number)"
    assert broken(scene, somebody.number, f"delete from complainant where {of_it}")
    assert broken(scene, somebody.number, f"update complaint set filed_by = 'x' where {of_it}")


def test_its_key_is_wrapped_anew_with_those_of_people(settings, fresh_database):
    old = replace(settings, database_url=fresh_database)
    new = replace(old, master_key=secrets.token_bytes(32), other_master_keys=(old.master_key,))
    with closing(wire(old)) as before, closing(wire(new)) as after:
        app = create_app(before)
        somebody = Unenrolled(ComplaintScene(Http(app), Tokens(app, before), before))
        done = after.database.transact(rewrap_keys, after=None)
        assert (done.wrapped, done.is_last) == (2, True), "its own, and that of the scene's person"
    with closing(wire(replace(new, other_master_keys=()))) as only:
        somebody.http = Http(create_app(only))
        assert somebody.send("GET").json["contact"] == REACH


def taken(scene) -> int:
    return scene.wiring.database.transact(
        take_what_is_due,
        COMPLAINANTS,
        programme=scene.wiring.programme,
        now=scene.wiring.clock.now(),
        reported_at=scene.wiring.clock.now(),
    ).rows


def broken(scene, number: str, by_hand: str = "") -> bool:
    rows = text(f"select bad from ({COMPLAINTS.rows}) c (offender, bad) where offender = :number")
    with scene.wiring.database.engine.connect() as connection, connection.begin() as change:
        given = {"number": number, "zone": str(scene.wiring.zone)}
        if by_hand:
            connection.execute(text(by_hand), {"number": number})
        found = bool(connection.execute(rows, given).scalar_one())
        change.rollback()
        return found
