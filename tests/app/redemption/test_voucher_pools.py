"""Vouchers of a pool: a code to each redemption, once, under tills and people at one moment."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from app.ids import public
from app.usecases.redemption.load_codes import load_codes
from app.usecases.redemption.read_codes import read_codes
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.redemption.offer import Offer
from rewards.redemption.pool import NoPoolOfCodes, PoolState, StockIsCodes
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import OutOfStock, UnknownOffer
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance
from tests.builders.people import Http, an_organisation
from tests.builders.points import a_person_with, points_of
from tests.builders.redemption import (
    a_code,
    an_offer,
    capturing,
    redeeming,
    reversing,
    wanting,
)

CODES = [f"TEA-{number:03}" for number in range(20)]


def loading(wiring: Wiring, offer: Offer, codes: Sequence[str]) -> PoolState:
    return wiring.database.transact(
        load_codes,
        offer.merchant_id,
        offer.offer_id,
        codes,
        identity_key=wiring.settings.identity_key,
        clock=wiring.clock,
    )


def vouchers(wiring: Wiring, codes: Sequence[str] = CODES, **changes: Any) -> Offer:
    """A voucher offer on sale, with these codes in its pool."""
    offer = an_offer(wiring, kind="voucher", stock_total=0, **changes)
    if codes:
        loading(wiring, offer, codes)
    return offer


def codes_of(wiring: Wiring, sale: Redemption) -> list[str]:
    """As their person reads them."""
    return wiring.database.transact(
        read_codes,
        Viewer("participant", sale.participant_id, None),
        sale.redemption_id,
        identity_key=wiring.settings.identity_key,
    )


def pool(wiring: Wiring, offer: Offer) -> PoolState:
    """Loading nothing new tells how the pool stands."""
    return loading(wiring, offer, CODES[:1])


def test_a_code_is_theirs_at_once_online_and_at_a_till(books: Wiring) -> None:
    person, offer = a_person_with(books, 1000), vouchers(books)
    online = redeeming(books, person, offer, quantity=2)
    assert (online.redemption.state, online.code) == ("captured", "")
    assert online.redemption.out_request_no == public("rdm", online.redemption.redemption_id)
    at_till = capturing(books, wanting(offer, a_code(books, person)))
    assert codes_of(books, online.redemption) == ["TEA-000", "TEA-001"]
    assert codes_of(books, at_till) == ["TEA-002"]
    assert points_of(books, person)["available"] == 700
    assert pool(books, offer) == PoolState(20, 17, 3, 0)
    assert_books_balance(books)


def test_under_tills_and_people_at_one_moment_each_code_is_handed_out_once(books: Wiring) -> None:
    offer = vouchers(books)
    people = [a_person_with(books, 100) for _ in range(30)]
    tills = [wanting(offer, a_code(books, each)) for each in people[:15]]
    calls: list[Callable[[], Any]] = [
        *(lambda wanted=wanted: capturing(books, wanted) for wanted in tills),
        *(lambda each=each: redeeming(books, each, offer).redemption for each in people[15:]),
    ]
    answers = at_once(calls)
    sold = [each for each in answers if isinstance(each, Redemption)]
    assert [type(each) for each in answers if each not in sold] == [OutOfStock] * 10
    handed = [code for sale in sold for code in codes_of(books, sale)]
    assert sorted(handed) == CODES, "each of them, once"
    assert pool(books, offer) == PoolState(20, 0, 20, 0)
    assert_books_balance(books)


@pytest.mark.parametrize(
    ("reuses", "stands"), [(False, PoolState(2, 0, 1, 1)), (True, PoolState(2, 0, 2, 0))]
)
def test_a_code_that_came_back_is_handed_out_again_only_if_its_merchant_says_so(
    books: Wiring, *, reuses: bool, stands: PoolState
) -> None:
    offer = vouchers(books, CODES[:2], reuses_codes=reuses)
    person = a_person_with(books, 1000)
    sale = redeeming(books, person, offer, quantity=2).redemption
    assert reversing(books, sale, quantity=1).state == "partly_reversed"
    assert codes_of(books, sale) == ["TEA-000"]
    assert points_of(books, person)["available"] == 900
    assert_books_balance(books)
    if reuses:
        assert codes_of(books, redeeming(books, person, offer).redemption) == ["TEA-001"]
    else:
        with pytest.raises(OutOfStock):
            redeeming(books, person, offer)
    assert pool(books, offer) == stands
    assert_books_balance(books)


def test_a_reversal_beside_sales_gives_its_code_to_one_of_them(books: Wiring) -> None:
    offer = vouchers(books, CODES[:1], reuses_codes=True)
    sale = redeeming(books, a_person_with(books, 100), offer).redemption
    people = [a_person_with(books, 100) for _ in range(6)]
    answers = at_once(
        [
            lambda: reversing(books, sale),
            *(lambda each=each: redeeming(books, each, offer).redemption for each in people),
        ]
    )
    sold = [each for each in answers[1:] if isinstance(each, Redemption)]
    assert len(sold) <= 1, "there is one code"
    for each in sold:
        assert codes_of(books, each) == ["TEA-000"]
    assert_books_balance(books)


def test_a_pool_is_loaded_by_its_merchant_alone_and_each_code_once(books: Wiring) -> None:
    offer = vouchers(books, [])
    with pytest.raises(OutOfStock):
        redeeming(books, a_person_with(books, 100), offer)
    answers = at_once([lambda: loading(books, offer, CODES) for _ in range(4)])
    assert answers == [PoolState(20, 20, 0, 0)] * 4
    other = an_organisation(books, "merchant")
    with pytest.raises(UnknownOffer):
        books.database.transact(
            load_codes, other, offer.offer_id, CODES, identity_key=b"x" * 32, clock=books.clock
        )
    with pytest.raises(NoPoolOfCodes):
        loading(books, an_offer(books), CODES)
    with pytest.raises(StockIsCodes):
        an_offer(books, kind="voucher", stock_total=5)
    assert_books_balance(books)


def test_no_code_lies_in_clear(wiring: Wiring) -> None:
    offer = vouchers(wiring)
    kept = wiring.database.transact(
        lambda connection: connection.execute(
            text("select sealed, code_digest from voucher_code where offer_id = :id"),
            {"id": offer.offer_id},
        ).fetchall()
    )
    assert len(kept) == len(CODES)
    assert not [row for row in kept if b"TEA" in bytes(row.sealed) + bytes(row.code_digest)]


@pytest.mark.usefixtures("one_minute")
def test_over_http_a_pool_is_filled_by_list_and_by_file_and_read_by_who_redeemed(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    offer = vouchers(wiring, [])
    path = f"/v1/merchant/offers/{public('ofr', offer.offer_id)}/codes"
    till = token_for("merchant", tenant=offer.merchant_id)
    answer = http.post(path, {"codes": ["A-1", "A-2", "A-1"]}, token=till)
    assert (answer.status_code, answer.json["free"]) == (200, 2)
    answer = post_file(http, f"{path}/file", b"\xef\xbb\xbfA-2\r\n\r\nA-3\r\n", till)
    assert answer.json == {"loaded": 3, "free": 3, "handed": 0, "spoilt": 0}
    refused = http.post(path, {"codes": ["two words"]}, token=till)
    assert refusal(refused) == (422, "VOUCHER_CODES_WRONG")
    person, stranger = a_person_with(wiring, 300), a_person_with(wiring, 300)
    mine, theirs = (token_for("participant", tenant=each) for each in (person, stranger))
    body = {"offer_id": public("ofr", offer.offer_id)}
    made = http.post("/v1/redemptions", body, token=mine, key="an-order-of-mine")
    assert (made.status_code, made.json["state"], made.json["voucher"]) == (201, "captured", None)
    codes = f"/v1/redemptions/{made.json['id']}/codes"
    assert http.get(codes, token=mine).json == {"codes": ["A-1"]}
    assert http.get(codes, token=theirs).status_code == 404
    shown = http.get(f"/v1/offers/{public('ofr', offer.offer_id)}").json
    assert (shown["kind"], shown["left"], shown["stock_state"]) == ("voucher", 2, "in_stock")


def post_file(http: Http, path: str, content: bytes, token: str) -> Any:
    """Send a form with a file."""
    form = {"file": (io.BytesIO(content), "codes.csv")}
    return http.send("POST", path, token=token, data=form, content_type="multipart/form-data")
