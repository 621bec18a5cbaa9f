"""A store's day is closed once, and every sale and refund is counted in exactly one closing.

The audit adds each up again from the sales themselves (``till_closings``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.clock import Clock, StandingClock
from app.ids import parse
from app.store.audit.merchants import CLOSINGS as CLOSINGS_LINE
from app.usecases.redemption.capture import capture
from app.usecases.redemption.close_day import close_day
from app.wiring import Wiring
from behaviours.civil_time import civil_day, start_of_day
from behaviours.viewer import Viewer
from rewards.redemption.closings import TillClosing, TillDayWrong
from rewards.redemption.redemption import Redemption
from tests.builders.answers import refusal
from tests.builders.audit import broken_of
from tests.builders.cashiers import CLOSINGS, SALES, Shop
from tests.builders.parallel import at_once
from tests.builders.people import Http, Tokens
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, capturing, reversing, wanting


@pytest.fixture
def shop(wiring: Wiring, http: Http, token_for: Tokens) -> Shop:
    return Shop(wiring, http, token_for, reversal_window_s=20 * 86_400)


def points_in(closing: dict[str, Any]) -> tuple[int, int, int]:
    """How many sales, and the points that they took and that came back."""
    return (
        closing["captured"]["count"],
        closing["captured"]["points"],
        closing["reversed"]["points"],
    )


def test_a_closing_counts_what_was_sold_and_what_comes_later_is_in_the_next(shop: Shop) -> None:
    _, token = shop.cashier("S1", may_refund=True)
    sale = shop.sold(token, quantity=2)
    shop.sold(shop.program)
    shop.sold(shop.program, "S2")
    assert shop.takes_back(sale, token, quantity=1, reason="Cold.").status_code == 200
    until_now = shop.closes(token, asked="?dry_run=true")
    assert (until_now.status_code, points_in(until_now.json)) == (200, (2, 300, 100))
    assert shop.http.get(CLOSINGS, token=token).json["data"] == [], "nothing was closed by it"
    closed = shop.closes(token)
    assert (closed.status_code, points_in(closed.json)) == (201, (2, 300, 100)), closed.text
    assert closed.json["net"] == {"amount": "16.00", "currency": "CNY"}
    assert closed.json["net_points"] == 200
    assert closed.json["number"] == 1
    assert closed.json["closed_by"].startswith("usr_")
    # Sold and taken back after the close: not of this one any more.
    shop.sold(token)
    assert shop.takes_back(sale, token, reason="Cold too.").status_code == 200
    assert shop.closes(shop.program).json == closed.json, "closed is closed"
    assert points_in(shop.closes(shop.program, "S2").json) == (1, 100, 0)
    zone, today = shop.wiring.zone, civil_day(shop.wiring.clock.now(), shop.wiring.zone)
    tomorrow = start_of_day(today + timedelta(days=1), zone) + timedelta(hours=1)
    following = closing(shop, tomorrow)
    assert points_of(following) == (1, 100, 100)
    assert following.starts_at == datetime.fromisoformat(closed.json["ends_at"])
    listed = shop.http.get(f"{CLOSINGS}?store_id=S1", token=token).json["data"]
    assert [each["number"] for each in listed] == [2, 1]
    ids = [following.closing_id, parse("tcl", closed.json["id"])]
    assert broken_of(shop.wiring, CLOSINGS_LINE, ids, {"zone": zone.key}) == []


def closing(shop: Shop, now: datetime, day: Any = None, store_no: str = "S1") -> TillClosing:
    """A store's day closed by the merchant's program at a moment."""
    by = Viewer("merchant", shop.merchant, shop.merchant)
    return shop.wiring.database.transact(
        close_day, store_no, day, by=by, zone=shop.wiring.zone, clock=StandingClock(now)
    )


def points_of(closed: TillClosing) -> tuple[int, int, int]:
    """The same as ``points_in``."""
    s = closed.settlement
    return s.captures, s.captured_points, s.reversed_points


def test_a_day_that_nobody_closed_is_counted_with_the_next(shop: Shop) -> None:
    wiring, zone = shop.wiring, shop.wiring.zone
    first = civil_day(wiring.clock.now(), zone)
    noons = [start_of_day(first + timedelta(days=n), zone) + timedelta(hours=12) for n in range(5)]
    person = a_person_with(wiring, 1_000, available_at=noons[0] - timedelta(days=2))

    def sells(at: datetime) -> Redemption:
        code = a_code(wiring, person, now=at)
        return capturing(wiring, wanting(shop.offer, code, store_id="S1"), now=at)

    shop.states("S1")
    sales = [sells(noon) for noon in noons[1:4]]
    with pytest.raises(TillDayWrong) as refused:
        closing(shop, noons[1], civil_day(noons[2], zone))
    assert refused.value.case == "future"
    # Closed on the noon after: up to the midnight between.
    both = closing(shop, noons[3], civil_day(noons[2], zone))
    alone = start_of_day(civil_day(noons[2], zone), zone)
    assert both.starts_at == alone, "the first closing of a store begins with its day"
    assert points_of(both) == (1, 100, 0)
    assert both.ends_at == start_of_day(civil_day(noons[3], zone), zone)
    reversing(wiring, sales[1], now=noons[3])
    third = closing(shop, noons[4])
    assert points_of(third) == (1, 100, 100), "the refund is of the day on which it was made"
    for day in (noons[1], noons[3]):
        with pytest.raises(TillDayWrong) as refused:
            closing(shop, noons[4], civil_day(day, zone))
        assert refused.value.case == "passed"
    ids = [both.closing_id, third.closing_id]
    assert broken_of(wiring, CLOSINGS_LINE, ids, {"zone": zone.key}) == []


def test_a_store_that_was_never_stated_and_a_day_to_come_are_not_closed(shop: Shop) -> None:
    assert refusal(shop.closes(shop.program, "S9")) == (422, "UNKNOWN_STORE")
    later = civil_day(shop.wiring.clock.now(), shop.wiring.zone) + timedelta(days=2)
    answer = shop.closes(shop.program, day=later.isoformat())
    assert refusal(answer) == (422, "TILL_DAY_WRONG")
    assert answer.json["errors"][0]["pointer"] == "/day"


def test_of_sales_and_closings_at_once_each_sale_is_in_exactly_one(shop: Shop) -> None:
    wiring, zone = shop.wiring, shop.wiring.zone
    url = wiring.settings.database_url or ""
    by = Viewer("merchant", shop.merchant, shop.merchant)

    wanted = [wanting(shop.offer, a_code(wiring, shop.person), store_id="S1") for _ in range(10)]
    key = wiring.settings.identity_key

    def capturing_at_once(one: Any) -> Any:
        return lambda connection: capture(
            connection, one, code_key=key, zone=zone, clock=Clock(None)
        )

    def closes(connection: Any) -> TillClosing:
        return close_day(connection, "S1", None, by=by, zone=zone, clock=Clock(None))

    works = [capturing_at_once(each) for each in wanted]
    answers = at_once(url, [*works[:5], closes, *works[5:]])
    [closed] = [each for each in answers if isinstance(each, TillClosing)]
    sold = [each for each in answers if isinstance(each, Redemption)]
    assert len(sold) == 10
    inside = [each for each in sold if each.captured_at and each.captured_at < closed.ends_at]
    assert closed.settlement.captures == len(inside)
    today = civil_day(wiring.clock.now(), zone)
    tomorrow = start_of_day(today + timedelta(days=1), zone) + timedelta(hours=1)
    after = closing(shop, tomorrow)
    assert closed.settlement.captures + after.settlement.captures == 10
    ids = [closed.closing_id, after.closing_id]
    assert broken_of(wiring, CLOSINGS_LINE, ids, {"zone": zone.key}) == []


def test_a_till_whose_clock_is_behind_sells_after_what_is_closed(shop: Shop) -> None:
    now = shop.wiring.clock.now()
    closed = closing(shop, now)
    behind = now - timedelta(seconds=3)
    wanted = wanting(shop.offer, a_code(shop.wiring, shop.person), store_id="S1")
    sale = capturing(shop.wiring, wanted, now=behind)
    assert sale.captured_at == closed.ends_at
    taken = reversing(shop.wiring, sale, now=behind)
    assert taken.taken_back[-1].at == closed.ends_at
    given = {"zone": shop.wiring.zone.key}
    assert broken_of(shop.wiring, CLOSINGS_LINE, [closed.closing_id], given) == []


@pytest.mark.parametrize(
    "by_hand",
    [
        "update till_closing set captures = captures + 1 where closing_id = :closing",
        "update till_closing set number = 2 where closing_id = :closing",
        "update till_closing set starts_at = starts_at - interval '1 s'",
        "update redemption set store_id = 'S2' where merchant_id = :merchant",
    ],
)
def test_the_audit_sees_a_closing_that_is_not_its_sales(shop: Shop, by_hand: str) -> None:
    shop.sold(shop.program)
    closed = parse("tcl", shop.closes(shop.program).json["id"])
    of_it = {"closing": closed, "merchant": shop.merchant}
    asked = f"select offender from ({CLOSINGS_LINE.rows}) c (offender, bad) where bad is not false"
    zone = {"zone": shop.wiring.zone.key}
    with shop.wiring.database.engine.connect() as connection, connection.begin() as change:
        clean = set(connection.execute(text(asked), zone).scalars())
        connection.execute(text("set local session_replication_role = replica"))
        given = {name: value for name, value in of_it.items() if f":{name}" in by_hand}
        connection.execute(text(by_hand), given)
        found = set(connection.execute(text(asked), zone).scalars()) - clean
        change.rollback()
    assert found, by_hand


def test_who_reads_todays_sales_sees_them_with_what_came_back(shop: Shop) -> None:
    sale = shop.sold(shop.program)
    assert shop.takes_back(sale, shop.program, reason="Cold.").status_code == 200
    [listed] = shop.http.get(SALES, token=shop.program).json["data"]
    assert [each["reason"] for each in listed["reversals"]] == ["Cold."]
