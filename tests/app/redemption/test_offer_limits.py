"""Limits of an offer's stock for a civil day and for a store, and when the mall shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.clock import StandingClock
from app.ids import public
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.wiring import Wiring
from rewards.redemption.counts import DayStockGone, StoreStockGone
from rewards.redemption.offer import OfferNotOnSale
from rewards.redemption.redemption import Redemption
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance
from tests.builders.people import Http, an_organisation
from tests.builders.points import a_person_with
from tests.builders.redemption import (
    OFFER_SENT,
    a_code,
    an_offer,
    assert_stock_balances,
    capturing,
    redeeming,
    reversing,
    wanting,
)

# 23:59 of the civil day in Shanghai.
LATE = datetime(2026, 3, 10, 15, 59, tzinfo=UTC)
BEGUN = LATE - timedelta(days=3)


def test_what_is_sold_in_a_day_is_limited_by_the_programmes_civil_day(books: Wiring) -> None:
    person = a_person_with(books, 5000, available_at=BEGUN)
    offer = an_offer(books, stock_per_day=2, opens_at=BEGUN)
    at_till = capturing(books, wanting(offer, a_code(books, person, now=LATE)), now=LATE)
    held = redeeming(books, person, offer, now=LATE).redemption
    for refused in (
        lambda: redeeming(books, person, offer, now=LATE),
        lambda: capturing(books, wanting(offer, a_code(books, person, now=LATE)), now=LATE),
        lambda: capturing(
            books, wanting(offer, a_code(books, person, now=LATE)), now=LATE, dry_run=True
        ),
    ):
        with pytest.raises(DayStockGone):
            refused()
    # A minute later it is the next day.
    tomorrow = LATE + timedelta(minutes=1)
    assert redeeming(books, person, offer, quantity=2, now=tomorrow).redemption.quantity == 2
    with pytest.raises(DayStockGone):
        redeeming(books, person, offer, now=tomorrow)
    # What comes back is of the day on which it was sold, whenever it comes back.
    reversing(books, at_till, now=tomorrow)
    books.database.transact(
        cancel_redemption, person, held.redemption_id, clock=StandingClock(tomorrow)
    )
    with pytest.raises(DayStockGone):
        redeeming(books, person, offer, now=tomorrow)
    assert redeeming(books, person, offer, quantity=2, now=LATE).redemption.quantity == 2
    assert_stock_balances(books, [offer.offer_id])
    assert_books_balance(books)


def test_a_store_hands_over_its_own_items_and_no_others(books: Wiring) -> None:
    person, offer = a_person_with(books, 5000), an_offer(books, stock_per_store=1)
    sale = capturing(books, wanting(offer, a_code(books, person), store_id="north"))
    voucher = redeeming(books, person, offer)
    for code in (voucher.code, a_code(books, person)):
        with pytest.raises(StoreStockGone):
            capturing(books, wanting(offer, code, store_id="north"))
    assert capturing(books, wanting(offer, voucher.code, store_id="south")).state == "captured"
    with pytest.raises(StoreStockGone):
        capturing(books, wanting(offer, a_code(books, person), store_id="south"), dry_run=True)
    reversing(books, sale)
    capturing(books, wanting(offer, a_code(books, person), store_id="north"))
    assert_stock_balances(books, [offer.offer_id])
    assert_books_balance(books)


@pytest.mark.parametrize(
    ("limits", "gone"),
    [({"stock_per_day": 7}, DayStockGone), ({"stock_per_store": 7}, StoreStockGone)],
)
def test_of_thirty_tills_at_one_moment_as_many_sell_as_the_limit_says(
    books: Wiring, limits: dict[str, int], gone: type
) -> None:
    people = [a_person_with(books, 100, available_at=BEGUN) for _ in range(30)]
    offer = an_offer(books, stock_total=100, opens_at=BEGUN, **limits)
    codes = [a_code(books, each, now=LATE) for each in people]
    answers = at_once(
        [lambda code=code: capturing(books, wanting(offer, code), now=LATE) for code in codes]
    )
    assert len([each for each in answers if isinstance(each, Redemption)]) == 7
    assert len([each for each in answers if isinstance(each, gone)]) == 23
    assert_stock_balances(books, [offer.offer_id])
    assert_books_balance(books)


@pytest.mark.usefixtures("one_minute")
def test_the_mall_shows_an_offer_before_it_can_be_had_and_by_its_category(
    http: Http, wiring: Wiring
) -> None:
    now = datetime.now(UTC)
    soon, long_ago = now + timedelta(days=1), now - timedelta(days=9)
    merchant = an_organisation(wiring, "merchant")
    coming = an_offer(
        wiring, merchant_id=merchant, opens_at=soon, shown_from=long_ago, category="culture"
    )
    hidden = an_offer(wiring, merchant_id=merchant, shown_until=long_ago, category="culture")
    other = an_offer(wiring, merchant_id=merchant, category="food")
    shown = {each["id"] for each in http.get("/v1/offers?category=culture&limit=100").json["data"]}
    ids = [public("ofr", each.offer_id) for each in (coming, hidden, other)]
    assert [each in shown for each in ids] == [True, False, False]
    assert refusal(http.get("/v1/offers?category=nothing"))[0] in {400, 422}
    person = a_person_with(wiring, 500)
    with pytest.raises(OfferNotOnSale):
        redeeming(wiring, person, coming)
    assert redeeming(wiring, person, hidden).redemption.state == "held", "it can be had unseen"


@pytest.mark.usefixtures("one_minute")
def test_what_an_offer_says_is_kept_and_only_some_of_it_changes_on_sale(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    merchant = an_organisation(wiring, "merchant")
    till, operator = token_for("merchant", tenant=merchant), token_for("operator")
    said: dict[str, Any] = {
        "kind": "nature",
        "category": "nature",
        "text_zh": "种一棵胡杨",
        "text_en": "One poplar is planted",
        "stock_per_day": 5,
    }
    made = http.post("/v1/merchant/offers", OFFER_SENT | said, token=till, key="a-new-tree-offer")
    assert made.status_code == 201
    assert {name: made.json[name] for name in said} == said
    path = f"/v1/merchant/offers/{made.json['id']}"
    assert http.post(f"/v1/offers/{made.json['id']}/publish", {}, token=operator).status_code == 200
    kept = http.get(path, token=till)
    tag = {"If-Match": kept.headers["ETag"]}
    refused = http.send("PATCH", path, {"stock_per_day": 9}, token=till, headers=tag)
    assert refusal(refused) == (409, "OFFER_NOT_DRAFT")
    wrong = {"shown_from": "2030-01-02T00:00:00Z", "shown_until": "2030-01-01T00:00:00Z"}
    refused = http.send("PATCH", path, wrong, token=till, headers=tag)
    assert refusal(refused) == (422, "OFFER_DATES_WRONG")
    told = http.send("PATCH", path, {"text_en": "A poplar"}, token=till, headers=tag)
    assert (told.status_code, told.json["text_en"]) == (200, "A poplar")
