"""The till's routes: what they refuse, and what they remember."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.wiring import Wiring
from tests.builders.people import Http, an_organisation
from tests.builders.points import a_person_with, points_of
from tests.builders.redemption import OFFER_SENT, a_code, a_request_no, an_offer

pytestmark = pytest.mark.usefixtures("one_minute")

CAPTURE = "/v1/merchant/redemptions/capture"


@pytest.fixture
def sale(wiring: Wiring) -> dict[str, Any]:
    """A person with 500 points, their code, and what a till would send."""
    offer = an_offer(wiring)
    person = a_person_with(wiring, 500)
    return {
        "person": person,
        "merchant": offer.merchant_id,
        "body": {
            "code": a_code(wiring, person),
            "offer_id": public("ofr", offer.offer_id),
            "out_request_no": a_request_no(),
            "store_id": "store-1",
        },
    }


@pytest.mark.parametrize(
    "fault",
    [
        ({"quantity": 0}, "/quantity"),
        ({"quantity": -1}, "/quantity"),
        ({"quantity": 1.0}, "/quantity"),
        ({"quantity": "1"}, "/quantity"),
        ({"quantity": True}, "/quantity"),
        ({"quantity": 10**12}, "/quantity"),
        ({"out_request_no": "short"}, "/out_request_no"),
        ({"out_request_no": "x" * 41}, "/out_request_no"),
        ({"out_request_no": "with space"}, "/out_request_no"),
        ({"out_request_no": "全角１２３４５６"}, "/out_request_no"),
        ({"out_request_no": 123456}, "/out_request_no"),
        ({"offer_id": "ofr_1"}, "/offer_id"),
        ({"offer_id": None}, "/offer_id"),
        ({"store_id": ""}, "/store_id"),
        ({"store_id": "a\u0000b"}, "/store_id"),
        ({"code": 620123456789012345}, "/code"),
        # 18 digits, and nothing else: one less, one more, a letter, blanks, digits of other kinds.
        ({"code": "62012345678901234"}, "/code"),
        ({"code": "6201234567890123456"}, "/code"),
        ({"code": "62012345678901234X"}, "/code"),
        ({"code": "6201 2345 6789 0123"}, "/code"),
        ({"code": "６２０１２３４５６７８９０１２３４５"}, "/code"),
        ({"code": "٦٢٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥"}, "/code"),
        ({"points": 1}, "/points"),
    ],
)
def test_a_careless_capture_is_refused_by_name_and_moves_nothing(
    http: Http,
    wiring: Wiring,
    token_for: Callable[..., str],
    sale: dict[str, Any],
    fault: tuple[dict[str, Any], str],
) -> None:
    changes, pointer = fault
    token = token_for("merchant", tenant=sale["merchant"])
    answer = http.post(CAPTURE, sale["body"] | changes, token=token, key=secrets.token_hex(8))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert points_of(wiring, sale["person"])["available"] == 500


def test_a_capture_needs_an_idempotency_key_and_replays_its_answer(
    http: Http, wiring: Wiring, token_for: Callable[..., str], sale: dict[str, Any]
) -> None:
    token = token_for("merchant", tenant=sale["merchant"])
    assert http.post(CAPTURE, sale["body"], token=token).status_code == 400
    first = http.post(CAPTURE, sale["body"], token=token, key="till-1-a-key")
    again = http.post(CAPTURE, sale["body"], token=token, key="till-1-a-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert again.headers["Idempotency-Replayed"] == "true"
    other = sale["body"] | {"store_id": "store-2"}
    assert http.post(CAPTURE, other, token=token, key="till-1-a-key").status_code == 422
    assert points_of(wiring, sale["person"])["available"] == 400


def test_a_refused_capture_may_be_sent_again_with_the_same_key(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    offer, person = an_offer(wiring), a_person_with(wiring, 50)
    token = token_for("merchant", tenant=offer.merchant_id)
    body = {
        "code": a_code(wiring, person),
        "offer_id": public("ofr", offer.offer_id),
        "out_request_no": a_request_no(),
        "store_id": "store-1",
    }
    for _ in range(2):
        answer = http.post(CAPTURE, body, token=token, key="the-same-key")
        assert (answer.status_code, answer.json["code"]) == (409, "NOT_ENOUGH_POINTS")
        assert answer.json["details"] == {"needed": 100, "available": 50}


def test_a_capture_names_nothing_about_the_person(
    http: Http, token_for: Callable[..., str], sale: dict[str, Any]
) -> None:
    token = token_for("merchant", tenant=sale["merchant"])
    prepared = http.post(
        "/v1/merchant/redemptions/prepare", {"code": sale["body"]["code"]}, token=token
    )
    captured = http.post(CAPTURE, sale["body"], token=token, key=secrets.token_hex(8))
    for answer in (prepared, captured):
        assert answer.status_code in (200, 201)
        text = answer.get_data(as_text=True)
        assert sale["person"].hex not in text
        # What the person has is 500 points; ids and moments may hold these digits by chance.
        assert "500" not in re.findall(r"(?<![\w.:])\d+(?![\w.:])", text)
        assert sale["body"]["code"] not in text


def test_a_person_sees_only_their_own_redemptions(
    http: Http, wiring: Wiring, token_for: Callable[..., str], sale: dict[str, Any]
) -> None:
    merchant = token_for("merchant", tenant=sale["merchant"])
    made = http.post(CAPTURE, sale["body"], token=merchant, key=secrets.token_hex(8)).json
    owner = token_for("participant", tenant=sale["person"])
    stranger = token_for("participant")
    assert http.get(f"/v1/redemptions/{made['id']}", token=owner).json["points"] == 100
    assert http.get(f"/v1/redemptions/{made['id']}", token=stranger).status_code == 404
    assert [each["id"] for each in http.get("/v1/me/redemptions", token=owner).json["data"]] == [
        made["id"]
    ]
    cancel = f"/v1/redemptions/{made['id']}/cancel"
    assert http.post(cancel, {}, token=stranger, key=secrets.token_hex(8)).status_code == 404


def test_only_its_person_gets_the_picture_of_a_code(
    http: Http, wiring: Wiring, token_for: Callable[..., str], sale: dict[str, Any]
) -> None:
    owner = token_for("participant", tenant=sale["person"])
    for kind in ("qr", "barcode"):
        path = f"/v1/me/codes/{sale['body']['code']}/{kind}.svg"
        picture = http.get(path, token=owner)
        assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
        assert http.get(path, token=token_for("participant")).status_code == 404
        other = path.replace(sale["body"]["code"], "620000000000000000")
        assert http.get(other, token=owner).status_code == 404


def test_a_code_may_be_asked_for_without_a_body(http: Http, token_for: Callable[..., str]) -> None:
    answer = http.post("/v1/me/codes", token=token_for("participant"))
    assert answer.status_code == 201
    assert len(answer.json["code"]) == 18


def test_an_offer_is_changed_on_the_revision_that_was_read(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    merchant_id = an_organisation(wiring, "merchant")
    token = token_for("merchant", tenant=merchant_id)
    made = http.post("/v1/merchant/offers", OFFER_SENT, token=token)
    path = f"/v1/merchant/offers/{made.json['id']}"
    read = {"If-Match": made.headers["ETag"]}
    changed = http.patch(path, {"points": 250}, token=token, headers=read)
    assert (changed.status_code, changed.json["points"]) == (200, 250)
    stale = http.patch(path, {"points": 300}, token=token, headers=read)
    assert (stale.status_code, stale.json["code"]) == (412, "OFFER_CHANGED")
    fresh = {"If-Match": changed.headers["ETag"]}
    assert http.patch(path, {"stock_total": 4}, token=token, headers=fresh).json["left"] == 4
    assert http.get(path, token=token_for("merchant")).status_code == 404
    assert http.patch(path, {"points": 1}, token=token_for("merchant")).status_code == 404


def test_a_published_offer_keeps_its_price_and_takes_new_stock(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    token = token_for("merchant", tenant=an_organisation(wiring, "merchant"))
    offer_id = http.post("/v1/merchant/offers", OFFER_SENT, token=token).json["id"]
    assert http.get(f"/v1/offers/{offer_id}").status_code == 404
    publish = f"/v1/offers/{offer_id}/publish"
    assert http.post(publish, token=token).status_code == 403
    operator = token_for("operator")
    for _ in range(2):
        assert http.post(publish, token=operator).json["state"] == "published"
    path = f"/v1/merchant/offers/{offer_id}"
    dearer = http.patch(path, {"points": 999}, token=token)
    assert (dearer.status_code, dearer.json["code"]) == (409, "OFFER_NOT_DRAFT")
    assert http.patch(path, {"stock_total": 25}, token=token).json["left"] == 25
    less = http.patch(path, {"stock_total": 3}, token=token)
    assert (less.json["left"], less.json["stock_total"]) == (3, 3)
    assert http.patch(path, {"state": "published"}, token=token).status_code == 422
    assert http.patch(path, {"state": "closed"}, token=token).json["state"] == "closed"
    assert http.post(publish, token=operator).status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"points": 0}, "/points"),
        ({"points": 1.5}, "/points"),
        ({"settlement": {"amount": "5.001", "currency": "CNY"}}, "/settlement/amount"),
        ({"settlement": {"amount": 5, "currency": "CNY"}}, "/settlement/amount"),
        ({"settlement": {"amount": "5", "currency": "USD"}}, "/settlement/currency"),
        ({"settlement": {"amount": "999999999999", "currency": "CNY"}}, "/settlement/amount"),
        ({"opens_at": "9999-12-31T23:59:59Z"}, "/opens_at"),
        ({"closes_at": "9999-12-31T23:59:59Z"}, "/closes_at"),
        ({"stock_total": -1}, "/stock_total"),
        ({"per_person_limit": 0}, "/per_person_limit"),
        ({"opens_at": "2026-01-01T00:00:00"}, "/opens_at"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, "/closes_at"),
        ({"title_en": "a\nb"}, "/title_en"),
        ({"price": 1}, "/price"),
    ],
)
def test_a_careless_offer_is_refused_by_name(
    http: Http, token_for: Callable[..., str], changes: dict[str, Any], pointer: str
) -> None:
    answer = http.post("/v1/merchant/offers", OFFER_SENT | changes, token=token_for("merchant"))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_the_mall_and_a_merchants_offers_are_read_in_pages(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    merchant_id = an_organisation(wiring, "merchant")
    made = [_made(an_offer(wiring, merchant_id=merchant_id).offer_id) for _ in range(5)]
    token = token_for("merchant", tenant=merchant_id)
    first = http.get("/v1/merchant/offers?limit=3", token=token).json
    rest = http.get(f"/v1/merchant/offers?limit=3&cursor={first['next_cursor']}", token=token).json
    assert [each["id"] for each in first["data"] + rest["data"]] == made[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    mall = http.get("/v1/offers?limit=5").json
    assert [each["id"] for each in mall["data"]] == made[::-1]


def _made(offer_id: UUID) -> str:
    return public("ofr", offer_id)


def test_a_code_of_somebody_who_has_left_buys_nothing_and_shows_nothing(
    http: Http, token_for: Callable[..., str], sale: dict[str, Any]
) -> None:
    till = token_for("merchant", tenant=sale["merchant"])
    shown = {"code": sale["body"]["code"], "store_id": "store-1"}
    assert http.post("/v1/merchant/redemptions/prepare", shown, token=till).status_code == 200
    person = token_for("participant", tenant=sale["person"])
    assert http.delete("/v1/me", token=person).status_code == 200
    prepared = http.post("/v1/merchant/redemptions/prepare", shown, token=till)
    captured = http.post(CAPTURE, sale["body"], token=till, key="k")
    for answer in (prepared, captured):
        assert (answer.status_code, answer.json["code"]) == (404, "CODE_UNKNOWN"), answer.text


def test_guessed_codes_stop_the_tills_of_the_merchant_that_guesses(
    http: Http, wiring: Wiring, token_for: Callable[..., str], sale: dict[str, Any]
) -> None:
    guesser = token_for("merchant", tenant=an_organisation(wiring, "merchant"))
    shown = {"code": "812345678901234567", "store_id": "store-1"}
    path = "/v1/merchant/redemptions/prepare"
    codes = [http.post(path, shown, token=guesser).json["code"] for _ in range(61)]
    assert codes == ["CODE_UNKNOWN"] * 60 + ["TOO_MANY_ATTEMPTS"]
    other = http.post(path, shown, token=token_for("merchant", tenant=sale["merchant"]))
    assert other.json["code"] == "CODE_UNKNOWN", "another merchant's tills go on"
