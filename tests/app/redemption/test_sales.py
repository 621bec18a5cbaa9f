"""A merchant lists what it sold: its own, the last first, by day, store, offer and state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from app.ids import public
from app.store.redemption import redemptions
from app.wiring import Wiring
from behaviours.civil_time import civil_day, start_of_day
from tests.builders.answers import refusal
from tests.builders.people import Http
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, an_offer, capturing, reversing, wanting

SALES = "/v1/merchant/redemptions"


class Shop:
    """Four sales around the coming midnight: two before it, one at it, one after."""

    def __init__(self, wiring: Wiring, http: Http, token_for: Callable[..., str]) -> None:
        self.wiring, self.http = wiring, http
        self.coffee = an_offer(wiring, reversal_window_s=10**6)
        merchant = self.coffee.merchant_id
        self.tea = an_offer(wiring, merchant_id=merchant, reversal_window_s=10**6)
        self.token = token_for("merchant", tenant=merchant)
        self.today = civil_day(wiring.clock.now(), wiring.zone)
        self.midnight = start_of_day(self.today + timedelta(days=1), wiring.zone)
        hair = timedelta(microseconds=1)
        self.sold = [
            self.sell(self.coffee, -timedelta(seconds=1), "store-1"),
            self.sell(self.tea, -hair, "store-2"),
            self.sell(self.coffee, timedelta(0), "store-1"),
            self.sell(self.tea, hair, "store-1"),
        ]

    def sell(self, offer: Any, after: timedelta, store: str) -> Any:
        at, person = self.midnight + after, a_person_with(self.wiring, 500)
        wanted = wanting(offer, a_code(self.wiring, person, now=at), store_id=store)
        return capturing(self.wiring, wanted, now=at)

    def listed(self, query: str = "") -> list[int]:
        """Which of the four are listed, in the order of the answer."""
        answer = self.http.get(f"{SALES}?{query}", token=self.token)
        assert answer.status_code == 200, answer.text
        known = [public("rdm", each.redemption_id) for each in self.sold]
        return [known.index(each["id"]) for each in answer.json["data"]]


@pytest.fixture
def shop(wiring: Wiring, http: Http, token_for: Callable[..., str]) -> Shop:
    return Shop(wiring, http, token_for)


def test_sales_are_listed_the_last_first_and_narrowed_down(shop: Shop) -> None:
    tomorrow = shop.today + timedelta(days=1)
    tea = public("ofr", shop.tea.offer_id)
    reversing(shop.wiring, shop.sold[2], now=shop.midnight + timedelta(minutes=1))
    for query, of in (
        ("", [3, 2, 1, 0]),
        (f"day={shop.today}", [1, 0]),
        (f"day={tomorrow}", [3, 2]),
        (f"day={tomorrow + timedelta(days=1)}", []),
        ("store_id=store-1", [3, 2, 0]),
        (f"store_id=store-1&day={shop.today}", [0]),
        (f"offer_id={tea}", [3, 1]),
        ("state=reversed", [2]),
        ("state=captured", [3, 1, 0]),
    ):
        assert shop.listed(query) == of, query


def test_they_are_read_page_by_page_and_each_as_its_number_is_queried(shop: Shop) -> None:
    seen, cursor = [], ""
    while True:
        page = shop.http.get(f"{SALES}?limit=1{cursor}", token=shop.token).json
        seen += page["data"]
        if not page["has_more"]:
            break
        cursor = f"&cursor={quote(page['next_cursor'])}"
    assert [each["id"] for each in seen] == [
        public("rdm", each.redemption_id) for each in reversed(shop.sold)
    ]
    for each in seen:
        queried = shop.http.get(f"{SALES}/{each['out_request_no']}", token=shop.token)
        assert queried.json == each


def test_nobody_lists_the_sales_of_another(shop: Shop, token_for: Callable[..., str]) -> None:
    other = an_offer(shop.wiring)
    token = token_for("merchant", tenant=other.merchant_id)
    coffee = public("ofr", shop.coffee.offer_id)
    for query in ("", f"?offer_id={coffee}"):
        assert shop.http.get(f"{SALES}{query}", token=token).json["data"] == []
    assert shop.http.get(SALES, token=token_for("participant")).status_code == 403
    for query in ("?state=held", "?stores=1", "?day=today"):
        asked = shop.http.get(f"{SALES}{query}", token=shop.token)
        assert refusal(asked) == (422, "VALIDATION_FAILED"), query


def test_it_is_read_along_the_index_of_the_merchant(shop: Shop) -> None:
    given = {
        "merchant_id": shop.coffee.merchant_id, "since": shop.midnight, "until": shop.midnight,
        "before": shop.coffee.merchant_id, "store_id": None, "offer_id": None, "state": None,
        "limit": 20,
    }  # fmt: skip
    with shop.wiring.database.engine.connect() as connection:
        connection.execute(text("set local enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"explain {redemptions._SALES}", given).scalars().all()
    assert "ix_redemption_merchant_id_captured_at" in "\n".join(plan)
