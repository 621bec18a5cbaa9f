"""What is taken back in a stopped merchant's place says why, to the person and to the merchant.

Once the bill of the sale's day can be drawn, two people of two roles take it back.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

from app.ids import public
from app.usecases.redemption.read_bill import read_bill
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer
from rewards.redemption.bill import COLUMNS, REASON_COLUMNS, as_csv, as_json_lines
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens
from tests.builders.points import a_person_with, assert_points_balance, points_of
from tests.builders.redemption import a_code, an_offer, capturing, wanting
from tests.builders.standing import suspended

WHY = {"reason_code": "not_handed_over", "reason": "=The shop closed before the cake was baked."}
TOLD = {"by": "programme", **WHY}


class Stopped:
    """A merchant that sold three coffees and was suspended then."""

    def __init__(self, wiring: Wiring, http: Http, tokens: Tokens, *, sold_ago: timedelta) -> None:
        self.wiring, self.http, self.tokens = wiring, http, tokens
        self.at = wiring.clock.now() - sold_ago
        begun = self.at - timedelta(days=1)
        self.person = a_person_with(wiring, 1000, available_at=begun)
        offer = an_offer(wiring, points=100, opens_at=begun, reversal_window_s=14 * 86_400)
        code = a_code(wiring, self.person, now=self.at)
        self.sold = capturing(wiring, wanting(offer, code, quantity=3), now=self.at)
        self.merchant = offer.merchant_id
        suspended(wiring, self.merchant)

    def take_back(self, by: str, **told: Any) -> Any:
        path = f"/v1/organisations/{public('org', self.merchant)}/redemptions"
        sale = f"{path}/{self.sold.out_request_no}/reverse"
        key = told.get("out_refund_no", f"undo-{by}-{told}")
        return self.http.post(sale, {**WHY, **told}, token=self.tokens(by), key=key)

    def bill(self, at: datetime) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
        zone, on = self.wiring.zone, civil_day(at, self.wiring.zone)
        lines = self.wiring.database.transact(
            read_bill, Viewer("merchant", self.merchant), on, zone=zone, now=at + timedelta(days=2)
        )
        as_rows = as_csv(on, lines, zone=zone, currency="CNY").decode("utf-8-sig")
        as_objects = as_json_lines(on, lines, zone=zone, currency="CNY").decode().splitlines()
        return list(csv.DictReader(io.StringIO(as_rows.partition("\r\n\r\n")[0]))), [
            json.loads(each) for each in as_objects[:-1]
        ]


def test_it_needs_a_reason_of_the_list_and_in_words(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    stopped = Stopped(wiring, http, token_for, sold_ago=timedelta())
    for wrong in ({"reason_code": "because"}, {"reason_code": None}, {"reason": ""}):
        assert refusal(stopped.take_back("operator", **wrong)) == (422, "VALIDATION_FAILED")
    assert points_of(wiring, stopped.person)["available"] == 700


def test_the_person_and_the_merchant_read_who_took_it_back_and_why(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    stopped = Stopped(wiring, http, token_for, sold_ago=timedelta())
    done = stopped.take_back("operator", quantity=1)
    assert (done.status_code, done.json["awaiting"]) == (200, []), done.text
    [reversal] = done.json["reversals"]
    # Which cashier took it back is told to the merchant alone, and here none did.
    assert reversal.pop("cashier_id") is None
    at = datetime.fromisoformat(reversal["reversed_at"])
    assert reversal == {
        **TOLD,
        "quantity": 1,
        "points": 100,
        "reversed_at": reversal["reversed_at"],
    }
    own = token_for("participant", tenant=stopped.person)
    sold = public("rdm", stopped.sold.redemption_id)
    [listed] = http.get("/v1/me/redemptions", token=own).json["data"]
    shown = http.get(f"/v1/redemptions/{sold}", token=own).json
    assert "reversals" in shown, shown
    assert listed["reversals"] == shown["reversals"] == [reversal]
    entries = http.get("/v1/me/points/entries", token=own).json["data"]
    told = {each["kind"]: each["taken_back"] for each in entries}
    assert (told["refund"], told["spend"]) == (TOLD, None)

    rows, objects = stopped.bill(at)
    [refund] = [row for row in rows if row["kind"] == "reversal"]
    assert [refund[name] for name in REASON_COLUMNS] == [
        "programme", WHY["reason_code"], f"'{WHY['reason']}",
    ], "no formula for a spreadsheet"  # fmt: skip
    captures = [row for row in rows if row["kind"] == "capture"]
    assert {capture[name] for capture in captures for name in REASON_COLUMNS} <= {""}
    assert objects[-1]["reason"] == WHY["reason"]


def test_once_the_day_is_settled_two_people_of_two_roles_take_it_back(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    stopped = Stopped(wiring, http, token_for, sold_ago=timedelta(days=2))
    earlier, _ = stopped.bill(stopped.at)
    asked = stopped.take_back("operator", quantity=2)
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["authority"]), asked.text
    assert (asked.json["state"], asked.json["reversals"]) == ("captured", [])
    again = stopped.take_back("operator", quantity=2, out_refund_no="another-1")
    assert again.status_code == 202, "the same role once more"
    other = stopped.take_back("authority", quantity=1)
    assert (other.status_code, other.json["awaiting"]) == (202, ["operator"]), "other terms"
    assert points_of(wiring, stopped.person)["available"] == 700
    done = stopped.take_back("operator", quantity=1, out_refund_no="refund-one")
    assert (done.status_code, done.json["reversed_quantity"]) == (200, 1), done.text
    repeated = stopped.take_back("operator", quantity=1, out_refund_no="refund-one")
    assert (repeated.status_code, repeated.json["reversed_quantity"]) == (200, 1)
    assert points_of(wiring, stopped.person)["available"] == 800
    assert_points_balance(wiring, [stopped.person])
    later, _ = stopped.bill(stopped.at)
    assert later == earlier, "the bill of the day that is over stays"
    assert [*later[0]] == [*COLUMNS], "and its file too"


def test_a_till_may_say_why_and_the_person_reads_it(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    person = a_person_with(wiring, 1000)
    offer = an_offer(wiring, points=100)
    sold = capturing(wiring, wanting(offer, a_code(wiring, person), quantity=2))
    token = token_for("merchant", tenant=offer.merchant_id)
    path = f"/v1/merchant/redemptions/{sold.out_request_no}/reverse"
    said = {"quantity": 1, "out_refund_no": "refund-1", "reason": "The cup was broken."}
    assert http.post(path, said, token=token, key="a").status_code == 200
    other = http.post(path, {**said, "reason": "Cold."}, token=token, key="b")
    assert refusal(other)[0] in (409, 422), "one number, one refund"
    assert http.post(path, {}, token=token, key="c").status_code == 200
    [listed] = http.get("/v1/me/redemptions", token=token_for("participant", tenant=person)).json[
        "data"
    ]
    assert [(each["by"], each["reason"]) for each in listed["reversals"]] == [
        ("merchant", "The cup was broken."), ("merchant", None),
    ]  # fmt: skip
