"""What a person entrusts over the API: with caps, for one bundle, and what stays theirs."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import public
from app.outbox import names
from app.wiring import Wiring
from tests.builders.answers import code
from tests.builders.market import (
    a_draft,
    a_person,
    a_pv_interval,
    bundle,
    recorded,
    selecting,
    task,
)
from tests.builders.people import Http, Tokens, an_organisation

PATH = "/v1/me/contributions"
BODY = {"from": "2026-01-01", "to": "2026-12-31", "text_version": "2026-01"}


def test_a_capped_person_is_told_what_went_in_and_what_stayed(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    provider = an_organisation(market, "provider")
    person = a_person(market, provider)
    first, second = recorded(market, [a_pv_interval(person, provider, "10000") for _ in range(2)])
    token = token_for("participant", tenant=person)
    caps = {"share_percent": 60, "per_year_kg": "20000"}
    made = http.post(PATH, {**BODY, "caps": caps}, token=token, key="caps")
    assert (made.status_code, made.get_json()["caps"]) == (
        201,
        {"per_year_kg": "20000.000000", "per_bundle_kg": None, "share_percent": 60},
    )
    assert http.get(PATH, token=token).get_json()["data"] == [made.get_json()]
    bundle_id = selecting(market)
    task(market, names.SELECT_BUNDLE, bundle_id)
    # Of two alike 60 % are one; the other one is left out, and both are told.
    operator = token_for("operator")
    path = f"/v1/bundles/{public('bdl', bundle_id)}/exclusions"
    told = http.get(path, token=operator).get_json()
    assert [(each["reason"], each["reductions"]) for each in told["excluded"]] == [("over_cap", 1)]
    assert (told["eligible"]["reductions"], told["whole"]["reductions"]) == (1, 2)
    assert bundle(market, bundle_id).reductions == 1
    [left] = http.get(f"{PATH}/capped", token=token).get_json()["data"]
    assert left["id"] in {public("act", first), public("act", second)}
    assert (left["left_out_of"], left["bundle_id"]) == ([public("bdl", bundle_id)], None)
    assert http.get(f"{PATH}/capped", token=token_for("participant")).get_json()["data"] == []


def test_a_person_opts_in_to_one_draft(market: Wiring, http: Http, token_for: Tokens) -> None:
    provider = an_organisation(market, "provider")
    person = a_person(market, provider)
    recorded(market, [a_pv_interval(person, provider, "10000")])
    token = token_for("participant", tenant=person)
    wanted, other = a_draft(market), selecting(market)
    shown = http.get("/v1/me/drafts", token=token).get_json()["data"]
    assert public("bdl", wanted) in {each["id"] for each in shown}
    assert public("bdl", other) not in {each["id"] for each in shown}
    # What is being selected already is too late to opt in to.
    late = {**BODY, "bundle_id": public("bdl", other)}
    refused = http.post(PATH, late, token=token, key="late")
    assert (refused.status_code, code(refused)) == (404, "NOT_FOUND")
    given = http.post(PATH, {**BODY, "bundle_id": public("bdl", wanted)}, token=token, key="one")
    assert given.status_code == 201, given.get_json()
    task(market, names.SELECT_BUNDLE, other)
    assert not bundle(market, other).reductions
    operator = token_for("operator")
    http.post(f"/v1/bundles/{public('bdl', wanted)}/select", token=operator)
    task(market, names.SELECT_BUNDLE, wanted)
    assert bundle(market, wanted).reductions == 1


def test_beside_caps_no_other_entrustment_is_taken(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    person = a_person(market, an_organisation(market, "provider"))
    token = token_for("participant", tenant=person)
    capped = {**BODY, "caps": {"per_bundle_kg": "1"}}
    made = http.post(PATH, capped, token=token, key="1").get_json()
    for number, body in enumerate((BODY, capped)):
        refused = http.post(PATH, body, token=token, key=f"again{number}")
        assert (refused.status_code, code(refused)) == (409, "MANDATE_OVERLAPS")
    assert http.delete(f"{PATH}/{made['id']}", token=token).status_code == 204
    assert http.post(PATH, BODY, token=token, key="2").status_code == 201


@pytest.mark.parametrize(
    ("caps", "pointer"),
    [
        ({}, "/caps"),
        ({"per_year_kg": "0"}, "/caps/per_year_kg"),
        ({"per_year_kg": "-1"}, "/caps/per_year_kg"),
        ({"per_bundle_kg": "1e3"}, "/caps/per_bundle_kg"),
        ({"per_bundle_kg": 5}, "/caps/per_bundle_kg"),
        ({"per_bundle_kg": "0.0000001"}, "/caps/per_bundle_kg"),
        ({"per_bundle_kg": "1000000.1"}, "/caps/per_bundle_kg"),
        ({"share_percent": 0}, "/caps/share_percent"),
        ({"share_percent": 101}, "/caps/share_percent"),
        ({"share_percent": "50"}, "/caps/share_percent"),
        ({"share_percent": 33.3}, "/caps/share_percent"),
        ({"per_month_kg": "1"}, "/caps/per_month_kg"),
    ],
)
def test_bad_caps_are_refused_at_their_place(
    market: Wiring, http: Http, token_for: Tokens, caps: dict[str, Any], pointer: str
) -> None:
    person = a_person(market, an_organisation(market, "provider"))
    token = token_for("participant", tenant=person)
    refused = http.post(PATH, {**BODY, "caps": caps}, token=token, key="bad")
    assert refused.status_code == 422, refused.get_json()
    assert refused.get_json()["errors"][0]["pointer"] == pointer
    assert http.get(PATH, token=token).get_json()["data"] == []
