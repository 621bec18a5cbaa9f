"""What a row says: texts, times, numbers and places, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from behaviours.file_refusals import (
    BlankValue,
    MeterFell,
    MeterJumped,
    SpreadsheetNumber,
    UnreadableNumber,
    UnreadableText,
    UnreadableTime,
)
from behaviours.files.limits import VALUE_CHARACTERS
from behaviours.files.outcome import Counts, Draft, FileRow, Flaw, InstallationDraft
from behaviours.files.places import PlaceValue
from behaviours.files.quantities import DistanceValue, NumberValue, RiseValue
from behaviours.files.values import (
    ID,
    NUMBER,
    OTHER,
    TextValue,
    TimeValue,
    days_later,
    plain,
    within_calendar,
)
from behaviours.places import Place
from tests.behaviours.builders import an_action
from tests.builders.civil import CHINA

BLANK = frozenset({"", "-"})
NEW_YORK = ZoneInfo("America/New_York")


def text(template: str, kind: str = OTHER) -> TextValue:
    return TextValue(template, (), kind)


def moment(sent: str, **stated: object) -> datetime:
    """What a cell says as a time; ISO 8601 in China where nothing is stated."""
    told = {"format": None, "zone": CHINA, **stated}
    return TimeValue(text("{at}"), **told).of({"at": sent}, BLANK)  # type: ignore[arg-type]


def test_a_text_is_its_constants_and_the_cells_of_the_row() -> None:
    value = text("{card}-{no} ")
    assert value.columns == ["card", "no"]
    assert value.of({"card": "\ufeff 12 ", "no": "7"}, BLANK) == "12-7 "
    assert [plain(each) for each in (" a ", "\u3000座\u200b", "\u200b")] == ["a", "座", ""]


@pytest.mark.parametrize("cell", ["", " ", "-", "\u200b", "\ufeff-"])
def test_a_blank_cell_is_named_and_not_left_out(cell: str) -> None:
    with pytest.raises(BlankValue) as caught:
        text("{card}-{no}").of({"card": "1", "no": cell}, BLANK)
    assert caught.value.facts == {"column": "no"}
    with pytest.raises(BlankValue):
        text("{card}").of({}, BLANK)


def test_a_text_of_nothing_but_space_is_blank() -> None:
    with pytest.raises(BlankValue):
        text("  ").of({}, BLANK)


def test_what_nobody_sees_inside_a_cell_is_named_by_its_point() -> None:
    with pytest.raises(UnreadableText) as caught:
        text("{no}").of({"no": "1\u200b2"}, BLANK)
    assert (caught.value.case, caught.value.facts["character"]) == ("invisible", "U+200B")
    with pytest.raises(UnreadableText) as caught:
        text("{no}").of({"no": "x" * (VALUE_CHARACTERS + 1)}, BLANK)
    assert caught.value.case == "long"


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (OTHER, "6.22202E+18"), (OTHER, "1.5e10"), (OTHER, "622202123.0"), (OTHER, "６.２E+18"),
        (ID, "12.0"), (ID, "6.2E+18"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_made_of_a_number_is_no_id(kind: str, cell: str) -> None:
    with pytest.raises(SpreadsheetNumber):
        text("{no}", kind).of({"no": cell}, BLANK)


@pytest.mark.parametrize(("kind", "cell"), [(OTHER, "12.0"), (NUMBER, "1.5E+3"), (ID, "12.5")])
def test_what_may_be_meant_so_is_left_alone(kind: str, cell: str) -> None:
    assert text("{no}", kind).of({"no": cell}, BLANK) == cell


@pytest.mark.parametrize(
    ("sent", "utc"),
    [
        ("2026-03-01T08:00:00+08:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01 08:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T00:00:00,5Z", datetime(2026, 3, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
        # The end of a day, as meters write it.
        ("2026-02-28 24:00", datetime(2026, 2, 28, 16, tzinfo=UTC)),
        ("2026-02-28T24:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_one_moment(sent: str, utc: datetime) -> None:
    assert moment(sent) == utc


@pytest.mark.parametrize(
    ("sent", "stated", "case"),
    [
        ("1. March", {}, "not_iso"),
        ("2026-13-01 08:00", {}, "not_iso"),
        ("2026-03-01", {}, "no_clock"),
        ("２０２６-03-01 08:00", {}, "other_digits"),
        ("1512-03-01 08:00", {}, "outside_calendar"),
        ("2026-03-01", {"format": "%d/%m/%Y %H:%M"}, "other_format"),
        ("2026-03-08 02:30", {"zone": NEW_YORK}, "never_shown"),
        ("2026-11-01 01:30", {"zone": NEW_YORK}, "shown_twice"),
        ("2999-12-31 23:59", {"plus": timedelta(days=1)}, "outside_calendar"),
    ],
)
def test_a_time_that_is_none_or_two_is_refused(
    sent: str, stated: dict[str, object], case: str
) -> None:
    with pytest.raises(UnreadableTime) as caught:
        moment(sent, **stated)
    assert caught.value.case == case


def test_a_day_without_a_clock_has_the_hour_that_the_mapping_states() -> None:
    noon = moment("2026-03-01", clock=time(12))
    assert noon == datetime(2026, 3, 1, 4, tzinfo=UTC)
    # The time of day that stands beside it says nothing.
    assert moment("2026-03-01 23:15", clock=time(12)) == noon
    assert TimeValue(text("{d} {t}"), None, CHINA).columns == ["d", "t"]


def test_the_next_day_has_the_same_clock_and_not_the_same_hours() -> None:
    before = datetime(2026, 3, 7, 17, tzinfo=UTC)
    assert days_later(before, 0, NEW_YORK) == before
    assert days_later(before, 1, NEW_YORK) == before + timedelta(hours=23)
    with pytest.raises(UnreadableTime) as caught:
        days_later(datetime(2026, 3, 7, 7, 30, tzinfo=UTC), 1, NEW_YORK)
    assert caught.value.case == "never_shown"
    for moment_, days in ((before, 400_000), (datetime(2999, 12, 31, 12, tzinfo=UTC), 1)):
        with pytest.raises(UnreadableTime) as caught:
            days_later(moment_, days, NEW_YORK)
        assert caught.value.case == "outside_calendar"
    assert within_calendar("", before) == before


def test_a_quantity_is_as_sent_or_reckoned_exactly() -> None:
    rows = [{"kwh": "0.1"}, {"kwh": "0.2"}, {"kwh": "-0"}]
    value = text("{kwh}", NUMBER)
    assert NumberValue(value, None, is_sum=False).of([{"kwh": "007"}], BLANK) == "007"
    assert NumberValue(value, None, is_sum=True).of(rows, BLANK) == "0.3"
    assert NumberValue(value, Decimal("0.001"), is_sum=False).of(rows, BLANK) == "0.0001"
    assert NumberValue(value, Decimal(2), is_sum=True).columns == ["kwh"]
    # Once, half to even, to six decimals.
    half = [{"kwh": "0.0000005"}, {"kwh": "0.0000010"}]
    assert NumberValue(value, None, is_sum=True).of(half, BLANK) == "0.000002"
    assert NumberValue(value, Decimal(1), is_sum=False).of(half, BLANK) == "0"


@pytest.mark.parametrize(
    ("cell", "case"),
    [("1.5E+3", "exponent"), ("1,5", "not_decimal"), ("-2", "negative"), ("9" * 12, "large")],
)
def test_a_number_that_is_not_plain_is_not_reckoned_with(cell: str, case: str) -> None:
    with pytest.raises(UnreadableNumber) as caught:
        NumberValue(text("{kwh}", NUMBER), Decimal(2), is_sum=False).of([{"kwh": cell}], BLANK)
    assert caught.value.case == case


def rise(*stands: str, from_zero: bool = False, at_most: str | None = None) -> str:
    value = RiseValue(text("{s}"), None, from_zero, Decimal(at_most) if at_most else None)
    assert value.columns == ["s"]
    return value.of([{"s": each} for each in stands], BLANK)


def test_a_meter_rises_and_what_falls_is_no_saving() -> None:
    assert rise("10", "12.5", "12.5", "13") == "3"
    assert rise("10") == "0"
    with pytest.raises(MeterFell) as fell:
        rise("10", "9")
    assert fell.value.facts == {"before": "10", "after": "9"}
    assert rise("10", "12", "3", from_zero=True, at_most="5") == "5"
    with pytest.raises(MeterFell):
        rise("10", "-1", from_zero=True)
    with pytest.raises(MeterJumped) as jumped:
        rise("10", "16", at_most="5")
    assert jumped.value.facts["most"] == "5"


def test_a_distance_lies_between_two_places_of_the_globe() -> None:
    value = DistanceValue((text("{a}"), text("{b}")), (text("{c}"), text("{d}")))
    row = {"a": "30.25", "b": "120.16", "c": "30.25", "d": "120.16"}
    assert value.of([row], BLANK) == "0"
    assert 110 < float(value.of([row | {"c": "31.25"}], BLANK)) < 112
    with pytest.raises(UnreadableNumber) as caught:
        value.of([row | {"c": "91"}], BLANK)
    assert caught.value.case == "no_place"


def test_a_place_has_two_cells_or_none() -> None:
    value = PlaceValue(text("{lat}"), text("{lon}"))
    assert value.columns == ["lat", "lon"]
    there = value.of({"lat": "30.2741", "lon": "120.1551"}, BLANK)
    assert there == Place(Decimal("30.2741"), Decimal("120.1551"))
    assert value.of({"lat": "-", "lon": ""}, BLANK) is None
    for row, column in (({"lat": "30", "lon": ""}, "lon"), ({"lat": "", "lon": "120"}, "lat")):
        with pytest.raises(BlankValue) as caught:
            value.of(row, BLANK)
        assert caught.value.facts == {"column": column}
    with pytest.raises(UnreadableNumber):
        value.of({"lat": "north", "lon": "120"}, BLANK)


def test_every_line_of_a_file_becomes_something_or_the_sum_does_not_add_up() -> None:
    counts = Counts(lines=10, heading=1, blank=2, recorded_lines=4, already_lines=1)
    assert not counts.adds_up
    counts.refused_lines += 2
    assert counts.adds_up
    counts.recorded, counts.pending_confirmation, counts.held = 4, 1, 1
    assert counts.credited == 2
    counts.refused.update({"BLANK_VALUE": 1, "AGAIN": 1})
    counts.saved_mg = 46_000_000
    shown = counts.as_dict()
    assert shown["lines"] == {
        "read": 10, "heading": 1, "blank": 2, "recorded": 4, "already_recorded": 1, "refused": 2,
    }  # fmt: skip
    assert (shown["credited"], shown["reduction_kg"]) == (2, "46.000000")
    assert list(shown["refused"]) == ["AGAIN", "BLANK_VALUE"]  # type: ignore[arg-type]
    # Of installations nothing counts as an action.
    assert Counts(installations=3, recorded=3).credited == 0


def test_a_flaw_says_where_and_why() -> None:
    row = FileRow(7, {"card": ""})
    refusal = BlankValue(column="card", pointer="/participant")
    flaw = Flaw(str(row.number), refusal)
    assert (flaw.code, flaw.pointer, flaw.lines) == ("BLANK_VALUE", "/participant", 1)


def test_a_draft_is_named_as_its_action_is_and_an_installation_by_its_number_alone() -> None:
    action = an_action("metro_ride")
    assert Draft("7", "person-1", action).external_id == action.external_id
    plant = InstallationDraft(
        "7", None, "pv_plant", "330100001", None, Decimal("5.5"), "kW", date(2026, 1, 1),
        "CN-33", "contract",
    )  # fmt: skip
    assert (plant.external_id, plant.person) == ("", None)
