"""What is handed in with a complaint is taken for what it holds, lies sealed, and is kept apart."""

from __future__ import annotations

import hashlib

from app.ids import new_id, public
from behaviours.complaint_files import MOST_FILES
from tests.builders.answers import refusal
from tests.builders.complaint_desk import Unenrolled, fetch, form, hand_in
from tests.builders.complaints import scene
from tests.builders.evidence import FILES, SLIP

__all__ = ["scene"]

PAGE = b"<!doctype html><script>alert(1)</script>"


def test_a_claim_of_missing_credit_has_its_slip_and_who_answers_reads_it(scene):
    number = scene.filed()
    made = hand_in(scene, number, SLIP)
    assert made.status_code == 201, made.text
    assert (made.json["media_type"], made.json["by"]) == ("image/jpeg", "participant")
    assert made.json["sha256"] == hashlib.sha256(SLIP).hexdigest()
    for who in ("person", "provider", "operator", "authority"):
        assert scene.get(f"/{number}", who=who).json["handed_in"] == [made.json]
        got = fetch(scene, number, made.json["id"], who=who)
        assert (got.status_code, got.data) == (200, SLIP)
    scene.callers["stranger"] = scene.tokens.caller("participant")
    assert fetch(scene, number, made.json["id"], who="stranger").status_code == 404
    assert fetch(scene, number, public("cfl", new_id())).status_code == 404
    # One complaint's file is no other's.
    assert fetch(scene, scene.filed(), made.json["id"]).status_code == 404


def test_it_comes_to_be_kept_and_no_browser_runs_it(scene):
    number = scene.filed()
    answer = fetch(scene, number, hand_in(scene, number, SLIP).json["id"])
    headers = answer.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith(f'attachment; filename="{number}-')
    assert headers["Content-Disposition"].endswith('.jpg"')
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_what_it_says_of_itself_is_not_believed(scene):
    number = scene.filed()
    for content in (PAGE, PAGE + SLIP, b"", SLIP[:-2]):
        assert refusal(hand_in(scene, number, content)) == (422, "FILE_NOT_TAKEN")
    send = ("POST", f"/v1/complaints/{number}/files")
    token = scene.token("person")
    assert scene.http.send(*send, token=token).status_code == 422
    more = scene.http.send(*send, token=token, data=form(SLIP, comment="x"))
    assert refusal(more) == (422, "VALIDATION_FAILED")
    assert scene.get(f"/{number}").json["handed_in"] == []


def test_the_same_file_again_is_the_same_and_there_are_so_many(scene):
    number = scene.filed()
    first = hand_in(scene, number, SLIP).json
    assert hand_in(scene, number, SLIP).json == first
    many = [FILES["application/pdf"] + b"\n" * count for count in range(1, MOST_FILES + 1)]
    codes = [hand_in(scene, number, each).status_code for each in many]
    assert codes == [201] * (MOST_FILES - 1) + [409]
    assert hand_in(scene, number, SLIP).json == first
    # Who answers has room of their own.
    assert hand_in(scene, number, SLIP, who="provider").status_code == 201
    assert len(scene.get(f"/{number}").json["handed_in"]) == MOST_FILES + 1


def test_nothing_is_handed_in_after_the_end_and_what_was_is_still_read(scene):
    number = scene.filed()
    made = hand_in(scene, number, SLIP).json
    scene.post(f"/{number}/close")
    assert refusal(hand_in(scene, number, FILES["image/png"])) == (409, "COMPLAINT_ENDED")
    assert fetch(scene, number, made["id"]).data == SLIP


def test_it_goes_with_its_person_and_its_digest_stays(scene):
    number = scene.filed()
    made = hand_in(scene, number, SLIP).json
    scene.wiring.database.transact(scene.leave)
    assert refusal(fetch(scene, number, made["id"], who="operator")) == (
        410,
        "COMPLAINT_FILE_GONE",
    )
    told = scene.get(f"/{number}", who="operator").json["handed_in"]
    assert told == [made]


def test_a_dry_run_keeps_no_file(scene):
    number = scene.filed()
    tried = scene.http.send(
        "POST",
        f"/v1/complaints/{number}/files?dry_run=true",
        token=scene.token("person"),
        data=form(SLIP),
    )
    assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
    assert scene.get(f"/{number}").json["handed_in"] == []


def test_who_has_no_account_hands_in_and_fetches_by_the_secret(scene):
    somebody = Unenrolled(scene)
    made = somebody.hand_in(SLIP)
    assert made.status_code == 201, made.text
    got = somebody.send("GET", f"/files/{made.json['id']}")
    assert (got.status_code, got.data) == (200, SLIP)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert fetch(scene, somebody.number, made.json["id"], who="operator").data == SLIP
    other = Unenrolled(scene)
    assert other.send("GET", f"/files/{made.json['id']}").status_code == 404
    assert somebody.send("GET", f"/files/{made.json['id']}", secret="x").status_code == 404
