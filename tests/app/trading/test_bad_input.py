"""What careless or hostile callers send to move units: a 4xx at its place, and no row."""

from __future__ import annotations

from typing import Any

import pytest

from app.ids import new_id, public
from tests.builders.answers import PRICE, RETIREMENT, key
from tests.builders.people import Http, Tokens


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
        "/v1/retirements": RETIREMENT,
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
        ("/v1/retirements", RETIREMENT, "enterprise"),
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
