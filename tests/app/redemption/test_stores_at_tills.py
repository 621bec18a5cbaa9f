"""A till is at a store that its merchant stated, from the merchant's first store on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.wiring import Wiring
from behaviours.civil_time import civil_day
from rewards.redemption.offer import Offer
from tests.builders.answers import key, refusal
from tests.builders.people import Http, Tokens
from tests.builders.points import a_person_with, points_of
from tests.builders.redemption import a_code, a_request_no, an_offer


class Till:
    """A merchant's till, an offer, and a person with points."""

    def __init__(self, wiring: Wiring, http: Http, tokens: Tokens) -> None:
        self.wiring, self.http = wiring, http
        self.offer: Offer = an_offer(wiring)
        self.token = tokens("merchant", tenant=self.offer.merchant_id)
        self.person = a_person_with(wiring, 10 * self.offer.points)

    def states(self, store_id: str, *, after: int = 0, **more: Any) -> None:
        today = civil_day(self.wiring.clock.now(), self.wiring.zone)
        store = {
            "store_id": store_id,
            "name": "湖滨店",
            "address": "湖滨路 1 号",
            "region": "CN-330100",
            "open": True,
            "from": (today + timedelta(days=after)).isoformat(),
            **more,
        }
        answer = self.http.post("/v1/merchant/stores", {"stores": [store]}, token=self.token)
        assert answer.status_code == 201, answer.text

    def body(self, store_id: str, number: str | None = None) -> dict[str, Any]:
        return {
            "code": a_code(self.wiring, self.person),
            "offer_id": f"ofr_{self.offer.offer_id.hex}",
            "out_request_no": number or a_request_no(),
            "store_id": store_id,
        }

    def sells(self, body: dict[str, Any], asked: str = "") -> Any:
        path = f"/v1/merchant/redemptions/capture{asked}"
        return self.http.post(path, body, token=self.token, key=key())

    def prepares(self, store_id: str) -> Any:
        body = {"code": a_code(self.wiring, self.person), "store_id": store_id}
        return self.http.post("/v1/merchant/redemptions/prepare", body, token=self.token)

    def points(self) -> int:
        return int(points_of(self.wiring, self.person)["available"])


@pytest.fixture
def till(wiring: Wiring, http: Http, token_for: Tokens) -> Till:
    return Till(wiring, http, token_for)


def test_a_store_that_was_not_stated_sells_nothing(till: Till) -> None:
    till.states("S1")
    before = till.points()
    body = till.body("S2")
    for asked in ("", "?dry_run=true"):
        answer = till.sells(body, asked)
        assert refusal(answer) == (422, "UNKNOWN_STORE")
        assert answer.json["errors"][0]["pointer"] == "/store_id"
        assert "S2" in answer.json["detail"]
    assert refusal(till.prepares("S2")) == (422, "UNKNOWN_STORE")
    assert till.points() == before
    # The code was not used up by it.
    assert till.sells({**body, "store_id": "S1"}).status_code == 201
    assert till.prepares("S1").status_code == 200
    assert till.points() == before - till.offer.points


def test_a_store_that_is_closed_or_opens_later_sells_nothing_today(till: Till) -> None:
    till.states("S1")
    till.states("S2", after=7)
    till.states("S3")
    till.states("S3", open=False)
    for store_id, word in (("S2", "later"), ("S3", "closed")):
        answer = till.sells(till.body(store_id))
        assert refusal(answer) == (409, "WRONG_STORE")
        assert word in answer.json["detail"]
        assert refusal(till.prepares(store_id)) == (409, "WRONG_STORE")
    # What it says from a later day on changes nothing today.
    till.states("S1", after=3, open=False)
    assert till.sells(till.body("S1")).status_code == 201


def test_another_merchants_store_is_none_of_ours(
    till: Till, wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    other = Till(wiring, http, token_for)
    till.states("S1")
    other.states("S9")
    assert refusal(till.sells(till.body("S9"))) == (422, "UNKNOWN_STORE")
    assert other.sells(other.body("S9")).status_code == 201


def test_what_was_sold_before_is_read_repeated_and_taken_back_under_its_old_text(
    till: Till,
) -> None:
    before, old = till.points(), till.body("the shop by the lake")
    sold = till.sells(old)
    assert sold.status_code == 201, "without a stored store any text is kept"
    till.states("S1", after=5)
    assert till.sells(till.body("another text")).status_code == 201, "none of them holds yet"
    till.states("S1")
    number = old["out_request_no"]
    path = f"/v1/merchant/redemptions/{number}"
    assert till.http.get(path, token=till.token).json["store_id"] == "the shop by the lake"
    again = till.sells(old)
    assert (again.status_code, again.json["id"]) == (201, sold.json["id"])
    assert refusal(till.sells(till.body("the shop by the lake"))) == (422, "UNKNOWN_STORE")
    back = till.http.post(f"{path}/reverse", token=till.token, key=key())
    assert back.status_code == 200, back.text
    assert till.points() == before - till.offer.points
