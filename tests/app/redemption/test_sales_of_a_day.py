"""What a merchant sold in a day, page by page: of a store, of a cashier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.ids import public
from app.wiring import Wiring
from behaviours.civil_time import civil_day, start_of_day
from tests.builders.answers import refusal
from tests.builders.cashiers import SALES, Shop
from tests.builders.people import Http, Tokens
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, capturing, redeeming, wanting


@pytest.fixture
def shop(wiring: Wiring, http: Http, token_for: Tokens) -> Shop:
    return Shop(wiring, http, token_for)


def listed(shop: Shop, asked: str = "", token: str | None = None) -> list[str]:
    answer = shop.http.get(f"{SALES}{asked}", token=token or shop.program)
    assert answer.status_code == 200, answer.text
    return [each["out_request_no"] for each in answer.json["data"]]


def test_todays_sales_are_listed_newest_first_of_a_store_and_of_a_cashier(shop: Shop) -> None:
    cashier, token = shop.cashier("S1")
    both, of_both = shop.cashier("S1", "S2")
    first = shop.sold(shop.program)["out_request_no"]
    second = shop.sold(token)["out_request_no"]
    third = shop.sold(of_both, "S2")["out_request_no"]
    assert listed(shop) == [third, second, first]
    assert listed(shop, "?store_id=S1") == [second, first]
    assert listed(shop, f"?cashier_id={public('usr', cashier)}") == [second]
    assert listed(shop, f"?cashier_id={public('usr', both)}&store_id=S1") == []
    assert listed(shop, token=token) == [second, first], "of the stores that they serve"
    assert listed(shop, token=of_both) == [third, second, first]
    assert listed(shop, token=shop.tokens("merchant")) == []


def test_a_page_goes_on_where_the_one_before_ended_also_at_one_moment(shop: Shop) -> None:
    now = shop.wiring.clock.now()
    person = a_person_with(shop.wiring, 1_000, available_at=now - timedelta(days=3))
    midnight = start_of_day(civil_day(now, shop.wiring.zone), shop.wiring.zone)
    at = midnight - timedelta(hours=3)
    sold = set()
    for _ in range(5):
        wanted = wanting(shop.offer, a_code(shop.wiring, person, now=at))
        # Under a store that was stated from today on: its day before is read by its own date.
        sold.add(capturing(shop.wiring, wanted, now=at).out_request_no)
    day = civil_day(at, shop.wiring.zone).isoformat()
    asked, found = f"?date={day}&limit=2", list[str]()
    while True:
        page = shop.http.get(f"{SALES}{asked}", token=shop.program).json
        found += [each["out_request_no"] for each in page["data"]]
        if not page["has_more"]:
            break
        asked = f"?date={day}&limit=2&cursor={page['next_cursor']}"
    assert (len(found), set(found)) == (5, sold)
    assert listed(shop) == []


def test_a_voucher_is_of_the_day_on_which_it_was_fetched(shop: Shop) -> None:
    now = shop.wiring.clock.now()
    person = a_person_with(shop.wiring, 1_000, available_at=now - timedelta(days=3))
    zone = shop.wiring.zone
    midnight = start_of_day(civil_day(now, zone), zone)
    voucher = redeeming(shop.wiring, person, shop.offer, now=midnight - timedelta(minutes=5))
    wanted = wanting(shop.offer, voucher.code, store_id="S1")
    capturing(shop.wiring, wanted, now=midnight + timedelta(seconds=1))
    assert listed(shop) == [wanted.out_request_no]
    before = civil_day(midnight - timedelta(minutes=5), zone).isoformat()
    assert listed(shop, f"?date={before}") == []


@pytest.mark.parametrize(
    "asked", ["?date=yesterday", "?date=", "?store_id=", "?cashier_id=usr_1", "?day=2026-01-01"]
)
def test_a_careless_question_is_refused(shop: Shop, asked: str) -> None:
    answer = shop.http.get(f"{SALES}{asked}", token=shop.program)
    assert refusal(answer) == (422, "VALIDATION_FAILED"), answer.text
