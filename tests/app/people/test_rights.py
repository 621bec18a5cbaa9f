"""A person's own account and rights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import event

from app.ids import public
from behaviours.signed_document import check_signature
from tests.builders.people import a_participant, an_organisation


@pytest.fixture
def provider_id(wiring):
    return an_organisation(wiring, "provider")


@pytest.fixture
def person(wiring, provider_id):
    return a_participant(wiring, provider_id=provider_id, scenes=("travel",))


@pytest.fixture
def token(token_for, person):
    return token_for("participant", tenant=person)


def test_a_fresh_account_is_empty(http, token, person):
    answer = http.get("/v1/me", token=token)
    assert answer.status_code == 200, answer.text
    assert answer.json["id"] == public("par", person)
    assert answer.json["region"] == "CN-33"
    assert answer.json["reduction_kg"] == "0.000000"
    assert answer.json["points"] == {
        "available": 0, "pending": 0, "held": 0, "debt": 0, "expiring": [],
    }  # fmt: skip


def test_consents_are_given_listed_and_withdrawn(http, token, provider_id):
    body = {"provider_id": public("org", provider_id), "scene": "food", "text_version": "2"}
    first = http.post("/v1/me/consents", body, token=token)
    again = http.post("/v1/me/consents", body, token=token)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json == again.json
    gone = http.delete(f"/v1/me/consents/{first.json['id']}", token=token)
    assert gone.status_code == 204
    listed = http.get("/v1/me/consents", token=token).json["data"]
    assert [(each["scene"], each["withdrawn_at"] is None) for each in listed] == [
        ("food", False), ("travel", True),
    ]  # fmt: skip
    fresh = http.post("/v1/me/consents", body, token=token)
    assert fresh.status_code == 201
    assert fresh.json["id"] != first.json["id"]


def test_an_unknown_scene_is_refused_and_the_known_ones_are_named(http, token, provider_id):
    body = {"provider_id": public("org", provider_id), "scene": "flying", "text_version": "2"}
    answer = http.post("/v1/me/consents", body, token=token)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/scene"
    assert "metro_ride" in answer.json["detail"]
    assert "travel" in answer.json["detail"]


def test_consents_go_to_providers_only(http, token, wiring):
    merchant = an_organisation(wiring, "merchant")
    body = {"provider_id": public("org", merchant), "scene": "food", "text_version": "2"}
    answer = http.post("/v1/me/consents", body, token=token)
    assert (answer.status_code, answer.json["code"]) == (404, "UNKNOWN_PROVIDER")


def test_nobody_withdraws_another_persons_consent(http, token, token_for):
    own = http.get("/v1/me/consents", token=token).json["data"][0]["id"]
    other = token_for("participant")
    assert http.delete(f"/v1/me/consents/{own}", token=other).status_code == 404
    assert http.get("/v1/me/consents", token=token).json["data"][0]["withdrawn_at"] is None


def test_lists_go_on_where_the_cursor_says(http, token, provider_id):
    for version in "abcdef":
        body = {"provider_id": public("org", provider_id), "scene": "food", "text_version": version}
        http.post("/v1/me/consents", body, token=token)
    seen, cursor = [], ""
    while cursor is not None:
        extra = f"&cursor={cursor}" if cursor else ""
        page = http.get(f"/v1/me/consents?limit=3{extra}", token=token).json
        assert page["has_more"] == (page["next_cursor"] is not None)
        seen += [each["text_version"] for each in page["data"]]
        cursor = page["next_cursor"]
    assert seen == [*"fedcba", "2026-01"]


@pytest.mark.parametrize(("query", "status"), [
    ("limit=0", 422), ("limit=-1", 422), ("limit=x", 422), ("limit=１", 422), ("limit=100", 200),
    ("limit=101", 422),
    ("cursor=abc", 400), ("cursor=%F0", 400), ("cursor=AAAAAAAAAAAAAAAA", 400),
])  # fmt: skip
def test_bad_pages_are_refused(http, token, query, status):
    assert http.get(f"/v1/me/consents?{query}", token=token).status_code == status


def test_a_cursor_belongs_to_its_list(http, token):
    body = {"from": "2026-01-01", "to": "2026-01-31", "text_version": "1"}
    for key in "ab":
        assert http.post("/v1/me/contributions", body, token=token, key=key).status_code == 201
    cursor = http.get("/v1/me/contributions?limit=1", token=token).json["next_cursor"]
    answer = http.get(f"/v1/me/consents?cursor={cursor}", token=token)
    assert (answer.status_code, answer.json["code"]) == (400, "BAD_CURSOR")


def test_contributions_are_given_listed_and_withdrawn(http, token):
    body = {"methodology": "bj.low_carbon_travel", "from": "2026-01-01", "to": "2026-12-31",
            "text_version": "1"}  # fmt: skip
    made = http.post("/v1/me/contributions", body, token=token, key="one")
    assert made.status_code == 201, made.text
    assert made.json["from"] == "2026-01-01"
    assert http.delete(f"/v1/me/contributions/{made.json['id']}", token=token).status_code == 204
    [listed] = http.get("/v1/me/contributions", token=token).json["data"]
    assert listed["withdrawn_at"] is not None


@pytest.mark.parametrize(("change", "pointer"), [
    ({"methodology": "no.such"}, "/methodology"),
    ({"to": "2025-12-31"}, "/to"),
    ({"from": "2026-02-30"}, "/from"),
    ({"from": "2026-1-1"}, "/from"),
    ({"from": 20260101}, "/from"),
    ({"until": "2026-12-31"}, "/until"),
    ({"text_version": ""}, "/text_version"),
])  # fmt: skip
def test_bad_contributions_are_refused_with_their_place(http, token, change, pointer):
    body = {"from": "2026-01-01", "to": "2026-12-31", "text_version": "1", **change}
    answer = http.post("/v1/me/contributions", body, token=token, key="k")
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]
    assert http.get("/v1/me/contributions", token=token).json["data"] == []


def test_the_export_holds_everything_and_is_signed(http, token, person, wiring):
    answer = http.get("/v1/me/export", token=token)
    assert answer.status_code == 200, answer.text
    document = answer.json
    assert document["id"] == public("par", person)
    assert document["rows"]["consent"][0]["scene"] == "travel"
    for table in ("action", "points_transfer", "redemption", "bundle_entry", "reversal"):
        assert document["rows"][table] == []
    assert check_signature(document).holds
    document["rows"]["consent"][0]["scene"] = "food"
    assert not check_signature(document).holds


def test_who_leaves_is_forgotten_and_begins_anew(http, wiring, token_for, provider_id):
    identity = "leaver-" + public("par", provider_id)
    old = a_participant(wiring, provider_id=provider_id, identity=identity)
    token = token_for("participant", tenant=old)
    assert http.delete("/v1/me", token=token).status_code == 200
    answer = http.get("/v1/me", token=token)
    assert (answer.status_code, answer.json["code"]) == (401, "TOKEN_REVOKED")
    assert a_participant(wiring, provider_id=provider_id, identity=identity) != old


def test_leaving_ends_consents_and_contributions(http, wiring, token_for, person, token):
    body = {"from": "2026-01-01", "to": "2026-12-31", "text_version": "1"}
    http.post("/v1/me/contributions", body, token=token, key="k")
    http.delete("/v1/me", token=token)
    with wiring.database.engine.connect() as connection:
        for table in ("consent", "contribution"):
            count = connection.exec_driver_sql(
                f"select count(*) from {table} where participant_id = %s and withdrawn_at is null",
                (person,),
            ).scalar()
            assert count == 0, table


def test_who_leaves_takes_a_signed_receipt_along(http, wiring, token_for, person, token):
    live = [
        each
        for each in http.get("/v1/me/consents?limit=100", token=token).json["data"]
        if each["withdrawn_at"] is None
    ]
    tried = http.delete("/v1/me?dry_run=true", token=token)
    assert (tried.status_code, http.get("/v1/me", token=token).status_code) == (200, 200)
    receipt = http.delete("/v1/me", token=token).json
    assert receipt["id"] == public("par", person)
    assert receipt["ended"] == {"consents": len(live), "contributions": 0, "links": 0}
    assert (receipt["points_lost"], receipt["kept"]["debt"]) == (0, 0)
    assert receipt["kept"]["until"] > receipt["left_at"]
    assert check_signature(receipt).holds
    assert not check_signature({**receipt, "points_lost": 5}).holds


def test_leaving_and_enrolling_at_once_never_gives_a_closed_account(wiring, http, token_for):
    provider_id = an_organisation(wiring, "provider")
    for attempt in range(10):
        identity = f"race-{public('par', provider_id)}-{attempt}"
        enrol = partial(a_participant, wiring, provider_id=provider_id, identity=identity)
        old = enrol()
        token = token_for("participant", tenant=old)
        with ThreadPoolExecutor(3) as pool:
            racing = [pool.submit(enrol) for _ in range(3)]
            assert http.delete("/v1/me", token=token).status_code == 200
        live = {enrol(), *(each.result() for each in racing)} - {old}
        assert len(live) == 1, "one live account, and not the closed one"


def test_who_leaves_between_the_claim_and_the_look_is_enrolled_anew(wiring, http, token_for):
    provider_id = an_organisation(wiring, "provider")
    identity = f"between-{public('par', provider_id)}"
    old = a_participant(wiring, provider_id=provider_id, identity=identity)
    token = token_for("participant", tenant=old)
    left = []

    def leave(_connection, _cursor, statement, *_rest):
        if "insert into identity" in statement and not left:
            left.append(http.delete("/v1/me", token=token).status_code)

    event.listen(wiring.database.engine, "after_cursor_execute", leave)
    try:
        new = a_participant(wiring, provider_id=provider_id, identity=identity)
    finally:
        event.remove(wiring.database.engine, "after_cursor_execute", leave)
    assert left == [200]
    assert new != old
