"""A day's bill: the sum of its lines to the fen, the same in both forms, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.money import BOOKED_AFTER
from rewards.redemption.bill import (
    CAPTURE,
    COLUMNS,
    REVERSAL,
    SUMMARY_COLUMNS,
    BillLine,
    as_csv,
    as_json_lines,
    check_ready,
    is_ready,
    settle,
    summary_cells,
)
from rewards.redemption.refusals import BillNotReady

ON = date(2026, 3, 10)
CHINA = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 10, 16, tzinfo=UTC)


def a_line(kind: str = CAPTURE, *, items: int = 1, fen: int = 333, title: str = "One latte"):
    return BillLine(
        kind=kind,
        at=datetime(2026, 3, 10, 4, 0, 7, 5, tzinfo=UTC),
        out_request_no="T-000001",
        redemption_id=UUID(int=1),
        store_id="store-1",
        offer_id=UUID(int=2),
        title_zh="拿铁一杯",
        title_en=title,
        items=items,
        points=items * 100,
        settlement_fen=items * fen,
    )


SOME_LINES = st.lists(
    st.builds(
        lambda kind, items, fen: a_line(kind, items=items, fen=fen),
        st.sampled_from([CAPTURE, REVERSAL]),
        st.integers(1, 50),
        st.integers(0, 10**7),
    ),
    max_size=20,
)


def test_a_bill_is_ready_ten_minutes_after_its_day_to_the_microsecond() -> None:
    ready = MIDNIGHT + BOOKED_AFTER
    check_ready(ON, midnight_after=MIDNIGHT, now=ready)
    with pytest.raises(BillNotReady) as refusal:
        check_ready(ON, midnight_after=MIDNIGHT, now=ready - timedelta(microseconds=1))
    assert refusal.value.facts == {"bill_date": "2026-03-10", "minutes": 10}
    assert is_ready(MIDNIGHT, ready)


@given(SOME_LINES)
def test_a_settlement_is_the_sum_of_its_lines_to_the_fen(lines: list[BillLine]) -> None:
    total = settle(ON, lines)
    signed = [line.settlement_fen * (1 if line.kind == CAPTURE else -1) for line in lines]
    assert total.net_fen == sum(signed)
    assert total.captures + total.reversals == len(lines)
    assert total.captured_items + total.reversed_items == sum(line.items for line in lines)
    assert total.captured_points + total.reversed_points == sum(line.points for line in lines)


@given(SOME_LINES)
def test_both_forms_say_the_same(lines: list[BillLine]) -> None:
    rows = list(
        csv.reader(io.StringIO(as_csv(ON, lines, zone=CHINA, currency="CNY").decode("utf-8-sig")))
    )
    objects = [
        json.loads(line)
        for line in as_json_lines(ON, lines, zone=CHINA, currency="CNY").splitlines()
    ]
    *told, summary = objects
    assert rows[0] == list(COLUMNS)
    assert rows[1:-3] == [[str(each[name]) for name in COLUMNS] for each in told]
    assert rows[-3:-1] == [[], list(SUMMARY_COLUMNS)]
    assert rows[-1] == [str(summary[name]) for name in SUMMARY_COLUMNS]
    assert summary["kind"] == "summary"


@pytest.mark.parametrize(
    ("kind", "fen", "amount"),
    [
        (CAPTURE, 5, "0.05"),
        (CAPTURE, 100, "1.00"),
        (CAPTURE, 123_456, "1234.56"),
        (REVERSAL, 5, "-0.05"),
        (REVERSAL, 1_999, "-19.99"),
        (CAPTURE, 0, "0.00"),
    ],
)
def test_amounts_are_yuan_with_two_places_also_below_nought(
    kind: str, fen: int, amount: str
) -> None:
    assert summary_cells(settle(ON, [a_line(kind, fen=fen)]), "CNY")["net_amount"] == amount


def test_times_are_of_the_zone_that_is_asked_for() -> None:
    [line, _] = as_json_lines(ON, [a_line()], zone=CHINA, currency="CNY").splitlines()
    assert json.loads(line)["time"] == "2026-03-10T12:00:07+08:00"
    [line, _] = as_json_lines(ON, [a_line()], zone=ZoneInfo("UTC"), currency="CNY").splitlines()
    assert json.loads(line)["time"] == "2026-03-10T04:00:07+00:00"
