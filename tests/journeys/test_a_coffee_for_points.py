"""A coffee for points: earned by rides and clothes, shown as a code, captured, undone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders.server import Caller, Town

LATTE = {
    "title_zh": "拿铁一杯",
    "title_en": "One latte",
    "points": 300,
    "settlement": {"amount": "12.50", "currency": "CNY"},
    "stock_total": 2,
    "per_person_limit": 2,
    "reversal_window_s": 1800,
}


def _at(ago: timedelta) -> str:
    return (datetime.now(UTC) - ago).isoformat(timespec="seconds")


def _a_person_with_points(town: Town) -> Caller:
    provider = town.organisation("provider")
    yesterday = _at(timedelta(days=1))
    consents = [
        {"scene": scene, "text_version": "2026-01", "granted_at": yesterday}
        for scene in ("metro_ride", "parcel_box_return")
    ]
    person = {"identity": "330102199001011234", "region": "CN-33", "consents": consents}
    participant = provider.post("/v1/participants", person)["id"]
    actions: list[dict[str, Any]] = [
        {
            "behaviour": "metro_ride",
            "external_id": "trip-1",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": "HZ-1"},
        },
        {
            "behaviour": "parcel_box_return",
            "external_id": "box-1",
            "quantities": {"boxes": "10"},
            "evidence": {"waybill_no": "YT-0001"},
        },
    ]
    same = {
        "participant_id": participant,
        "region": "CN-33",
        "occurred_at": _at(timedelta(minutes=30)),
    }
    earned = [provider.post("/v1/actions", {**accepted, **same}) for accepted in actions]
    # A box is worth 50 points and saves 37 g: points are not grams.
    assert [each["points"]["awarded"] for each in earned] == [46, 500]
    assert earned[1]["reduction"]["reduction_kg"] == "0.370000"
    return town.user("participant", participant)


def _an_offer_on_sale(town: Town, merchant: Caller) -> str:
    offer = merchant.post("/v1/merchant/offers", LATTE)
    assert offer["state"] == "draft"
    assert offer["id"] not in [each["id"] for each in town.anybody().get("/v1/offers")["data"]]
    town.user("operator").post(f"/v1/offers/{offer['id']}/publish", {}, expected=200)
    [listed] = town.anybody().get("/v1/offers")["data"]
    assert (listed["id"], listed["points"], listed["left"]) == (offer["id"], 300, 2)
    return offer["id"]


def test_a_coffee_for_points(town: Town) -> None:
    person, merchant = _a_person_with_points(town), town.organisation("merchant")
    offer_id = _an_offer_on_sale(town, merchant)

    # Today's points can be spent from tomorrow on.
    points = person.get("/v1/me/points")
    assert (points["available"], points["pending"]) == (0, 546)
    code = person.post("/v1/me/codes", {})["code"]
    nothing = merchant.post("/v1/merchant/redemptions/prepare", {"code": code}, expected=200)
    assert nothing["offers"] == []
    town.anybody().post("/v1/test/clock/advance", {"days": 1}, expected=200)
    assert person.get("/v1/me/points")["available"] == 546

    # The person shows a code; the till looks what it can buy, and captures.
    shown = person.post("/v1/me/codes", {"offer_id": offer_id})
    assert re.fullmatch(r"62[0-9]{16}", shown["code"])
    picture = person.web.get(
        shown["qr_svg_url"], headers={"Authorization": f"Bearer {person.token}"}
    )
    assert picture.headers["content-type"].startswith("image/svg+xml")
    scan = {"code": shown["code"], "store_id": "lakeside-1"}
    prepared = merchant.post("/v1/merchant/redemptions/prepare", scan, expected=200)
    assert [each["id"] for each in prepared["offers"]] == [offer_id]
    capture = {**scan, "offer_id": offer_id, "out_request_no": "T1-20260301-0001"}
    path = "/v1/merchant/redemptions/capture"
    assert merchant.post(f"{path}?dry_run=true", capture, expected=200)["id"] is None
    sale = merchant.post(path, capture)
    assert (sale["state"], sale["points"], sale["quantity"]) == ("captured", 300, 1)
    assert sale["settlement"] == {"amount": "12.50", "currency": "CNY"}
    assert person.get("/v1/me/points")["available"] == 246

    # The answer was lost: the same number again, or a query, tell the same.
    assert merchant.post(path, capture) == sale
    assert merchant.get("/v1/merchant/redemptions/T1-20260301-0001") == sale
    assert person.get("/v1/me/points")["available"] == 246
    other_sale = capture | {"store_id": "lakeside-2"}
    assert merchant.post(path, other_sale, expected=409)["code"] == "OUT_REQUEST_NO_REUSED"
    merchant.get("/v1/merchant/redemptions/T1-20260301-0002", expected=404)

    # Scanned again under a new number, the used code says what it redeemed; elsewhere nothing.
    again = capture | {"out_request_no": "T1-20260301-0002"}
    refused = merchant.post(path, again, expected=409)
    assert refused["code"] == "CODE_USED"
    assert refused["details"]["redemption"] == sale
    rival = town.organisation("merchant")
    elsewhere = rival.post(path, again, expected=409)
    assert "details" not in elsewhere
    rival.get("/v1/merchant/redemptions/T1-20260301-0001", expected=404)

    # The coffee machine is broken: everything goes back to where it came from.
    reverse = "/v1/merchant/redemptions/T1-20260301-0001/reverse"
    undone = merchant.post(reverse, {}, expected=200)
    assert (undone["state"], undone["reversed_quantity"]) == ("reversed", 1)
    assert undone["settlement"] == {"amount": "0.00", "currency": "CNY"}
    assert merchant.post(reverse, {}, expected=200) == undone
    assert person.get("/v1/me/points")["available"] == 546
    assert town.anybody().get(f"/v1/offers/{offer_id}")["left"] == 2
    entries = person.get("/v1/me/points/entries")["data"]
    assert [(each["kind"], each["balance_change"]) for each in entries[:2]] == [
        ("refund", 300),
        ("spend", -300),
    ]
    assert entries[0]["reference"] == sale["id"]


def test_a_code_lives_for_a_minute(town: Town) -> None:
    person, merchant = _a_person_with_points(town), town.organisation("merchant")
    capture = {
        "code": person.post("/v1/me/codes", {})["code"],
        "offer_id": _an_offer_on_sale(town, merchant),
        "out_request_no": "T1-20260301-0003",
        "store_id": "lakeside-1",
    }
    town.anybody().post("/v1/test/clock/advance", {"seconds": 61}, expected=200)
    path = "/v1/merchant/redemptions/capture"
    assert merchant.post(path, capture, expected=410)["code"] == "CODE_EXPIRED"
    unknown = capture | {"code": "620000000000000000"}
    assert merchant.post(path, unknown, expected=404)["code"] == "CODE_UNKNOWN"


def test_a_voucher_is_held_fetched_and_given_up(town: Town) -> None:
    person, merchant = _a_person_with_points(town), town.organisation("merchant")
    offer_id = _an_offer_on_sale(town, merchant)
    town.anybody().post("/v1/test/clock/advance", {"days": 1}, expected=200)
    wish = {"offer_id": offer_id, "quantity": 1}

    held = person.post("/v1/redemptions", wish)
    points = person.get("/v1/me/points")
    assert (held["state"], points["available"], points["held"]) == ("held", 246, 300)
    given_up = person.post(f"/v1/redemptions/{held['id']}/cancel", {}, expected=200)
    assert given_up["state"] == "released"
    assert person.get("/v1/me/points")["available"] == 546

    held = person.post("/v1/redemptions", wish)
    capture = {
        "code": held["voucher"]["code"],
        "offer_id": offer_id,
        "out_request_no": "T1-voucher-1",
        "store_id": "lakeside-1",
    }
    sale = merchant.post("/v1/merchant/redemptions/capture", capture)
    assert (sale["id"], sale["state"], sale["channel"]) == (held["id"], "captured", "online")
    refused = person.post(f"/v1/redemptions/{held['id']}/cancel", {}, expected=409)
    assert refused["code"] == "REDEMPTION_NOT_HELD"
    assert person.get("/v1/me/points")["held"] == 0

    # What is left buys no second one.
    refused = person.post("/v1/redemptions", wish, expected=409)
    assert refused["code"] == "NOT_ENOUGH_POINTS"
    assert refused["details"] == {"needed": 300, "available": 246}
