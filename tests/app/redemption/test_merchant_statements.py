"""A merchant's statement: drawn once, of days that are over, owed and paid to the fen."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.clock import StandingClock
from app.ids import public
from app.store.redemption import bills
from app.usecases.redemption.draw_statements import draw_statements
from app.usecases.redemption.pay_merchant import pay_merchant
from app.usecases.redemption.read_merchant_statements import read_merchant_statements
from app.wiring import Wiring
from behaviours.refusal import Refusal
from behaviours.settlement_terms import SettlementTerms
from behaviours.viewer import Viewer
from rewards.redemption.merchant_statement import MerchantStatement
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import app, market
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, an_offer, capturing, reversing, wanting

__all__ = ["app", "market"]

MONTHLY = SettlementTerms("month")
OPERATOR = Viewer("operator", None, uuid4())


class Till:
    """A merchant of the market and somebody who buys there."""

    def __init__(self, market: Wiring) -> None:
        self.market, self.zone = market, market.zone
        self.merchant = an_organisation(market, "merchant")
        begun = self.noon(1, 1) - timedelta(days=9)
        self.offer = an_offer(
            market, merchant_id=self.merchant, settlement_fen=333, opens_at=begun,
            reversal_window_s=60 * 86_400,
        )  # fmt: skip
        self.person = a_person_with(market, 5_000, available_at=begun)

    def noon(self, month: int, day: int) -> datetime:
        return datetime(2026, month, day, 12, tzinfo=self.zone)

    def sell(self, at: datetime, items: int) -> Any:
        code = a_code(self.market, self.person, now=at)
        return capturing(self.market, wanting(self.offer, code, quantity=items), now=at)

    def draw(self, at: datetime, terms: SettlementTerms = MONTHLY) -> int:
        return drawing(self.market, at, terms)

    def statements(self) -> list[MerchantStatement]:
        """Oldest first."""
        found = self.market.database.transact(
            read_merchant_statements, self.merchant, None, viewer=OPERATOR, before=None, most=99
        )
        return list(reversed(found))


def drawing(market: Wiring, at: datetime, terms: SettlementTerms = MONTHLY) -> int:
    return market.database.transact(
        draw_statements, terms, zone=market.zone, clock=StandingClock(at)
    )


def paying(
    market: Wiring, statement_id: UUID, reference: str, paid_on: date, at: datetime
) -> MerchantStatement:
    return market.database.transact(
        pay_merchant, statement_id, reference, paid_on,
        by=OPERATOR, zone=market.zone, clock=StandingClock(at),
    )  # fmt: skip


def months(statements: list[MerchantStatement]) -> list[tuple[str, str, int, int, str]]:
    return [
        (
            each.first_day.isoformat(),
            each.settlement.on.isoformat(),
            each.settlement.net_fen,
            each.due_fen,
            each.state,
        )
        for each in statements
    ]


def test_each_month_is_drawn_once_it_is_over_and_none_without_movement(market: Wiring) -> None:
    till = Till(market)
    till.sell(till.noon(1, 5), 2)
    till.sell(datetime(2026, 1, 31, 23, 59, 59, tzinfo=till.zone), 1)
    till.sell(datetime(2026, 2, 1, tzinfo=till.zone), 4)
    till.sell(till.noon(5, 3), 1)
    # January may still change in the first ten minutes of February.
    assert till.draw(datetime(2026, 2, 1, 0, 9, 59, tzinfo=till.zone)) == 0
    assert till.draw(datetime(2026, 2, 1, 0, 10, tzinfo=till.zone)) == 1
    assert till.draw(till.noon(2, 20)) == 0
    # A server that was away draws what it missed, month by month.
    drawn = 0
    while more := till.draw(till.noon(6, 2)):
        drawn += more
    assert drawn == 2
    assert months(till.statements()) == [
        ("2026-01-01", "2026-01-31", 999, 999, "due"),
        ("2026-02-01", "2026-02-28", 1332, 1332, "due"),
        ("2026-05-01", "2026-05-31", 333, 333, "due"),
    ]
    assert [each.number for each in till.statements()] == [1, 2, 3]
    assert_books_balance(market)


def test_what_is_reversed_later_is_a_line_of_the_next_one_and_a_minus_is_brought_on(
    market: Wiring,
) -> None:
    till = Till(market)
    sold = till.sell(till.noon(1, 30), 5)
    till.draw(till.noon(2, 2))
    reversing(market, sold, quantity=4, now=till.noon(2, 3))
    till.sell(till.noon(2, 4), 1)
    till.draw(till.noon(3, 2))
    till.sell(till.noon(3, 4), 5)
    till.draw(till.noon(4, 2))
    january, february, march = till.statements()
    assert (january.settlement.net_fen, january.due_fen) == (5 * 333, 5 * 333)
    assert (february.settlement.captured_fen, february.settlement.reversed_fen) == (333, 4 * 333)
    assert (february.due_fen, february.carried_fen, february.state) == (0, -999, "nothing_due")
    assert (march.brought_fen, march.due_fen) == (-999, 5 * 333 - 999)
    paying(market, january.statement_id, "ICBC-1", date(2026, 4, 3), till.noon(4, 3))
    # The list that is narrowed by a state has those that are in it, and no others.
    every = till.statements()
    for state in ("due", "paid", "nothing_due"):
        narrowed = market.database.transact(
            read_merchant_statements, till.merchant, state, viewer=OPERATOR, before=None, most=99
        )
        assert list(reversed(narrowed)) == [each for each in every if each.state == state]
        assert len(narrowed) == 1
    # Together the statements owe what was sold and not taken back, no fen more.
    assert january.due_fen + march.due_fen == (5 - 4 + 1 + 5) * 333
    assert_books_balance(market)


def test_halves_and_weeks_and_a_programme_that_changes_them(market: Wiring) -> None:
    till = Till(market)
    for day in (15, 16, 31):
        till.sell(till.noon(1, day), 1)
    half = SettlementTerms("half_month")
    assert [till.draw(till.noon(2, 10), half) for _ in range(3)] == [1, 1, 0]
    # Sunday 1 February 2026 is the last day of a week whose first days were stated.
    till.sell(till.noon(2, 1), 1)
    assert till.draw(till.noon(2, 10), SettlementTerms("week")) == 1
    assert [(m[0], m[1], m[2]) for m in months(till.statements())] == [
        ("2026-01-01", "2026-01-15", 333),
        ("2026-01-16", "2026-01-31", 666),
        ("2026-02-01", "2026-02-01", 333),
    ]
    assert till.draw(till.noon(3, 10), SettlementTerms()) == 0
    assert_books_balance(market)


def test_two_processes_draw_each_statement_once(market: Wiring) -> None:
    tills = [Till(market) for _ in range(5)]
    for till in tills:
        till.sell(till.noon(1, 5), 2)
    at = tills[0].noon(2, 2)
    at_once([lambda: drawing(market, at) for _ in range(6)])
    assert [months(till.statements()) for till in tills] == [
        [("2026-01-01", "2026-01-31", 666, 666, "due")]
    ] * 5
    assert_books_balance(market)


def test_a_statement_is_paid_once_whoever_states_it_at_the_same_time(market: Wiring) -> None:
    one, other = Till(market), Till(market)
    for till in (one, other):
        till.sell(till.noon(1, 5), 2)
    now = one.noon(2, 10)
    drawing(market, one.noon(2, 2))
    (first,), (second,) = one.statements(), other.statements()

    def pay(statement: MerchantStatement, reference: str) -> Callable[[], Any]:
        return lambda: paying(market, statement.statement_id, reference, now.date(), now)

    # The same payment in another spelling is the same payment.
    answers = at_once(
        [
            *(pay(first, "ICBC-1") for _ in range(3)),
            *(pay(second, "icbc 1") for _ in range(3)),
        ]
    )
    paid = [each for each in answers if isinstance(each, MerchantStatement)]
    assert [(each.state, each.due_fen) for each in paid] == [("paid", 666)]
    codes = [each.code for each in answers if isinstance(each, Refusal)]
    assert sorted(set(codes)) == ["MERCHANT_STATEMENT_STATE_CONFLICT", "PAYOUT_REFERENCE_TAKEN"]
    assert len(codes) == 5
    left = next(each for each in (first, second) if each.statement_id != paid[0].statement_id)
    assert pay(left, "ICBC-2")().state == "paid"
    assert_books_balance(market)


@pytest.mark.parametrize(
    ("days", "case"), [(-1, "PAYOUT_DAY_WRONG.early"), (9, "PAYOUT_DAY_WRONG.late")]
)
def test_a_payment_is_of_a_day_between_the_statement_and_today(
    market: Wiring, days: int, case: str
) -> None:
    till = Till(market)
    till.sell(till.noon(1, 5), 1)
    till.draw(till.noon(2, 2))
    (statement,) = till.statements()
    with pytest.raises(Refusal) as refused:
        paying(
            market, statement.statement_id, "ICBC-1",
            till.noon(2, 2).date() + timedelta(days=days), till.noon(2, 10),
        )  # fmt: skip
    assert f"{refused.value.code}.{refused.value.case}" == case


def test_it_is_the_merchants_own_and_the_programmes(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    till = Till(market)
    sold = till.sell(till.noon(1, 5), 3)
    reversing(market, sold, quantity=1, now=till.noon(1, 6))
    till.draw(till.noon(2, 2))
    own, operator = token_for("merchant", tenant=till.merchant), token_for("operator")
    [listed] = http.get("/v1/merchant/statements?state=due", token=own).get_json()["data"]
    path = f"/v1/merchant-statements/{listed['id']}"
    own_path = f"/v1/merchant/statements/{listed['id']}"
    assert http.get(path, token=operator).get_json() == listed
    assert http.get(own_path, token=own).get_json() == listed
    # Each has one address: the merchant that of its own, the programme that of any merchant's.
    for who, elsewhere in ((own, path), (operator, own_path)):
        assert refusal(http.get(elsewhere, token=who)) == (403, "ROLE_NOT_ALLOWED")
    assert listed["due"] == {"amount": "6.66", "currency": "CNY"}
    whose = f"/v1/merchant-statements?merchant_id={public('org', till.merchant)}"
    assert http.get(whose, token=operator).get_json()["data"] == [listed]
    stranger = token_for("merchant")
    assert refusal(http.get(own_path, token=stranger)) == (404, "NOT_FOUND")
    assert refusal(http.get(f"{own_path}/bill", token=stranger)) == (404, "NOT_FOUND")
    assert http.get("/v1/merchant/statements", token=stranger).get_json()["data"] == []
    anothers = f"/v1/merchant/statements?merchant_id={public('org', till.merchant)}"
    assert refusal(http.get(anothers, token=stranger)) == (422, "VALIDATION_FAILED")
    today = datetime.now(market.zone).date().isoformat()
    body = {"reference": "ICBC-20260210-1", "paid_on": today}
    assert http.post(f"{path}/pay", body, token=own, key="pay-own").status_code == 403
    assert refusal(
        http.post(f"{path}/pay", {**body, "paid_on": "2026-01-01"}, token=operator, key="pay-0")
    ) == (422, "PAYOUT_DAY_WRONG")
    paid = http.post(f"{path}/pay", body, token=operator, key="pay-1")
    assert (paid.status_code, paid.get_json()["state"]) == (200, "paid"), paid.text
    assert paid.get_json()["payout"]["reference"] == "ICBC-20260210-1"
    assert http.get(own_path, token=own).get_json() == paid.get_json()
    assert http.get("/v1/merchant/statements?state=due", token=own).get_json()["data"] == []
    events = http.get("/v1/events", token=own).get_json()["data"]
    told = [each["type"].partition("merchant_statement.")[2] for each in events]
    assert [each for each in told if each] == ["due", "paid"]
    assert_books_balance(market)


def test_its_bill_is_every_line_of_its_days_and_their_sum(
    market: Wiring, http: Http, token_for: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Many pages, with lines of one instant on both sides of a page's end.
    monkeypatch.setattr(bills, "LINES_AT_ONCE", 3)
    till = Till(market)
    at = till.noon(1, 5)
    sales = [till.sell(at, 1) for _ in range(7)]
    for sale in sales[:2]:
        reversing(market, sale, now=at + timedelta(hours=1))
    till.sell(till.noon(2, 1), 1)
    till.draw(till.noon(2, 2))
    (statement,) = till.statements()
    bill = f"statements/{public('mst', statement.statement_id)}/bill"
    token = token_for("merchant", tenant=till.merchant)
    answer = http.get(f"/v1/merchant/{bill}", token=token)
    digest = base64.b64encode(hashlib.sha256(answer.data).digest()).decode()
    assert answer.headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "bill-2026-01-01-2026-01-31.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    lines = [dict(zip(rows[0], row, strict=True)) for row in rows[1:10]]
    numbers = [sale.out_request_no for sale in sales]
    assert sorted(each["out_request_no"] for each in lines if each["kind"] == "capture") == sorted(
        numbers
    )
    assert [each["kind"] for each in lines] == ["capture"] * 7 + ["reversal"] * 2
    assert rows[10] == []
    summary = dict(zip(rows[11], rows[12], strict=True))
    assert (summary["bill_date"], summary["net_amount"]) == ("2026-01-31", "16.65")
    asked = f"/v1/merchant-{bill}?format=jsonl"
    machine = http.get(asked, token=token_for("operator")).data.splitlines()
    assert len(machine) == 10
    assert json.loads(machine[-1])["net_amount"] == "16.65"
    # The same statement is the same file, whatever was sold since.
    till.sell(till.noon(2, 3), 1)
    assert http.get(f"/v1/merchant/{bill}", token=token).data == answer.data


def test_the_programme_reads_any_merchants_bills_and_days(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    till = Till(market)
    till.sell(till.noon(1, 5), 1)
    organisation = f"/v1/organisations/{public('org', till.merchant)}"
    own = token_for("merchant", tenant=till.merchant)
    asked = "bill_date=2026-01-05"
    theirs = http.get(f"{organisation}/bills?{asked}", token=token_for("authority"))
    assert theirs.status_code == 200
    assert theirs.data == http.get(f"/v1/merchant/bills?{asked}", token=own).data
    days = "from=2026-01-01&to=2026-01-31"
    read = http.get(f"{organisation}/settlements?{days}", token=token_for("operator"))
    assert read.get_json() == http.get(f"/v1/merchant/settlements?{days}", token=own).json
    assert [day["on"] for day in read.get_json()["data"]] == ["2026-01-05"]
    nobody = f"/v1/organisations/{public('org', an_organisation(market, 'provider'))}"
    assert refusal(http.get(f"{nobody}/bills?{asked}", token=token_for("operator"))) == (
        404,
        "NOT_FOUND",
    )
    assert http.get(f"{organisation}/bills?{asked}", token=own).status_code == 403


def test_the_audit_sees_a_statement_that_is_not_its_lines(market: Wiring) -> None:
    till = Till(market)
    till.sell(till.noon(1, 5), 1)
    till.draw(till.noon(2, 2))
    assert_books_balance(market)
    with market.database.engine.begin() as connection:
        connection.execute(text("alter table merchant_statement disable trigger user"))
        connection.execute(
            text("update merchant_statement set captured_fen = captured_fen + 1, captures = 1")
        )
    with pytest.raises(AssertionError, match="merchant_statements"):
        assert_books_balance(market)
