"""What careless or hostile callers send to the market: a 4xx at its place, and no row."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import new_id, public
from app.wiring import Wiring
from tests.builders.market import rows
from tests.builders.people import Http, Tokens

WISH = {
    "quantity_t": "1",
    "beneficiary": "Hangzhou Tea House",
    "purpose": "voluntary_offset",
    "period": "2026",
}
PRICE = {"amount": "65.00", "currency": "CNY"}
DRAFT = {"vintage": 2026, "from": "2026-01-01", "to": "2026-06-30", "unit_class": "voluntary"}


def key() -> str:
    return new_id().hex


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"vintage": "2026"}, "/vintage"),
        ({"vintage": 2026.0}, "/vintage"),
        ({"vintage": True}, "/vintage"),
        ({"from": "2026-02-30"}, "/from"),
        ({"from": "01.01.2026"}, "/from"),
        ({"to": "2025-12-31"}, "/to"),
        ({"to": "2027-01-01"}, "/to"),
        ({"unit_class": "golden"}, "/unit_class"),
        ({"unit_class": ""}, "/unit_class"),
        ({"methodology_code": "no.such_rule"}, "/methodology_code"),
        ({"region": "Zhejiang"}, "/region"),
        ({"region": "CN-99"}, "/region"),
        ({"quantity": "12"}, "/quantity"),
    ],
)
def test_a_bad_draft_is_refused_at_its_place(
    wiring: Wiring, http: Http, token_for: Tokens, change: dict[str, Any], pointer: str
) -> None:
    before = rows(wiring, "select count(*) from bundle")
    answer = http.post("/v1/bundles", {**DRAFT, **change}, token=token_for("operator"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert rows(wiring, "select count(*) from bundle") == before


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e3", "１", " 1", "", 1, 1.0, None, True])
@pytest.mark.parametrize("path", ["/v1/listings", "/v1/transfers", "/v1/retirements"])
def test_only_whole_positive_tonnes_move(
    http: Http, token_for: Tokens, path: str, quantity: object
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "/v1/listings": {"block_id": public("blk", new_id()), "price": PRICE},
        "/v1/transfers": {
            "block_id": public("blk", new_id()),
            "to_enterprise_id": public("org", new_id()),
        },
        "/v1/retirements": WISH,
    }
    body = {**bodies[path], "quantity_t": quantity}
    answer = http.post(path, body, token=token_for("enterprise"), key=key())
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/quantity_t"


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1.234", "1e2", 65, "10000000.01"])
def test_a_price_is_money_above_nothing(http: Http, token_for: Tokens, amount: object) -> None:
    body = {
        "block_id": public("blk", new_id()),
        "quantity_t": "1",
        "price": {"amount": amount, "currency": "CNY"},
    }
    answer = http.post("/v1/listings", body, token=token_for("operator"), key=key())
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"].startswith("/price")


@pytest.mark.parametrize(
    ("path", "body", "role"),
    [
        (
            "/v1/listings",
            {"block_id": "blk_" + 32 * "0", "quantity_t": "1", "price": PRICE},
            "operator",
        ),
        (f"/v1/listings/lst_{32 * '0'}/orders", {"quantity_t": "1"}, "enterprise"),
        (f"/v1/trades/trd_{32 * '0'}/pay", {"payment_reference": "x"}, "enterprise"),
        (f"/v1/trades/trd_{32 * '0'}/confirm", None, "operator"),
        (f"/v1/bundles/bdl_{32 * '0'}/seal", None, "authority"),
        (f"/v1/bundles/bdl_{32 * '0'}/issue", None, "operator"),
        ("/v1/retirements", WISH, "enterprise"),
    ],
)
def test_what_moves_units_or_money_needs_a_key_and_something_to_move(
    http: Http, token_for: Tokens, path: str, body: Any, role: str
) -> None:
    token = token_for(role)
    refused = http.post(path, body, token=token)
    assert (refused.status_code, refused.get_json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")
    answer = http.post(path, body, token=token, key=key())
    # Nothing is there: 404; of one's own units there are none: 409.
    assert answer.status_code == (409 if path == "/v1/retirements" else 404)
