"""The bill of a day: every capture and reversal once, to the fen, safe in a spreadsheet."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.ids import public
from app.usecases.redemption.read_bill import read_bill
from app.usecases.redemption.read_settlements import read_settlements
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.redemption.bill import CAPTURE, REVERSAL, settle
from tests.builders.people import Http, an_organisation
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, an_offer, capturing, reversing, wanting

# Noon of 10 March 2026 in China, and the minutes around its midnights.
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
FIRST_MINUTE = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
LAST_MINUTE = datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)


def _a_day_of_trade(wiring: Wiring) -> UUID:
    """Three captures on the day, one after it; one reversed in part, one on the next day."""
    merchant = an_organisation(wiring, "merchant")
    offer = an_offer(
        wiring,
        merchant_id=merchant,
        title_en='=HYPERLINK("http://evil")',
        title_zh="－１＋１",
        settlement_fen=333,
        opens_at=NOON - timedelta(days=30),
    )
    person = a_person_with(wiring, 1000, available_at=NOON - timedelta(days=20))

    def sell(at: datetime, number: str, quantity: int = 1) -> Any:
        code = a_code(wiring, person, now=at)
        wanted = wanting(offer, code, out_request_no=number, quantity=quantity)
        return capturing(wiring, wanted, now=at)

    sell(FIRST_MINUTE, "-first-minute")
    partly = sell(NOON, "noon-0001", quantity=3)
    last = sell(LAST_MINUTE, "last-minute")
    sell(NEXT_DAY, "next-day")
    reversing(wiring, partly, quantity=2, now=NOON + timedelta(hours=1))
    reversing(wiring, last, now=NEXT_DAY)
    return merchant


def test_a_day_goes_from_midnight_to_midnight_in_china(wiring: Wiring) -> None:
    merchant, zone = _a_day_of_trade(wiring), wiring.zone
    lines, following = (
        wiring.database.transact(
            lambda connection, on=on: read_bill(
                connection,
                Viewer("merchant", merchant),
                on,
                zone=zone,
                now=NEXT_DAY + timedelta(days=2),
            )
        )
        for on in (NOON.date(), NOON.date() + timedelta(days=1))
    )
    assert [(line.kind, line.out_request_no, line.items) for line in lines] == [
        (CAPTURE, "-first-minute", 1),
        (CAPTURE, "noon-0001", 3),
        (REVERSAL, "noon-0001", 2),
        (CAPTURE, "last-minute", 1),
    ]
    assert settle(NOON.date(), lines).net_fen == (1 + 3 - 2 + 1) * 333
    # The first moment of the next day is the next day's.
    assert {(line.kind, line.out_request_no) for line in following} == {
        (CAPTURE, "next-day"),
        (REVERSAL, "last-minute"),
    }


def test_the_settlement_is_the_sum_of_the_bill_to_the_fen(wiring: Wiring) -> None:
    merchant, zone = _a_day_of_trade(wiring), wiring.zone
    later = NEXT_DAY + timedelta(days=2)
    first, last = NOON.date(), NOON.date() + timedelta(days=1)
    days = wiring.database.transact(
        read_settlements, Viewer("merchant", merchant), first=first, last=last, zone=zone, now=later
    )
    bills = [
        settle(
            on,
            wiring.database.transact(
                lambda connection, on=on: read_bill(
                    connection, Viewer("merchant", merchant), on, zone=zone, now=later
                )
            ),
        )
        for on in (last, first)
    ]
    assert [each.settlement for each in days] == bills
    # What was captured on one day and reversed on the next is on both bills.
    assert [each.net_fen for each in bills] == [0, 999]
    assert all(each.is_final for each in days)


def test_a_bill_is_a_file_that_proves_itself(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    merchant = _a_day_of_trade(wiring)
    token = token_for("merchant", tenant=merchant)
    path = "/v1/merchant/bills?bill_date=2026-03-10"
    answer = http.get(path, token=token)
    assert answer.status_code == 200
    digest = base64.b64encode(hashlib.sha256(answer.data).digest()).decode()
    assert answer.headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert http.get(path, token=token).data == answer.data
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    lines = [dict(zip(rows[0], row, strict=True)) for row in rows[1:5]]
    assert {line["title_en"] for line in lines} == {'\'=HYPERLINK("http://evil")'}
    assert {line["title_zh"] for line in lines} == {"'－１＋１"}
    assert lines[0]["out_request_no"] == "'-first-minute"
    assert lines[0]["time"] == "2026-03-10T00:00:00+08:00"
    assert rows[5] == []
    summary = dict(zip(rows[6], rows[7], strict=True))
    assert (summary["captured_amount"], summary["net_amount"]) == ("16.65", "9.99")

    machine = http.get(path + "&format=jsonl", token=token).data.decode().splitlines()
    objects = [json.loads(line) for line in machine]
    assert [each["kind"] for each in objects] == [
        *("capture", "capture", "reversal", "capture", "summary")
    ]
    # For a program nothing is put before what the till sent.
    assert objects[0]["out_request_no"] == "-first-minute"
    assert objects[-1]["net_amount"] == "9.99"


def test_a_day_that_is_not_over_has_no_bill_yet(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    token = token_for("merchant")
    today = datetime.now(wiring.zone).date()
    for on in (today, today + timedelta(days=1)):
        answer = http.get(f"/v1/merchant/bills?bill_date={on}", token=token)
        assert (answer.status_code, answer.json["code"]) == (409, "BILL_NOT_READY")
    for wrong in (
        "",
        "?bill_date=2026-02-30",
        "?bill_date=9999-12-31",
        "?bill_date=0001-01-01",
        "?bill_date=yesterday",
        "?day=2026-03-10",
    ):
        assert http.get(f"/v1/merchant/bills{wrong}", token=token).status_code == 422


def test_settlements_are_the_merchants_own(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    offer, person = an_offer(wiring), a_person_with(wiring, 100)
    sale = capturing(wiring, wanting(offer, a_code(wiring, person)))
    own = http.get("/v1/merchant/settlements", token=token_for("merchant", tenant=sale.merchant_id))
    [day] = own.json["data"]
    assert day["captured"]["amount"] == {"amount": "8.00", "currency": "CNY"}
    assert (day["net"]["amount"], day["final"]) == ("8.00", False)
    other = http.get("/v1/merchant/settlements", token=token_for("merchant"))
    assert other.json["data"] == []
    assert public("rdm", sale.redemption_id) not in other.get_data(as_text=True)
    backwards = "/v1/merchant/settlements?from=2026-03-02&to=2026-03-01"
    assert http.get(backwards, token=token_for("merchant")).status_code == 422
