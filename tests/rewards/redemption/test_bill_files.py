"""The files of a small day to the byte, and days of bills that always sum to the settlements."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from rewards.redemption.bill import (
    CAPTURE,
    COLUMNS,
    REVERSAL,
    BillLine,
    Settlement,
    as_csv,
    as_json_lines,
    is_ready,
    settle,
    summary_cells,
)
from tests.builders.civil import CHINA

ON = date(2026, 3, 10)
SOLD = BillLine(
    kind=CAPTURE,
    at=datetime(2026, 3, 9, 16, 0, 0, 999_999, tzinfo=UTC),
    out_request_no="T-000001",
    redemption_id=UUID(int=0xA1),
    store_id="store-1",
    offer_id=UUID(int=0xB2),
    title_zh="拿铁一杯",
    title_en='One "large" latte, hot',
    items=3,
    points=300,
    settlement_fen=2_405,
)
BACK = replace(
    SOLD,
    kind=REVERSAL,
    at=datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC),
    out_request_no="=T-2",
    title_en="Tea",
    items=1,
    points=100,
    settlement_fen=9,
)
RDM, OFR = "rdm_" + "0" * 30 + "a1", "ofr_" + "0" * 30 + "b2"


def sheet(lines: list[BillLine]) -> bytes:
    return as_csv(ON, lines, zone=CHINA, currency="CNY")


def program(lines: list[BillLine]) -> bytes:
    return as_json_lines(ON, lines, zone=CHINA, currency="CNY")


def test_a_small_day_as_a_sheet_to_the_byte() -> None:
    expected = (
        "kind,time,out_request_no,redemption_id,store_id,offer_id,title_zh,title_en,"
        "items,points,amount,currency\r\n"
        f"capture,2026-03-10T00:00:00+08:00,T-000001,{RDM},store-1,{OFR},拿铁一杯,"
        '"One ""large"" latte, hot",3,300,24.05,CNY\r\n'
        f"reversal,2026-03-10T23:59:59+08:00,'=T-2,{RDM},store-1,{OFR},拿铁一杯,"
        "Tea,1,100,0.09,CNY\r\n"
        "\r\n"
        "bill_date,captures,captured_items,captured_points,captured_amount,reversals,"
        "reversed_items,reversed_points,reversed_amount,net_amount,currency\r\n"
        "2026-03-10,1,3,300,24.05,1,1,100,0.09,23.96,CNY\r\n"
    )
    assert sheet([SOLD, BACK]) == b"\xef\xbb\xbf" + expected.encode()


def test_a_small_day_for_a_program_to_the_byte() -> None:
    expected = (
        '{"kind":"reversal","time":"2026-03-10T23:59:59+08:00","out_request_no":"=T-2",'
        f'"redemption_id":"{RDM}","store_id":"store-1","offer_id":"{OFR}",'
        '"title_zh":"拿铁一杯","title_en":"Tea","items":1,"points":100,"amount":"0.09",'
        '"currency":"CNY"}\n'
        '{"kind":"summary","bill_date":"2026-03-10","captures":0,"captured_items":0,'
        '"captured_points":0,"captured_amount":"0.00","reversals":1,"reversed_items":1,'
        '"reversed_points":100,"reversed_amount":"0.09","net_amount":"-0.09",'
        '"currency":"CNY"}\n'
    )
    assert program([BACK]) == expected.encode()


def test_a_day_without_sales_still_has_its_summary() -> None:
    head, empty, _, summary, end = sheet([]).decode("utf-8-sig").split("\r\n")
    assert (head, empty, end) == (",".join(COLUMNS), "", "")
    assert summary == "2026-03-10,0,0,0,0.00,0,0,0,0.00,0.00,CNY"
    [only] = program([]).splitlines()
    assert json.loads(only) == {"kind": "summary", **summary_cells(settle(ON, []), "CNY")}


@pytest.mark.parametrize("field", ["out_request_no", "store_id", "title_zh", "title_en"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_is_text_in_the_sheet_and_itself_for_a_program(field: str, start: str) -> None:
    written = f"{start}1+1"
    line = replace(SOLD, **{field: written})  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(sheet([line]).decode("utf-8-sig"), newline="")))
    assert rows[1][COLUMNS.index(field)] == f"'{written}"
    assert json.loads(program([line]).splitlines()[0])[field] == written


@pytest.mark.parametrize("harmless", ["", "a=1", "'=1", " =1", "1-1"])
def test_a_text_that_begins_harmlessly_stays_as_it_is(harmless: str) -> None:
    rows = list(csv.reader(io.StringIO(sheet([replace(SOLD, title_en=harmless)]).decode())))
    assert rows[1][COLUMNS.index("title_en")] == harmless


def test_figures_of_the_programme_get_no_apostrophe_even_below_nought() -> None:
    assert sheet([BACK]).endswith(b",1,1,100,0.09,-0.09,CNY\r\n")


@pytest.mark.parametrize("form", [sheet, program])
def test_lines_keep_the_order_in_which_they_are_given(
    form: Callable[[list[BillLine]], bytes],
) -> None:
    written = form([BACK, SOLD]).decode()
    assert written.index("reversal") < written.index("24.05")
    assert form([BACK, SOLD]) != form([SOLD, BACK])


@pytest.mark.parametrize("currency", ["CNY", "HKD"])
def test_each_line_and_the_summary_name_the_currency(currency: str) -> None:
    written = as_json_lines(ON, [SOLD, BACK], zone=CHINA, currency=currency)
    assert [json.loads(each)["currency"] for each in written.splitlines()] == [currency] * 3


def test_an_unknown_kind_of_line_is_never_left_out_silently() -> None:
    with pytest.raises(AssertionError):
        settle(ON, [SOLD, replace(SOLD, kind="gift")])


FIGURES = (
    *("captures", "captured_items", "captured_points", "captured_fen"),
    *("reversals", "reversed_items", "reversed_points", "reversed_fen", "net_fen"),
)
figures_of = attrgetter(*FIGURES)
LINES_OF_DAYS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.builds(
            replace,
            st.just(SOLD),
            kind=st.sampled_from([CAPTURE, REVERSAL]),
            items=st.integers(1, 9),
            points=st.integers(1, 900),
            settlement_fen=st.integers(0, 10**9),
        ),
    ),
    max_size=25,
)


@given(LINES_OF_DAYS)
def test_however_lines_fall_on_days_the_settlements_sum_to_the_same(
    lines: list[tuple[int, BillLine]],
) -> None:
    whole = settle(ON, [line for _, line in lines])
    days: list[Settlement] = [
        settle(ON + timedelta(days=day), [line for at, line in lines if at == day])
        for day in range(5)
    ]
    assert figures_of(whole) == tuple(map(sum, zip(*map(figures_of, days), strict=True)))
    assert [day.on for day in days] == [ON + timedelta(days=day) for day in range(5)]


@given(LINES_OF_DAYS)
def test_the_amounts_of_a_sheet_read_as_money_sum_to_its_last_row(
    lines: list[tuple[int, BillLine]],
) -> None:
    rows = list(csv.reader(io.StringIO(sheet([line for _, line in lines]).decode("utf-8-sig"))))
    signs = {CAPTURE: 1, REVERSAL: -1}
    amounts = [signs[row[0]] * fen(row[COLUMNS.index("amount")]) for row in rows[1:-3]]
    summary = dict(zip(rows[-2], rows[-1], strict=True))
    assert sum(amounts) == fen(summary["net_amount"])
    assert fen(summary["captured_amount"]) - fen(summary["reversed_amount"]) == sum(amounts)


def fen(amount: str) -> int:
    """Read back without a float: ``-1.05`` is -105."""
    yuan, _, rest = amount.partition(".")
    assert len(rest) == 2
    return int(yuan + rest)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Shanghai", "2026-03-29T09:00:00+08:00"),
        ("Europe/Berlin", "2026-03-29T03:00:00+02:00"),
        ("America/New_York", "2026-03-28T21:00:00-04:00"),
        ("Asia/Kathmandu", "2026-03-29T06:45:00+05:45"),
    ],
)
def test_a_time_is_shown_with_the_offset_of_its_own_day(zone: str, shown: str) -> None:
    changing = replace(SOLD, at=datetime(2026, 3, 29, 1, 0, 0, 5, tzinfo=UTC))
    written = as_json_lines(ON, [changing], zone=ZoneInfo(zone), currency="CNY")
    assert json.loads(written.splitlines()[0])["time"] == shown


@pytest.mark.parametrize(("minutes", "ready"), [(-1, False), (0, False), (9, False), (10, True)])
def test_a_day_is_final_when_its_last_second_is_committed(minutes: int, ready: bool) -> None:
    midnight = datetime(2026, 3, 10, 16, tzinfo=UTC)
    assert is_ready(midnight, midnight + timedelta(minutes=minutes)) == ready
