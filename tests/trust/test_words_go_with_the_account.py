"""What was said of somebody's account, to have it changed, goes with the account."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask import Flask

from app.ids import public
from app.store.people.notes import opened_note, sealed_note
from app.wiring import Wiring
from tests.builders.dump import found_in_dump
from tests.builders.people import Http, Tokens, a_participant
from tests.trust.test_children_have_guardians import FILE, Family, a_number


@pytest.fixture(name="family")
def _family(moving: tuple[Flask, Wiring]) -> Family:
    app, moved = moving
    return Family(Http(app), Tokens(app, moved), moved)


def told(family: Family, path: str, role: str = "authority") -> list[str | None]:
    answer = family.http.get(path, token=family.tokens(role))
    assert answer.status_code == 200, answer.text
    return [each["note"] for each in answer.json["data"]]


def changing_number(family: Family, path: str, note: str) -> Any:
    body = {
        "identity": a_number(),
        "reason": "replaced",
        "note": note,
        "evidence_sha256": FILE,
    }
    return family.http.post(path, body, token=family.tokens("operator"))


def taking_over(family: Family, note: str) -> Any:
    body = {
        "participant_id": public("par", family.child),
        "text_version": "1",
        "evidence_sha256": FILE,
        "note": note,
    }
    aunt = family.tokens("participant", tenant=a_participant(family.wiring))
    return family.http.post("/v1/me/wards/takeovers", body, token=aunt)


def test_the_words_of_a_change_of_number_leave_with_the_person(family: Family) -> None:
    note = f"Zhang San {secrets.token_hex(6)} at the counter."
    path = f"/v1/participants/{public('par', family.guardian)}/identity-changes"
    asked = changing_number(family, path, note)
    assert (asked.status_code, asked.json["note"]) == (202, note), asked.text
    assert found_in_dump(family.wiring, [note]) == {}
    assert told(family, path) == [note]
    export = family.http.get("/v1/me/export", token=family.own).get_data(as_text=True)
    assert note in export, "to whom they are about they are shown"
    assert family.http.delete("/v1/me", token=family.own).status_code == 200
    assert told(family, path) == [None]


def test_the_words_of_a_taking_over_leave_with_the_child(family: Family) -> None:
    note = f"The court gave Li {secrets.token_hex(6)} to her aunt."
    path = f"/v1/participants/{public('par', family.child)}/guardian-changes"
    asked = taking_over(family, note)
    assert (asked.status_code, asked.json["note"]) == (202, note), asked.text
    assert found_in_dump(family.wiring, [note]) == {}
    assert told(family, path) == [note]
    export = family.http.get(f"{family.path}/export", token=family.own).get_data(as_text=True)
    assert note in export
    assert family.http.delete(family.path, token=family.own).status_code == 200
    assert told(family, path, "operator") == [None]


def test_what_lay_in_the_clear_is_read_as_it_was(family: Family) -> None:
    for note in ("Court order of 3 March.", "sealed:", "sealed:x", ""):
        assert opened_note(note, family.guardian, None) == note
    kept = family.wiring.database.transact(sealed_note, family.guardian, family.child, "W")
    assert opened_note(kept, family.child, None) is None
