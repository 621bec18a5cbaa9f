"""A person's certificate verifies offline, is looked up by anybody, and tells nothing of them."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from datetime import timedelta

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pypdfium2 import PdfDocument
from sqlalchemy import text

from app.commands.verify import verify
from app.ids import public
from behaviours.signed_document import check_signature, read_keys
from tests.builders.answers import refusal
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market
from tests.builders.engagement import Riders

__all__ = ["market"]

DAYS = ("2026-07-01", "2026-07-31")


@pytest.fixture
def riders(market) -> Riders:
    return Riders(market, "ab")


def certified(riders: Riders, name: str = "a") -> str:
    made = riders.certified(name, *DAYS)
    assert made.status_code == 201, made.text
    return str(made.json["id"])


def state(riders: Riders, number: str) -> str:
    found = riders.http.get(f"/v1/certificates/{number}")
    assert found.status_code == 200, found.text
    return str(found.json["state"])


def test_it_says_what_was_saved_and_verifies_without_the_platform(riders):
    riders.rides("a", 3)
    riders.later(days=30)
    number = certified(riders)
    document = riders.reads("a", f"/v1/me/certificates/{number}/certificate.json")
    saved = riders.reads("a", "/v1/me")["reduction_kg"]
    assert (document["number"], document["reduction_kg"], document["actions"]) == (
        number,
        saved,
        "3",
    )
    assert document["lines"] == [{"behaviour": "metro_ride", "actions": "3", "reduction_kg": saved}]
    assert document["period"] == {"from": DAYS[0], "to": DAYS[1], "zone": "Asia/Shanghai"}
    assert "not a tradeable unit" in document["statement"]["en"]
    assert "不可转让" in document["statement"]["zh"]
    # By the published keys alone, in two ways that share no code.
    published = riders.http.get("/v1/registry/keys").json
    assert check_signature(document, keys=read_keys(published)).holds
    head, body, tail = document["signature"]["jws"].split(".")
    raw = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (head, body, tail)]
    kid = json.loads(raw[0])["kid"]
    [key] = [each for each in published["keys"] if each["kid"] == kid]
    public_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key["public_key"]))
    public_key.verify(raw[2], f"{head}.{body}".encode())
    assert json.loads(raw[1]) == {k: v for k, v in document.items() if k != "signature"}
    changed = {**document, "actions": "4"}
    assert not check_signature(changed, keys=read_keys(published)).holds
    # Nothing in it names its person.
    assert riders.people["a"].hex not in json.dumps(document)
    assert_books_balance(riders.wiring)


def test_anybody_looks_its_number_up_and_is_told_nothing_of_its_person(riders):
    riders.rides("a", 2)
    riders.later(days=30)
    number = certified(riders)
    found = riders.http.get(f"/v1/certificates/{number}").json
    assert set(found) == {"number", "state", "issued_at", "statement"}
    assert (found["number"], found["state"]) == (number, "valid")
    unknown = riders.http.get(f"/v1/certificates/{public('pct', riders.people['a'])}")
    assert refusal(unknown) == (404, "NOT_FOUND")
    for path in ("certificate.json", "certificate.pdf"):
        others = riders.http.get(f"/v1/me/certificates/{number}/{path}", token=riders.own("b"))
        assert refusal(others) == (404, "NOT_FOUND")
    assert refusal(riders.asks("b", f"/v1/me/certificates/{number}/revoke")) == (404, "NOT_FOUND")
    assert state(riders, number) == "valid"


def test_an_action_that_is_taken_back_supersedes_it_and_no_other_one_does(riders):
    first, second, third = riders.rides("a", 3)
    riders.takes_back(first)
    riders.later(days=30)
    number = certified(riders)
    riders.later(minutes=1)
    # Reported later, of these days: not in it, and taken back it takes nothing from it.
    late = riders.ride("a", riders.wiring.clock.now() - timedelta(days=29, hours=1))
    riders.later(minutes=1)
    riders.takes_back(late)
    assert state(riders, number) == "valid"
    riders.takes_back(second)
    assert state(riders, number) == "superseded"
    [own] = riders.reads("a", "/v1/me/certificates")["data"]
    assert (own["state"], own["actions"]) == ("superseded", 2)
    riders.later(minutes=1)
    newer = certified(riders)
    assert (state(riders, newer), state(riders, number)) == ("valid", "superseded")
    assert riders.asks("a", f"/v1/me/certificates/{newer}/revoke").json["state"] == "revoked"
    assert state(riders, newer) == "revoked"
    riders.takes_back(third)
    assert refusal(riders.certified("a", *DAYS)) == (409, "NOTHING_TO_CERTIFY")
    assert_books_balance(riders.wiring)


def test_only_days_that_are_over_are_certified(riders):
    riders.rides("a")
    today = riders.wiring.clock.now().astimezone(riders.wiring.zone).date()
    early = riders.certified("a", "2026-07-01", today.isoformat())
    assert refusal(early) == (422, "CERTIFIED_TOO_EARLY")
    backwards = riders.certified("a", "2026-07-02", "2026-07-01")
    assert refusal(backwards) == (422, "PERIOD_BACKWARDS")


def test_it_is_printed_with_the_signed_text_and_what_it_is(riders, tmp_path):
    riders.rides("a")
    riders.later(days=30)
    number = certified(riders)
    printed = riders.http.get(
        f"/v1/me/certificates/{number}/certificate.pdf", token=riders.own("a")
    )
    assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
    with closing(PdfDocument(printed.data)) as document:
        page = "".join(each.get_textpage().get_text_range() for each in document)
    assert number in page
    assert "not a tradeable unit" in page.replace("\r\n", " ")
    # With no server: the file, and the keys that were published.
    keys = tmp_path / "keys.json"
    keys.write_text(riders.http.get("/v1/registry/keys").text, encoding="utf-8")
    whole = CliRunner().invoke(verify, ["-", "--keys", str(keys)], input=printed.data)
    assert whole.exit_code == 0, whole.output
    assert number in whole.output
    other = CliRunner().invoke(verify, ["-", "--keys", str(keys)], input=printed.data[:-9])
    assert other.exit_code != 0, other.output


def test_it_is_exported_and_shredded_with_the_account(riders):
    riders.rides("a")
    riders.later(days=30)
    number = certified(riders)
    document = riders.reads("a", f"/v1/me/certificates/{number}/certificate.json")
    exported = riders.reads("a", "/v1/me/export")["rows"]["personal_certificate"]
    assert [each["certificate"] for each in exported] == [document]
    riders.leaves_programme("a")
    assert state(riders, number) == "revoked"
    with riders.wiring.database.engine.connect() as connection:
        kept = connection.execute(
            text(
                "select count(*), count(k.participant_id) from personal_certificate c"
                " left join person_key k using (participant_id)"
            )
        ).one()
    assert tuple(kept) == (1, 0)
    assert_books_balance(riders.wiring)


def test_the_audit_sees_one_that_says_more_than_the_books(riders):
    riders.rides("a")
    riders.later(days=30)
    certified(riders)
    assert_each_is_seen(
        riders.wiring,
        {
            "update personal_certificate set saved_mg = saved_mg + 1": ["personal_certificates"],
            "update personal_certificate set actions = actions + 1": ["personal_certificates"],
        },
    )
