"""Who is of the pool, which ties are stated, what numbers are like and who answers for more: two
people of two roles say each of them, by the same terms."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.ids import public
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, an_organisation

CANTON, SHENZHEN = "CN-440100", "CN-440300"
FREE = {"interests": [], "of_operator": False}


class Desk:
    """An operator and an authority, who say what they say over HTTP."""

    def __init__(self, wiring: Wiring, http: Http, tokens: Tokens) -> None:
        self.wiring, self.http, self.tokens = wiring, http, tokens
        self.token = {role: tokens(role) for role in ("operator", "authority")}

    def post(self, path: str, body: Any, by: str, **named: Any) -> Any:
        return self.http.post(path, body, token=self.token[by], **named)

    def signed(self, path: str, body: Any, first: str = "authority") -> Any:
        (second,) = self.token.keys() - {first}
        asked = self.post(path, body, first)
        assert (asked.status_code, asked.json["awaiting"]) == (202, [second]), asked.text
        return self.post(path, body, second)

    def waiting(self, subject: str) -> list[dict[str, Any]]:
        found, cursor = [], ""
        while True:
            page = self.http.get(f"/v1/proposals?limit=100{cursor}", token=self.token["operator"])
            found += [each for each in page.json["data"] if each["subject"]["id"] == subject]
            if not page.json["has_more"]:
                return found
            cursor = f"&cursor={page.json['next_cursor']}"

    def known(self, verifier: UUID) -> dict[str, Any]:
        listed = self.http.get("/v1/registry/verifiers").json["data"]
        found = [each for each in listed if each["id"] == public("org", verifier)]
        return found[0] if found else {"in_pool": False, "pool": [], "ties": []}


@pytest.fixture
def desk(wiring: Wiring, http: Http, token_for: Tokens) -> Desk:
    return Desk(wiring, http, token_for)


def admission(verifier: UUID, **other: Any) -> dict[str, Any]:
    return {"organisation_id": public("org", verifier), "reason": "Accredited.", **other}


@pytest.mark.parametrize("first", ["operator", "authority"])
def test_a_verifier_is_drawn_once_the_other_role_signed_the_same(desk: Desk, first: str) -> None:
    verifier = an_organisation(desk.wiring, "verifier")
    (second,) = desk.token.keys() - {first}
    for _ in range(2):
        asked = desk.post("/v1/verifiers", admission(verifier), first)
        assert (asked.status_code, asked.json["awaiting"]) == (202, [second])
    assert not desk.known(verifier)["in_pool"]
    (waits,) = desk.waiting(public("org", verifier))
    assert (waits["step"], waits["terms"], waits["reason"], waits["awaiting"]) == (
        "verifier.admit",
        {"behaviours": None},
        "Accredited.",
        [second],
    )
    # Other terms are another proposal, and both sign it.
    narrower = admission(verifier, behaviours=["metro_ride"])
    asked = desk.post("/v1/verifiers", narrower, second)
    assert (asked.status_code, asked.json["awaiting"]) == (202, [first])
    assert desk.post("/v1/verifiers", admission(verifier), first).status_code == 202
    assert not desk.known(verifier)["in_pool"]
    assert desk.post("/v1/verifiers", admission(verifier), second).status_code == 201
    assert desk.known(verifier)["in_pool"]
    assert desk.waiting(public("org", verifier)) == []
    again = desk.post("/v1/verifiers", admission(verifier), first)
    assert refusal(again) == (409, "ALREADY_IN_POOL")


def test_who_was_removed_comes_back_by_two_again(desk: Desk) -> None:
    verifier = an_organisation(desk.wiring, "verifier")
    gone = f"/v1/verifiers/{public('org', verifier)}/removal"
    why = {"reason": "Its accreditation lapsed."}
    assert refusal(desk.post(gone, why, "authority")) == (409, "NOT_IN_POOL")
    for _ in range(2):
        assert desk.signed("/v1/verifiers", admission(verifier)).status_code == 201
        assert desk.post(gone, why, "operator").status_code == 202
        assert desk.known(verifier)["in_pool"], "one person removes nobody"
        # The reason of each is their own.
        other = {"reason": "The register of the ministry says so."}
        assert desk.post(gone, other, "authority").status_code == 201
        assert not desk.known(verifier)["in_pool"]
    steps = desk.known(verifier)["pool"]
    assert [each["admitted"] for each in steps] == [True, False, True, False]
    assert steps[1]["reason"] == "The register of the ministry says so."


def test_ties_are_stated_and_taken_back_by_two(desk: Desk) -> None:
    verifier, buyer = (an_organisation(desk.wiring, each) for each in ("verifier", "enterprise"))
    path = f"/v1/organisations/{public('org', verifier)}/ties"
    tied = {"interests": [public("org", buyer)], "of_operator": False}
    assert desk.post(path, tied, "authority").status_code == 202
    assert desk.known(verifier)["ties"] == []
    # What frees it is another statement: nobody turns what the other signed into that.
    assert desk.post(path, FREE, "operator").status_code == 202
    assert desk.known(verifier)["ties"] == []
    for said in (tied, FREE, tied):
        assert desk.signed(path, said, first="operator").status_code == 201
    stated = desk.known(verifier)["ties"]
    assert [each["interests"] for each in stated] == [tied["interests"], [], tied["interests"]]
    unknown = {"interests": [f"org_{secrets.token_hex(16)}"], "of_operator": False}
    assert refusal(desk.post(path, unknown, "authority"))[0] == 422


def test_what_numbers_are_like_is_said_by_two_and_said_back_by_two(desk: Desk) -> None:
    code = an_issuer(desk.wiring, kinds=("ride",))
    shape = {"kind": "ride", "least": 10, "most": 10, "digits_only": True}

    def put(numbers: list[Any], by: str) -> Any:
        body = {"numbers": numbers, "since": "2026-01-01"}
        return desk.http.send("PUT", f"/v1/issuers/{code}/numbers", body, token=desk.token[by])

    for said in ([shape], [], [shape]):
        asked = put(said, "operator")
        assert (asked.status_code, asked.json["awaiting"]) == (202, ["authority"])
        assert asked.json["numbers"] != said
        (waits,) = desk.waiting(code)
        terms = {"numbers": said, "since": "2026-01-01"}
        assert (waits["step"], waits["terms"]) == ("issuer.state_numbers", terms)
        made = put(said, "authority")
        assert (made.status_code, made.json["numbers"]) == (200, said)
        assert put(said, "operator").status_code == 200, "it stands so"


def test_who_is_to_answer_for_more_is_let_by_two(desk: Desk) -> None:
    # Somebody always answers for all: the desk's own users do.
    limited = desk.tokens.caller("operator")
    path = f"/v1/users/{public('usr', limited.user_id)}/area"

    def area(region: str | None, by: str) -> tuple[int, str | None]:
        answer = desk.post(path, {"region": region, "reason": "A desk."}, by)
        return answer.status_code, answer.json.get("region")

    def works() -> int:
        found = desk.http.get("/v1/bundles", token=desk.tokens.of(limited))
        return int(found.status_code)

    assert refusal(desk.post(path, {"region": CANTON, "reason": "A desk."}, "operator")) == (
        403,
        "LIMITED_BY_AUTHORITY",
    )
    assert area(CANTON, "authority") == (200, CANTON)
    assert works() == 403
    assert area(None, "authority") == (202, CANTON)
    assert works() == 403, "one lifts nothing"
    # Whoever is limited signs nothing, least of all for themselves.
    own = desk.http.post(
        path, {"region": None, "reason": "All of it."}, token=desk.tokens.of(limited)
    )
    assert refusal(own) == (403, "NOT_OF_A_CITY")
    assert area(SHENZHEN, "operator") == (202, CANTON), "another city is another proposal"
    assert area(SHENZHEN, "authority") == (200, SHENZHEN)
    assert area(None, "operator") == (202, SHENZHEN)
    assert area(None, "authority") == (200, None)
    assert works() == 200


def test_a_dry_run_proposes_nothing(desk: Desk) -> None:
    verifier = an_organisation(desk.wiring, "verifier")
    tried = desk.post("/v1/verifiers?dry_run=true", admission(verifier), "operator")
    assert tried.json["awaiting"] == ["authority"]
    assert desk.waiting(public("org", verifier)) == []
    assert desk.post("/v1/verifiers", admission(verifier), "authority").status_code == 202


def test_two_who_sign_at_the_same_moment_do_it_once(desk: Desk) -> None:
    verifier, code = an_organisation(desk.wiring, "verifier"), an_issuer(desk.wiring)
    https = {role: Http(create_app(desk.wiring)) for role in desk.token}
    shape = {"kind": "ride", "least": 1, "most": 20, "digits_only": False}
    for method, path, body, done in (
        ("POST", "/v1/verifiers", admission(verifier), 201),
        ("POST", f"/v1/organisations/{public('org', verifier)}/ties", FREE, 201),
        ("PUT", f"/v1/issuers/{code}/numbers", {"numbers": [shape]}, 200),
        ("POST", f"/v1/verifiers/{public('org', verifier)}/removal", {"reason": "Over."}, 201),
    ):
        found = at_once(
            [
                partial(https[each].send, method, path, body, token=desk.token[each])
                for each in desk.token
            ]
        )
        assert sorted(each.status_code for each in found) == [done, 202], path
    asked = text(
        "select count(*) filter (where carried_out), count(*) from proposal"
        " where subject = any(:subjects)"
    )
    with desk.wiring.database.engine.connect() as connection:
        subjects = [public("org", verifier), code]
        assert tuple(connection.execute(asked, {"subjects": subjects}).one()) == (4, 4)


def test_both_signatures_stand_in_the_log(desk: Desk) -> None:
    verifier = an_organisation(desk.wiring, "verifier")
    desk.signed("/v1/verifiers", admission(verifier))
    asked = f"/v1/log?subject={public('org', verifier)}&verb=verifier.admit"
    rows = desk.http.get(asked, token=desk.token["operator"]).json["data"]
    assert [each["actor"]["role"] for each in rows] == ["operator", "authority"]
    assert [len(each["signers"]) for each in rows] == [2, 1]


def test_nobody_else_reads_what_waits(desk: Desk) -> None:
    for role in ("provider", "verifier", "enterprise", "merchant"):
        assert desk.http.get("/v1/proposals", token=desk.tokens(role)).status_code == 403
