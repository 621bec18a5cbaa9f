"""What requests that move units say, and what the tests read of answers."""

from __future__ import annotations

from werkzeug.test import TestResponse

from app.ids import new_id

RETIREMENT = {
    "quantity_t": "1",
    "beneficiary": "Hangzhou Tea House",
    "purpose": "voluntary_offset",
    "period": "2026",
}
PRICE = {"amount": "65.00", "currency": "CNY"}


def key() -> str:
    """An idempotency key that nobody has used."""
    return new_id().hex


def code(answer: TestResponse) -> str:
    """The code of a refusal, which says in words, too, what is wrong."""
    body = answer.get_json()
    assert body["detail"]
    return body["code"]


def refusal(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of an answer that refuses."""
    assert answer.json is not None
    return answer.status_code, answer.json["code"]
