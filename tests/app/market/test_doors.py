"""The routes of the market: who may, what is refused, and that a repeat takes effect once."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.factory import create_app
from app.ids import new_id, public
from app.wiring import Wiring
from tests.builders.jobs import drain
from tests.builders.market import (
    PV,
    a_draft,
    an_owner,
    issued,
    listed,
    pooled_pv,
    programme_block,
    rows,
    submitted,
)
from tests.builders.people import Http, Tokens, an_organisation

WISH = {
    "quantity_t": "1",
    "beneficiary": "Hangzhou Tea House",
    "purpose": "voluntary_offset",
    "period": "2026",
}
PRICE = {"amount": "65.00", "currency": "CNY"}
DRAFT = {"vintage": 2026, "from": "2026-01-01", "to": "2026-06-30", "unit_class": "voluntary"}


@pytest.fixture
def http(market: Wiring) -> Http:
    return Http(create_app(market))


@pytest.fixture
def token_for(market: Wiring) -> Tokens:
    return Tokens(create_app(market), market)


def key() -> str:
    return new_id().hex


def code(answer: TestResponse) -> str:
    body = answer.get_json()
    assert body["detail"]
    return body["code"]


def test_a_repeated_retirement_answers_the_same_and_retires_once(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, _ = an_owner(market, 3)
    token, again = token_for("enterprise", tenant=enterprise), key()
    # The key belongs to the credential, so both requests come with the same token.
    first = http.post("/v1/retirements", WISH, token=token, key=again)
    second = http.post("/v1/retirements", WISH, token=token, key=again)
    assert first.status_code == second.status_code == 201
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.get_json() == second.get_json()
    assert len(rows(market, "select 1 from retirement")) == 1
    other = http.post("/v1/retirements", {**WISH, "period": "2025"}, token=token, key=again)
    assert code(other) == "IDEMPOTENCY_KEY_REUSED"


def test_twelve_equal_requests_at_once_retire_once(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, _ = an_owner(market, 5)
    token, same = token_for("enterprise", tenant=enterprise), key()
    app = create_app(market)

    def retire(_: int) -> int:
        return Http(app).post("/v1/retirements", WISH, token=token, key=same).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = set(pool.map(retire, range(12)))
    assert statuses <= {201, 409}
    assert len(rows(market, "select 1 from retirement")) == 1


def test_anothers_units_and_trades_do_not_exist(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 3)
    listing_id = listed(market, block_id, 2, seller=enterprise)
    buyer, stranger = an_organisation(market, "enterprise"), token_for("enterprise")
    ordered = http.post(
        f"/v1/listings/{public('lst', listing_id)}/orders",
        {"quantity_t": "1"},
        token=token_for("enterprise", tenant=buyer),
        key=key(),
    ).get_json()
    trade = f"/v1/trades/{ordered['id']}"
    tries: list[TestResponse] = [
        http.get(trade, token=stranger),
        http.post(f"{trade}/pay", {"payment_reference": "x"}, token=stranger, key=key()),
        http.post(f"{trade}/confirm", token=stranger, key=key()),
        http.post(f"{trade}/cancel", token=stranger),
        http.post(f"/v1/listings/{public('lst', listing_id)}/close", token=stranger),
        http.post(
            "/v1/retirements",
            {**WISH, "block_id": public("blk", block_id)},
            token=stranger,
            key=key(),
        ),
        http.post(
            "/v1/listings",
            {"block_id": public("blk", block_id), "quantity_t": "1", "price": PRICE},
            # An operator sells for the programme, not for an enterprise.
            token=token_for("operator"),
            key=key(),
        ),
    ]
    assert [answer.status_code for answer in tries] == [404] * len(tries)
    assert http.get("/v1/trades", token=stranger).get_json()["data"] == []
    assert http.get("/v1/holdings", token=stranger).get_json()["data"] == []


def test_an_exchange_confirms_what_it_did_not_sell(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 1)
    listing_id = listed(market, block_id, 1, seller=enterprise)
    buyer = token_for("enterprise")
    ordered = http.post(
        f"/v1/listings/{public('lst', listing_id)}/orders",
        {"quantity_t": "1"},
        token=buyer,
        key=key(),
    ).get_json()
    trade = f"/v1/trades/{ordered['id']}"
    http.post(f"{trade}/pay", {"payment_reference": "X-1"}, token=buyer, key=key())
    exchange = token_for("enterprise", tenant=an_organisation(market, "exchange"))
    assert http.get(trade, token=exchange).get_json()["state"] == "paid"
    assert http.get(trade, token=token_for("enterprise")).status_code == 404
    answer = http.post(f"{trade}/confirm", token=exchange, key=key())
    assert answer.status_code == 200
    assert http.get("/v1/holdings", token=buyer).get_json()["data"][0]["quantity_t"] == "1"


def test_a_verifier_sees_its_own_bundles_only(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market)
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
        {"seed": ""},
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
    token_for("verifier")
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


def test_the_public_registry_shows_what_was_published_and_nobodys_person(
    market: Wiring, http: Http
) -> None:
    pooled = pooled_pv(market)
    bundle_id = issued(market, methodology=PV)
    block_id = programme_block(market, bundle_id)
    answers = [
        http.get(f"/v1/registry/{path}")
        for path in (
            "bundles",
            f"bundles/{public('bdl', bundle_id)}",
            "blocks",
            f"blocks/{public('blk', block_id)}",
            "transfers",
            "retirements",
            "statistics",
            "keys",
        )
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    shown = "".join(answer.get_data(as_text=True) for answer in answers)
    for person, action in pooled:
        assert person.hex not in shown
        assert action.hex not in shown
    assert http.get(f"/v1/registry/bundles/{public('bdl', a_draft(market))}").status_code == 404
    assert http.get(f"/v1/registry/blocks/{public('blk', new_id())}").status_code == 404
    assert http.get("/v1/registry/blocks/blk_nonsense").status_code == 404
    assert (
        http.get(f"/v1/retirements/{public('ret', new_id())}/certificate.json").status_code == 404
    )


def test_lists_of_the_registry_page_without_gaps(
    market: Wiring, http: Http, token_for: Callable[..., str]
) -> None:
    enterprise, _ = an_owner(market, 7)
    token = token_for("enterprise", tenant=enterprise)
    for _ in range(5):
        assert http.post("/v1/retirements", WISH, token=token, key=key()).status_code == 201
    seen: list[str] = []
    cursor = ""
    while True:
        page = http.get(f"/v1/registry/retirements?limit=2{cursor}").get_json()
        seen += [each["id"] for each in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5


def test_organisations_are_found_by_kind(market: Wiring, http: Http, token_for: Tokens) -> None:
    made: UUID = an_organisation(market, "verifier")
    token = token_for("operator")
    found = http.get("/v1/organisations?kind=verifier", token=token).get_json()["data"]
    assert [each["id"] for each in found] == [public("org", made)]
    assert http.get("/v1/organisations?kind=bank", token=token).status_code == 422


def test_a_buyer_calls_off_what_is_not_paid_and_a_seller_what_is_not_delivered(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 2)
    listing_id = listed(market, block_id, 2, seller=enterprise)
    buyer, seller = token_for("enterprise"), token_for("enterprise", tenant=enterprise)

    def order() -> str:
        path = f"/v1/listings/{public('lst', listing_id)}/orders"
        made = http.post(path, {"quantity_t": "2"}, token=buyer, key=key())
        assert made.status_code == 201
        return f"/v1/trades/{made.get_json()['id']}"

    assert http.post(f"{order()}/cancel", token=buyer).status_code == 200
    trade = order()
    http.post(f"{trade}/pay", {"payment_reference": "X-1"}, token=buyer, key=key())
    assert http.post(f"{trade}/cancel", token=buyer).status_code == 409
    assert http.post(f"{trade}/cancel", token=seller).get_json()["state"] == "cancelled"
    order()


def shown_on(page: bytes) -> bytes:
    """The drawing instructions of a PDF, without octal escapes."""
    streams = re.findall(rb"stream\r?\n(.*?)~>endstream", page, re.DOTALL)
    drawn = b"".join(zlib.decompress(base64.a85decode(each)) for each in streams)
    return re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), drawn)


def test_a_certificate_can_be_printed(market: Wiring, http: Http, token_for: Tokens) -> None:
    enterprise, _ = an_owner(market, 1)
    token = token_for("enterprise", tenant=enterprise)
    wish = {**WISH, "beneficiary": "杭州茶馆 (1980) 𠮷"}
    made = http.post("/v1/retirements", wish, token=token, key=key()).get_json()
    path = made["certificate_url"].removesuffix(".json")
    answer = http.get(f"{path}.pdf")
    assert answer.content_type == "application/pdf"
    page = answer.get_data()
    assert page.startswith(b"%PDF-1.")
    shown = shown_on(page)
    # Chinese is set in UTF-16, Latin in its own font; brackets are quoted.
    for part in ("杭州茶馆".encode("utf-16-be"), rb"\(1980\)", made["serials"][0].encode()):
        assert part in shown
    assert http.get(f"{path}.docx").status_code == 404
