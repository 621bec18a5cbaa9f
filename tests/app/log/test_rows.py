"""A row of the log says who did what to what, what became other, why, and by which request."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from app.ids import public
from tests.builders.applications import AdmissionDesk
from tests.builders.people import Http, Tokens

BUNDLE = {
    "methodology_code": "gd.distributed_pv",
    "vintage": 2026,
    "from": "2026-01-01",
    "to": "2026-06-30",
    "unit_class": "voluntary",
}


def read(http: Http, token: str, **sought: str) -> list[dict[str, Any]]:
    answer = http.get("/v1/log", query_string={"limit": "100", **sought}, token=token)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_what_was_made_and_what_it_is(http, token_for):
    operator = token_for("operator")
    made = http.post("/v1/bundles", BUNDLE, token=operator, headers={"Request-Id": "asked-1"})
    [row] = read(http, operator, subject=made.json["id"])
    assert row["verb"] == "bundle.open"
    assert row["sentence"] == "Opened a bundle."
    assert row["subject"] == {"kind": "bundle", "id": made.json["id"]}
    assert row["changes"]["state"] == {"old": None, "new": "draft"}
    assert row["changes"]["unit_class"] == {"old": None, "new": "voluntary"}
    assert row["actor"]["role"] == "operator"
    assert row["actor"]["user_id"].startswith("usr_")
    assert row["actor"]["client_id"] is None
    assert row["request_id"] == "asked-1"
    network = str(ip_network(f"{http.address}/24", strict=False))
    assert row["address"] == network, "the network and not the address"
    assert (row["signed"], row["signers"]) == (None, [])
    [chinese] = http.get(
        "/v1/log",
        query_string={"subject": made.json["id"]},
        token=operator,
        headers={"Accept-Language": "zh-CN"},
    ).json["data"]
    assert chinese["sentence"] == "新建批次。"


def test_what_a_program_does_names_its_client_and_no_user(http, app, wiring, token_for):
    tokens = Tokens(app, wiring)
    program = tokens.caller("verifier")
    ties = {"interests": [], "of_operator": False}
    said = http.post("/v1/verifiers/self/ties", ties, token=tokens.of(program))
    assert said.status_code in (200, 201), said.text
    authority = token_for("authority")
    [row] = read(http, authority, actor=program.client_id)
    assert row["verb"] == "verifier.declare_ties"
    assert (row["actor"]["client_id"], row["actor"]["user_id"]) == (program.client_id, None)
    assert row["actor"]["role"] == "verifier"
    assert row["actor"]["organisation_id"] == public("org", program.tenant_id)
    assert read(http, authority, actor=f"{program.client_id}x") == []


def test_only_what_became_other(http, token_for):
    operator = token_for("operator")
    bundle = http.post("/v1/bundles", BUNDLE, token=operator).json["id"]
    http.post(f"/v1/bundles/{bundle}/cancel", token=operator)
    row, _ = read(http, operator, subject=bundle)
    assert row["verb"] == "bundle.cancel"
    assert row["changes"].keys() == {"state"}
    assert row["changes"]["state"]["old"] == "draft"


def test_two_people_sign_and_each_row_says_who_has(http, token_for, app, wiring):
    operator, authority = token_for("operator"), token_for("authority")
    filed = AdmissionDesk(app, wiring).assessed()
    for token in (operator, authority):
        http.post(f"/v1/organisations/{filed}/admit", token=token)
    second, first, *_ = read(http, authority, subject=filed)
    assert (first["verb"], second["verb"]) == ("organisation.admit", "organisation.admit")
    assert first["signed"] == second["signed"]
    assert first["signers"] == [first["actor"]["user_id"]]
    assert second["signers"] == [first["actor"]["user_id"], second["actor"]["user_id"]]
    assert second["changes"]["state"] == {"old": "assessed", "new": "accepted"}


def test_why_is_kept(http, token_for):
    operator, authority = token_for("operator"), token_for("authority")
    body = {"kind": "merchant", "name": "Coffee"}
    filed = http.post("/v1/organisations", body, token=operator).json["id"]
    why = {"reason": "No contract was signed."}
    http.post(f"/v1/organisations/{filed}/decline", why, token=authority)
    assert read(http, authority, subject=filed)[0]["reason"] == why["reason"]


def test_what_is_refused_tried_or_repeated_leaves_no_row(http, token_for):
    operator = token_for("operator")
    headers = {"Request-Id": "nothing-done"}
    tried = http.post("/v1/bundles?dry_run=true", BUNDLE, token=operator, headers=headers)
    assert tried.status_code == 200
    refused = http.post(
        "/v1/bundles", {**BUNDLE, "unit_class": "x"}, token=operator, headers=headers
    )
    assert refused.status_code >= 400
    first = http.post("/v1/bundles", BUNDLE, token=operator, key="once")
    again = http.post("/v1/bundles", BUNDLE, token=operator, key="once", headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert read(http, operator, request_id="nothing-done") == []
    assert len(read(http, operator, subject=first.json["id"])) == 1


def test_neither_secrets_nor_names_of_people(http, token_for, wiring):
    operator = token_for("operator")
    body = {"username": "zhang.san", "display_name": "张三", "role": "operator"}
    made = http.post("/v1/users", body, token=operator)
    rows = read(http, operator, subject=made.json["id"])
    assert rows[0]["verb"] == "user.propose"
    assert "zhang" not in str(rows)
    assert "张" not in str(rows)
