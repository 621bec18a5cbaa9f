"""The routes of an exchange: it is handed files, sends what it sold, and reads what was refused."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.ids import new_id, parse, public
from app.jobs.exchange_tasks import settle_exchange
from app.jobs.task_run import TaskRun
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from tests.builders.answers import key, refusal
from tests.builders.audit import assert_books_balance
from tests.builders.market import rows
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner


class Desk:
    """A seller with six tonnes, an exchange, and a buyer there; a lot once ``hand`` was called."""

    def __init__(self, market: Wiring, http: Http, tokens: Tokens) -> None:
        self.market, self.http = market, http
        self.seller, self.block_id = an_owner(market, 6)
        self.exchange = an_organisation(market, "exchange")
        self.buyer = an_organisation(market, "enterprise")
        self.selling, self.settling, self.buying = (
            tokens("enterprise", tenant=each) for each in (self.seller, self.exchange, self.buyer)
        )
        self.reading = tokens("operator")

    def body(self, **changes: Any) -> dict[str, Any]:
        day = civil_day(self.market.clock.now(), self.market.zone) + timedelta(days=30)
        return {
            "block_id": public("blk", self.block_id),
            "quantity_t": "6",
            "least_price": {"amount": "50.00", "currency": "CNY"},
            "exchange_id": public("org", self.exchange),
            "returns_on": day.isoformat(),
            **changes,
        }

    def hand(self) -> Any:
        made = self.http.post("/v1/exchange-lots", self.body(), token=self.selling, key=key())
        assert made.status_code == 201, made.text
        return made.json

    def line(self, lot: Any, tonnes: int, **changes: Any) -> dict[str, Any]:
        return {
            "number": f"T-{new_id().hex}",
            "lot_id": lot["id"],
            "buyer_id": public("org", self.buyer),
            "quantity_t": str(tonnes),
            "price": {"amount": "60.00", "currency": "CNY"},
            "amount": {"amount": f"{60 * tonnes}.00", "currency": "CNY"},
            "payment_reference": f"bank-{new_id().hex}",
            "traded_at": lot["created_at"],
            **changes,
        }

    def send(self, *lines: Any, reference: str = "day 1", query: str = "") -> Any:
        body = {"reference": reference, "lines": list(lines)}
        return self.http.post(f"/v1/exchange-settlements{query}", body, token=self.settling)

    def send_csv(self, content: bytes, reference: str | None = None) -> Any:
        return self.http.send(
            "POST",
            "/v1/exchange-settlements/file",
            query_string={"reference": reference} if reference else {},
            data=content,
            token=self.settling,
            headers={"Content-Type": "text/csv"},
        )

    def settle(self, settlement: str) -> Any:
        settle_exchange(self.market, TaskRun(new_id(), parse("xst", settlement), {}))
        return self.http.get(f"/v1/exchange-settlements/{settlement}", token=self.settling).json


@pytest.fixture
def desk(market: Wiring, http: Http, token_for: Tokens) -> Desk:
    return Desk(market, http, token_for)


def as_csv(*lines: dict[str, Any]) -> bytes:
    out = io.StringIO()
    flat = [
        {
            name if not isinstance(value, dict) else f"{name}.{inner}": (
                value if not isinstance(value, dict) else value[inner]
            )
            for name, value in each.items()
            for inner in (value if isinstance(value, dict) else [""])
        }
        for each in lines
    ]
    writer = csv.DictWriter(out, list(flat[0]))
    writer.writeheader()
    writer.writerows(flat)
    return out.getvalue().encode()


def test_a_lot_is_handed_over_with_a_file_that_names_its_hash_and_its_serials(desk: Desk) -> None:
    lot = desk.hand()
    assert (lot["kind"], lot["remaining_t"], lot["sold_t"]) == ("exchange", "6", "0")
    document = desk.http.get(lot["file_url"], token=desk.settling)
    serials = desk.http.get(f"{lot['file_url']}?format=csv", token=desk.settling)
    assert hashlib.sha256(document.data).hexdigest() == lot["sha256"]
    (named,) = document.json["files"]
    assert (named["sha256"], named["size"]) == (
        hashlib.sha256(serials.data).hexdigest(),
        len(serials.data),
    )
    (row,) = csv.DictReader(io.StringIO(serials.text))
    assert row["serial"] == document.json["units"][0]["serial"]
    assert (row["quantity_t"], row["least_price"]) == ("6", "50.00")
    looked_up = desk.http.get(f"/v1/registry/serials/{row['serial']}")
    assert looked_up.json["parts"][0]["state"] == "locked"
    for token in (desk.selling, desk.settling, desk.reading):
        listed = desk.http.get("/v1/exchange-lots", token=token).json["data"]
        assert [each["id"] for each in listed] == [lot["id"]]
    assert desk.http.get("/v1/exchange-lots", token=desk.buying).json["data"] == []
    assert desk.http.get(lot["file_url"], token=desk.buying).status_code == 404
    on_sale = desk.http.get("/v1/listings", token=desk.buying).json["data"]
    assert lot["id"] not in [each["id"] for each in on_sale]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"returns_on": "2020-01-01"}, "RETURN_DAY_UNUSABLE"),
        ({"returns_on": "2040-01-01"}, "RETURN_DAY_UNUSABLE"),
        ({"exchange_id": public("org", UUID(int=7))}, "EXCHANGE_UNKNOWN"),
        ({"quantity_t": "7"}, "NOT_ENOUGH_UNITS"),
        ({"block_id": public("blk", UUID(int=7))}, "NOT_FOUND"),
    ],
)
def test_what_cannot_be_handed_over_is_refused(
    desk: Desk, changes: dict[str, Any], code: str
) -> None:
    answer = desk.http.post(
        "/v1/exchange-lots", desk.body(**changes), token=desk.selling, key=key()
    )
    assert refusal(answer)[1] == code


def test_csv_and_json_of_the_same_lines_are_one_settlement(desk: Desk) -> None:
    lot = desk.hand()
    lines = [desk.line(lot, 2), desk.line(lot, 9)]
    tried = desk.send(*lines, query="?dry_run=true")
    assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
    assert (tried.json["settled"], tried.json["refused"]) == (1, 1)
    assert rows(desk.market, "select 1 from exchange_settlement") == []
    made = desk.send(*lines)
    assert (made.status_code, made.json["waiting"]) == (202, 2)
    assert made.json["sha256"] == tried.json["sha256"]
    again = desk.send_csv(as_csv(*lines), "day 1")
    assert (again.status_code, again.json["id"]) == (202, made.json["id"])
    done = desk.settle(made.json["id"])
    assert (done["state"], done["settled"], done["refused"]) == ("settled", 1, 1)
    assert done["refusals"][0]["problem"]["code"] == "NOT_ENOUGH_UNITS"
    assert "{" not in done["refusals"][0]["problem"]["detail"]
    assert desk.send(*lines).json["settled"] == 1
    path = f"/v1/exchange-settlements/{made.json['id']}"
    listed = desk.http.get(f"{path}/lines?state=settled", token=desk.reading).json["data"]
    trade = desk.http.get(f"/v1/trades/{listed[0]['trade_id']}", token=desk.buying).json
    assert (trade["state"], trade["quantity_t"]) == ("delivered", "2")
    assert desk.http.get(path, token=desk.selling).status_code == 404
    today = civil_day(desk.market.clock.now(), desk.market.zone).isoformat()
    asked = f"/v1/statements?from={today}&to={today}"
    statement = desk.http.get(asked, token=desk.selling).json
    (away,) = statement["at_exchanges"]
    assert (away["lot_id"], away["quantity_t"]) == (lot["id"], "4")
    assert statement["closing"][0]["quantity_t"] == "4"
    assert f"{lot['id']},4," in desk.http.get(f"{asked}&format=csv", token=desk.selling).text
    # What was refused is put right in its file, which is sent as it is.
    refused = desk.http.get(f"{path}/refused", token=desk.settling)
    assert b"NOT_ENOUGH_UNITS" in refused.data
    right = refused.data.replace(b",9,", b",4,").replace(b"540.00", b"240.00")
    next_one = desk.send_csv(right)
    assert next_one.status_code == 202, next_one.text
    assert desk.settle(next_one.json["id"])["settled"] == 1
    sold = desk.http.get(f"/v1/exchange-lots/{lot['id']}", token=desk.selling).json
    assert (sold["state"], sold["sold_t"], sold["remaining_t"]) == ("sold_out", "6", "0")
    back = desk.http.post(f"/v1/exchange-lots/{lot['id']}/return", token=desk.settling)
    assert refusal(back) == (409, "LISTING_CLOSED")
    assert_books_balance(desk.market)


def test_what_is_no_settlement_is_refused_whole(desk: Desk) -> None:
    lot = desk.hand()
    line = desk.line(lot, 1)
    assert refusal(desk.send()) == (422, "VALIDATION_FAILED")
    wrong = desk.send(line, {**line, "quantity_t": "0"})
    assert wrong.json["errors"][0]["pointer"] == "/lines/1/quantity_t"
    assert refusal(desk.send_csv(b'number\n"', "x"))[1] == "REGISTER_FILE_WRONG"
    body = {"reference": "x", "lines": [line]}
    other = desk.http.post("/v1/exchange-settlements", body, token=desk.selling)
    assert refusal(other) == (409, "NOT_AN_EXCHANGE")
    assert rows(desk.market, "select 1 from exchange_settlement") == []


def test_the_exchange_gives_back_what_it_did_not_sell(desk: Desk) -> None:
    lot = desk.hand()
    path = f"/v1/exchange-lots/{lot['id']}/return"
    assert refusal(desk.http.post(path, token=desk.selling)) == (409, "SELLER_TAKES_NOTHING_BACK")
    assert desk.http.post(path, token=desk.buying).status_code == 404
    closing = desk.http.post(f"/v1/listings/{lot['id']}/close", token=desk.selling)
    assert refusal(closing) == (409, "LISTING_AT_EXCHANGE")
    back = desk.http.post(path, token=desk.settling).json
    assert (back["state"], back["returned_t"], back["remaining_t"]) == ("closed", "6", "0")
    assert datetime.fromisoformat(back["returns_at"]).tzinfo is not None
    assert_books_balance(desk.market)
