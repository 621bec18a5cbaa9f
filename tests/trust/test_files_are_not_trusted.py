"""Files of strangers: what they mean is read in one way, and what could mean two things is not."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from app.messages.catalogues import sentence
from behaviours.distance import distance_km
from behaviours.file_refusals import BadMapping
from tests.builders.files import RIDE, a_reading

HEADER = "card,trip,at,km\n"
AT = "2026-03-01T08:00:00+08:00"


def row(**changes: str) -> str:
    """A ride as a line of CSV."""
    found = {"card": "A1", "trip": "t-1", "at": AT, "km": "2.5", **changes}
    return ",".join(found.values()) + "\n"


def mapping(**changes: Any) -> dict[str, Any]:
    """The mapping of rides, its record changed."""
    made = deepcopy(RIDE)
    made["records"][0].update(changes)
    return made


def code_of(text: str, chosen: Any = None, **options: Any) -> list[str]:
    """What the rows after the header are refused with."""
    _, flaws, _ = a_reading(HEADER + text, chosen, **options)
    assert all("{" not in sentence(each.refusal, "zh-CN") for each in flaws)
    return [flaw.code for flaw in flaws]


@pytest.mark.parametrize("spoilt", ["2.02603E+17", "2E+17", "2.5e17", "10000000001.0", "７.0"])
@pytest.mark.parametrize("column", ["card", "trip"])
def test_an_id_that_a_spreadsheet_made_a_number_of_is_no_id(column: str, spoilt: str) -> None:
    assert code_of(row(**{column: spoilt})) == ["SPREADSHEET_NUMBER"]


@pytest.mark.parametrize("plain", ["20260317000000001", "12e4", "0001", "1.2.3", "A-1.5"])
def test_ids_of_digits_and_letters_are_ids(plain: str) -> None:
    drafts, flaws, _ = a_reading(HEADER + row(card=plain, trip=plain))
    assert ([draft.person for draft in drafts], flaws) == ([plain], [])


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00a0", "\u2060", "\u3000"])
def test_what_nobody_sees_around_a_cell_makes_no_second_person(unseen: str) -> None:
    rows = row() + row(card=f"{unseen}A1{unseen}", trip="t-2")
    drafts, flaws, _ = a_reading(HEADER + rows)
    assert ({draft.person for draft in drafts}, flaws) == ({"A1"}, [])


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u202e", "\x07"])
def test_what_nobody_sees_inside_a_cell_is_refused(unseen: str) -> None:
    assert code_of(row(card=f"A{unseen}1")) == ["UNREADABLE_TEXT"]


@pytest.mark.parametrize("number", ["1_000", "１２", "1E3", "Infinity", "NaN", "+1", "1,000", ".5"])
def test_a_number_is_digits_and_a_point(number: str) -> None:
    assert code_of(row(km=f'"{number}"')) == ["UNREADABLE_NUMBER"]


@pytest.mark.parametrize("factor", ["1_000", "１２", "1E3", "Infinity", "0", "-1", "", "x"])
def test_a_factor_is_a_number_above_nought(factor: str) -> None:
    with pytest.raises(BadMapping):
        a_reading("", mapping(quantities={"distance_km": {"value": "{km}", "times": factor}}))


@pytest.mark.parametrize(
    ("sent", "times", "made"),
    [("0.0000005", "1", "0"), ("0.0000015", "1", "0.000002"), ("2.5", "0.001", "0.0025")],
)
def test_products_are_rounded_once_half_to_even(sent: str, times: str, made: str) -> None:
    quantity = {"distance_km": {"value": "{km}", "times": times}}
    drafts, _, _ = a_reading(HEADER + row(km=sent), mapping(quantities=quantity))
    assert drafts[0].action.quantities == {"distance_km": made}


def test_a_number_that_nothing_is_reckoned_with_is_judged_as_the_api_judges_it() -> None:
    drafts, _, _ = a_reading(HEADER + row(km="1E3"), mapping(quantities={"distance_km": "{km}"}))
    assert drafts[0].action.quantities == {"distance_km": "1E3"}


@pytest.mark.parametrize(
    "time",
    ["2026-03-01", "20260301T080000", "2026-W09-7T08:00", "yesterday", "0001-01-01T00:00",
     "２026-03-01T08:00", "9999-12-31T23:59", "2026-02-30T08:00", "2026-03-01T25:00"],
)  # fmt: skip
def test_a_time_is_a_day_with_its_clock(time: str) -> None:
    assert code_of(row(at=time)) == ["UNREADABLE_TIME"]


def test_a_day_alone_has_the_clock_that_the_mapping_states() -> None:
    stated = mapping(occurred_at={"value": "{at}", "format": "%Y-%m-%d", "clock": "12:00"})
    drafts, _, _ = a_reading(HEADER + row(at="2026-03-01"), stated)
    assert drafts[0].action.occurred_at == datetime.fromisoformat("2026-03-01T12:00+08:00")


def test_the_end_of_a_day_is_the_beginning_of_the_next() -> None:
    drafts, _, _ = a_reading(HEADER + row(at="2026-02-28 24:00"))
    assert drafts[0].action.occurred_at == datetime.fromisoformat("2026-03-01T00:00+08:00")


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("America/Havana", "2026-03-07", "2026-03-08T05:00+00:00"),  # no clock shows that midnight
        ("America/Havana", "2026-10-31", "2026-11-01T04:00+00:00"),  # clocks show it twice
        ("Africa/Cairo", "2026-04-23", "2026-04-23T22:00+00:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T22:00+00:00"),
        ("Asia/Shanghai", "2028-02-29", "2028-02-29T16:00+00:00"),
    ],
)
def test_a_day_has_one_end_wherever_clocks_are_moved(zone: str, day: str, ends: str) -> None:
    zoned = {**RIDE, "source": {"time_zone": zone}}
    (draft,), flaws, _ = a_reading(HEADER + row(at=f"{day} 24:00"), zoned)
    assert (draft.action.occurred_at, flaws) == (datetime.fromisoformat(ends), [])


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "right/UTC", "posix/UTC", "../UTC", "Europe", ""]
)
def test_a_zone_is_the_same_one_on_every_machine(name: str) -> None:
    with pytest.raises(BadMapping):
        a_reading(HEADER + row(), {**RIDE, "source": {"time_zone": name}})


def test_days_are_moved_by_the_calendar_and_not_by_hours() -> None:
    zoned = {**RIDE, "source": {"time_zone": "Europe/Berlin"}}
    (draft,), _, _ = a_reading(HEADER + row(at="2026-03-28 08:00"), zoned, shift_days=1)
    assert draft.action.occurred_at == datetime.fromisoformat("2026-03-29T08:00+02:00")
    _, (flaw,), _ = a_reading(HEADER + row(at="2026-03-28 02:30"), zoned, shift_days=1)
    assert (flaw.code, flaw.pointer) == ("UNREADABLE_TIME", "/occurred_at")


def test_numbers_of_json_keep_every_digit() -> None:
    lines = (
        f'{{"card": 20260317000000000001, "trip": "t", "at": "{AT}", "km": 1.10}}\n'
        f'{{"card": 10000000001.0, "trip": "t", "at": "{AT}", "km": 1}}\n'
        f'{{"card": NaN, "trip": "t", "at": "{AT}", "km": 1}}\n'
        f'{{"card": "a", "card": "b", "trip": "t", "at": "{AT}", "km": 1}}\n'
        + '{"a":' * 5000 + "1" + "}" * 5000 + "\n"
    )  # fmt: skip
    drafts, flaws, _ = a_reading(lines, name="rides.ndjson")
    assert [draft.person for draft in drafts] == ["20260317000000000001"]
    assert [(flaw.line, flaw.code) for flaw in flaws] == [
        ("2", "SPREADSHEET_NUMBER"),
        ("3", "UNREADABLE_ROW"),
        ("4", "UNREADABLE_ROW"),
        ("5", "UNREADABLE_ROW"),
    ]


def test_a_workbook_is_rows_like_any_other() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    # A sheet knows no zones.
    midnight = datetime.fromisoformat("2026-03-01")
    moment = datetime.fromisoformat("2026-03-01T08:00")
    for cells in (
        ("Rides of March", None),
        ("card", "trip", "at", "km"),
        (10000000001, "t-1", moment, 2.5),
        (2.02603e17, "t-2", moment, 1),
        (),
        ("B2", "t-3", midnight, 1),
        ("B2", "t-4", "=1/0", 1),
        ("B2", "t-5", moment, 1, "more"),
    ):
        sheet.append(cells)
    sheet["C6"].number_format = "yyyy-mm-dd"
    sheet["C7"].data_type = "e"
    sheet["C7"] = "#DIV/0!"
    raw = io.BytesIO()
    book.save(raw)
    skipping = {**RIDE, "source": {"skip_lines": 1}}
    drafts, flaws, counts = a_reading(raw.getvalue(), skipping, name="rides.xlsx")
    assert [(one.person, one.action.quantities["distance_km"]) for one in drafts] == [
        ("10000000001", "2.5")
    ]
    assert drafts[0].action.occurred_at == datetime.fromisoformat(AT)
    assert [(flaw.line, flaw.code) for flaw in flaws] == [
        ("4", "SPREADSHEET_NUMBER"),
        ("6", "UNREADABLE_TIME"),
        ("7", "UNREADABLE_ROW"),
        ("8", "UNREADABLE_ROW"),
    ]
    assert (counts.heading, counts.blank) == (2, 1)


METER: dict[str, Any] = {
    "person": "home",
    "records": [
        {
            "group": {"by": ["{day}"], "every_minutes": 360, "rows": 5},
            "behaviour": "distributed_pv",
            "region": "CN-33",
            "external_id": "pv-{day}",
            "occurred_at": "{day} {clock}",
            "ended_at": "{day} {clock}",
            "quantities": {"generation_kwh": {"rise": "{kwh}"}},
            "evidence": {"meter_id": "m"},
        }
    ],
}
CLOCKS = ("00:00", "06:00", "12:00", "18:00", "24:00")


def readings(*shown: str, clocks: tuple[str, ...] = CLOCKS) -> str:
    rows = zip(clocks, shown, strict=True)
    return "day,clock,kwh\n" + "".join(f"2026-03-01,{at},{kwh}\n" for at, kwh in rows)


def meter(**changes: str) -> dict[str, Any]:
    made = deepcopy(METER)
    made["records"][0]["quantities"]["generation_kwh"].update(changes)
    return made


def test_a_cumulative_meter_counts_by_how_much_it_rose() -> None:
    drafts, _, _ = a_reading(readings("100", "100", "103.5", "108", "108.25"), meter())
    assert drafts[0].action.quantities == {"generation_kwh": "8.25"}
    assert drafts[0].action.ended_at is not None
    assert drafts[0].action.ended_at - drafts[0].action.occurred_at == timedelta(days=1)
    assert drafts[0].lines == 5


def test_a_meter_that_was_exchanged_counts_from_nought_only_where_that_is_stated() -> None:
    text = readings("100", "101", "2", "5", "6")
    _, (flaw,), _ = a_reading(text, meter())
    assert (flaw.code, flaw.lines) == ("METER_FELL", 5)
    stated = meter(resets="from_zero", at_most="10")
    (draft,), _, _ = a_reading(text, stated)
    assert draft.action.quantities == {"generation_kwh": "7"}
    # A dip that comes back would count twice: it is more than the meter can rise.
    _, (flaw,), _ = a_reading(readings("100", "101", "20", "102", "103"), stated)
    assert flaw.code == "METER_JUMPED"
    with pytest.raises(BadMapping, match="mapping_rise_bound"):
        a_reading(text, meter(resets="from_zero"))


@pytest.mark.parametrize(
    ("clocks", "case"),
    [
        (("00:00", "06:00", "18:00", "24:00"), "missing"),
        (("00:00", "06:00", "06:00", "12:00", "18:00", "24:00"), "twice"),
        (("00:00", "06:00", "12:00", "18:00"), "rows"),
    ],
)
def test_a_reading_that_is_missing_or_stands_twice_is_told(
    clocks: tuple[str, ...], case: str
) -> None:
    shown = [str(number) for number in range(len(clocks))]
    _, (flaw,), _ = a_reading(readings(*shown, clocks=clocks), METER)
    assert (flaw.code, flaw.refusal.case, flaw.lines) == ("INCOMPLETE_GROUP", case, len(clocks))


@pytest.mark.parametrize("bad", ["-3", "1E30", "999999999999999"])
def test_a_sum_is_not_netted_and_does_not_overflow(bad: str) -> None:
    summed = deepcopy(METER)
    summed["records"][0]["quantities"] = {"generation_kwh": {"sum": "{kwh}"}}
    _, (flaw,), _ = a_reading(readings("1", "1", bad, "1", "1"), summed)
    assert (flaw.code, flaw.lines) == ("UNREADABLE_NUMBER", 5)


def test_a_sum_beyond_any_quantity_is_refused() -> None:
    summed = deepcopy(METER)
    summed["records"][0]["quantities"] = {"generation_kwh": {"sum": "{kwh}", "times": "1000"}}
    _, (flaw,), _ = a_reading(readings(*["999999999999"] * 5), summed)
    assert (flaw.code, flaw.refusal.case) == ("UNREADABLE_NUMBER", "large")


@pytest.mark.parametrize("time", ["0001-01-01 00:00", "2026-03-29 02:30"])
@pytest.mark.parametrize("kind", ["group", "pair"])
def test_a_time_that_is_none_is_a_line_of_the_refusals_also_where_rows_wait(
    kind: str, time: str
) -> None:
    waits = {
        "group": {"by": ["{card}"], "rows": "any"},
        "pair": {"entry": {"km": "1"}, "exit": {"km": "2"}, "by": ["{card}"], "at": "{at}",
                 "within_minutes": 60},
    }[kind]  # fmt: skip
    zoned = mapping(**{kind: waits, "quantities": {"trips": "1"}})
    if kind == "pair":
        zoned["records"][0].update(external_id="x", occurred_at="{entry.at}", evidence={})
    zoned["source"] = {"time_zone": "Europe/Berlin"}
    assert code_of(row(at=time, km="1"), zoned) == ["UNREADABLE_TIME"]


def test_a_distance_is_reckoned_from_two_places() -> None:
    # A quarter of a great circle of 6371.0088 km: 10 007.557 km.
    quarter = distance_km((Decimal(0), Decimal(0)), (Decimal(90), Decimal(0)))
    assert quarter == Decimal("10007.557")
    assert distance_km(
        (Decimal(0), Decimal(-90)), (Decimal(0), Decimal(90))
    ) == 2 * quarter + Decimal("0.000")
    far = {"distance": {"from": ["{card}", "{trip}"], "to": ["{at}", "{km}"]}}
    stated = mapping(
        quantities={"distance_km": far}, person="x", external_id="y", evidence={},
        occurred_at=AT,
    )  # fmt: skip
    (draft,), _, _ = a_reading(HEADER + "30.25,120.17,31.23,121.47\n", stated)
    assert draft.action.quantities == {"distance_km": "165.258"}
    assert code_of("130.25,120.17,31.23,121.47\n", stated) == ["UNREADABLE_NUMBER"]


def test_a_mapping_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"b{n}: &b{n} [{', '.join(['*a' if n == 0 else f'*b{n - 1}'] * 9)}]\n" for n in range(9)
    )
    with pytest.raises(BadMapping, match="anchor"):
        a_reading("", bomb + json.dumps(RIDE))
