"""The routes of bundles: who sees which, and what is refused out of turn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from app.ids import new_id, public
from app.wiring import Wiring
from tests.builders.answers import code, key
from tests.builders.jobs import drain
from tests.builders.market import (
    a_draft,
    an_independent_verifier,
    noticed,
    pooled_pv,
    rows,
    submitted,
)
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.standing import suspended


def test_a_verifier_sees_its_own_bundles_only(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
    rows(market, "update bundle set verify_by = now() + interval '1 day' returning 1")
    own, other = token_for("verifier", tenant=verifier), token_for("verifier")
    path = f"/v1/bundles/{public('bdl', bundle_id)}"
    for each in ("", "/report", "/sample"):
        assert http.get(path + each, token=own).status_code == 200
        assert http.get(path + each, token=other).status_code == 404
    findings = {"findings": [{"action_id": public("act", new_id())}]}
    assert http.post(f"{path}/findings", findings, token=other).status_code == 404
    refused = http.post(f"{path}/findings", findings, token=own)
    assert (refused.status_code, code(refused)) == (422, "NOT_IN_SAMPLE")
    assert refused.get_json()["errors"][0]["pointer"] == "/findings/0/action_id"
    assert len(http.get("/v1/bundles", token=own).get_json()["data"]) == 1
    assert http.get("/v1/bundles", token=other).get_json()["data"] == []


def test_the_sample_pages_through_every_drawn_reduction_once(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market, people=7)
    bundle_id, verifier = submitted(market)
    token = token_for("verifier", tenant=verifier)
    seen: list[str] = []
    path: str | None = f"/v1/bundles/{public('bdl', bundle_id)}/sample?limit=3"
    first = path
    while path:
        page = http.get(path, token=token).get_json()
        seen += [each["action_id"] for each in page["data"]]
        path = f"{first}&cursor={page['next_cursor']}" if page["has_more"] else None
    drawn = rows(market, "select action_id from bundle_sample order by action_id")
    assert seen == [public("act", row["action_id"]) for row in drawn]


@pytest.mark.parametrize(
    "plan",
    [
        {"confidence": "0.5"},
        {"precision": "0"},
        {"precision": "1"},
        {"confidence": 0.95},
        {"confidence": "0.80"},
        {"precision": "0.11"},
        {"seed": "my own"},
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(
    market: Wiring, http: Http, token_for: Tokens, plan: dict[str, Any]
) -> None:
    pooled_pv(market)
    operator = token_for("operator")
    path = f"/v1/bundles/{public('bdl', a_draft(market))}"
    http.post(f"{path}/select", token=operator)
    drain(market)
    http.post(f"{path}/report", token=operator)
    drain(market)
    an_independent_verifier(market, pooled=True)
    assert http.post(f"{path}/submit", {"plan": plan}, token=operator).status_code == 422
    # Left out, the usual plan is used and a verifier is drawn.
    made = http.post(f"{path}/submit", token=operator)
    assert made.status_code == 200
    assert made.get_json()["verifier_id"]
    assert made.get_json()["sampling_plan"]["confidence"] == "0.95"


def test_steps_out_of_turn_say_what_is_needed(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    path = f"/v1/bundles/{public('bdl', a_draft(market))}"
    operator = token_for("operator")
    for step in ("report", "submit", "notice", "seal", "issue"):
        answer = http.post(f"{path}/{step}", token=operator, key=key())
        assert (answer.status_code, code(answer)) == (409, "BUNDLE_STATE_CONFLICT")
        assert answer.get_json()["details"]["state"] == "draft"


def test_a_gate_is_for_published_versions_only(http: Http, token_for: Tokens) -> None:
    answer = http.post(
        "/v1/methodologies/no.such_rule/versions/1/gate-approvals",
        {"reason": "Why not."},
        token=token_for("operator"),
    )
    assert answer.status_code == 404


def test_organisations_are_found_by_kind(market: Wiring, http: Http, token_for: Tokens) -> None:
    made: UUID = an_organisation(market, "verifier")
    token = token_for("operator")
    found = http.get("/v1/organisations?kind=verifier", token=token).get_json()["data"]
    assert [each["id"] for each in found] == [public("org", made)]
    assert http.get("/v1/organisations?kind=bank", token=token).status_code == 422


def test_a_bundle_says_to_everybody_who_reads_it_that_its_verifier_was_suspended(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    draft = public("bdl", a_draft(market))
    pooled_pv(market)
    bundle_id = noticed(market)
    (row,) = rows(market, "select verifier_id from bundle where bundle_id = :id", id=bundle_id)
    operator, own = token_for("operator"), f"/{public('bdl', bundle_id)}"

    def verifier() -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        for path, token in (("/v1/bundles", operator), ("/v1/registry/bundles", None)):
            found.append(http.get(path + own, token=token).json["verifier"])
            listed = http.get(path, token=token).json["data"]
            found += [each["verifier"] for each in listed if own.endswith(each["id"])]
        assert found == [found[0]] * 4
        return found[0]

    assert verifier()["id"] == public("org", row["verifier_id"])
    assert verifier()["status"] == "active"
    suspended(market, row["verifier_id"])
    assert verifier()["status"] == "suspended"
    assert verifier()["status_since"]
    assert http.get(f"/v1/bundles/{draft}", token=operator).json["verifier"] is None
