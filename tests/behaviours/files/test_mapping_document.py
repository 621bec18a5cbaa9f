"""A mapping is read whole before a row is: what it says, and what it is told where it is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from behaviours.file_refusals import BadMapping, UnreadableText
from behaviours.files.limits import VALUE_CHARACTERS
from behaviours.files.mapping import FileMapping, RecordRule
from behaviours.files.mapping_document import load_mapping, mapping_of_pairs, read_mapping
from behaviours.files.quantities import DistanceValue, NumberValue, RiseValue
from behaviours.files.values import ID, NUMBER, OTHER
from tests.builders.civil import CHINA

PLAIN = """\
records:
  - behaviour: metro_ride
    region: CN-44
    person: "{card}"
    external_id: "{trip}"
    occurred_at: "{at}"
"""
INSTALLED = """\
installations:
  - kind: pv_plant
    number: "{meter}"
    commissioned_on: "{since}"
    region: CN-33
    evidence: "{paper}"
"""


def read(text: str) -> FileMapping:
    return read_mapping(text, CHINA)


def record(more: str = "", **changes: str) -> RecordRule:
    """The one record of the plain mapping, with lines added below it."""
    text = PLAIN
    for name, value in changes.items():
        line = next(each for each in PLAIN.splitlines() if each.strip(" -").startswith(f"{name}:"))
        text = text.replace(line, f"{line.partition(':')[0]}: {value}")
    (one,) = read(text + "".join(f"    {line}\n" for line in more.splitlines())).records
    return one


def problem(text: str) -> str:
    """The case of what is wrong with a document."""
    with pytest.raises(BadMapping) as caught:
        read(text)
    return str(caught.value.facts["problem"]).removeprefix("fault:").removeprefix("mapping_")


def source(lines: str) -> str:
    return "source:\n" + "".join(f"  {line}\n" for line in lines.splitlines()) + PLAIN


def test_a_document_that_says_nothing_of_its_file_lets_it_be_found_out() -> None:
    found = read(PLAIN).source
    assert (found.format, found.encoding, found.delimiter, found.header) == (None, None, ",", True)
    assert (found.columns, found.skip_lines, found.sheet) == ((), 0, None)
    assert (found.zone, found.blank) == (CHINA, {""})


def test_a_file_is_described() -> None:
    found = read(
        source(
            "format: csv\nencoding: GB2312\ndelimiter: ';'\nheader: false\nskip_lines: 2\n"
            "columns: [card, trip, at]\nsheet: 明细\ntime_zone: Asia/Urumqi\nblank: ['-', 'null']"
        )
    ).source
    assert (found.format, found.encoding, found.delimiter) == ("csv", "gb2312", ";")
    assert (found.header, found.columns, found.skip_lines) == (False, ("card", "trip", "at"), 2)
    assert (found.sheet, found.zone, found.blank) == (
        "明细",
        ZoneInfo("Asia/Urumqi"),
        {"", "-", "null"},
    )
    # A mark at the begin of a file is no part of its text, whatever the encoding is called.
    assert read(source("encoding: utf-8-sig")).source.encoding == "utf-8"


@pytest.mark.parametrize(
    ("lines", "case"),
    [
        ("format: pdf", "not_known"),
        ("encoding: utf-16", "encoding"),
        ("encoding: nonsense", "encoding"),
        ("delimiter: ',,'", "delimiter"),
        ("delimiter: '\"'", "delimiter"),
        ("time_zone: Mars/Olympus", "zone"),
        ("skip_lines: 1001", "not_a_whole_number"),
        (f"columns: [{', '.join(f'c{at}' for at in range(1001))}]", "too_many"),
        ("colums: [a]", "no_such_field"),
    ],
)
def test_a_file_is_not_described_by(lines: str, case: str) -> None:
    assert problem(source(lines)) == case


def test_a_plain_record_has_what_every_action_needs_and_the_rest_where_it_is_stated() -> None:
    one = record()
    assert (one.behaviour.template, one.behaviour.kind) == ("metro_ride", OTHER)
    assert (one.person.kind, one.external_id.kind) == (ID, ID)
    assert (one.when, one.quantities, one.evidence) == ({}, {}, {})
    assert (one.pair, one.group, one.device, one.supersedes) == (None, None, None, None)
    assert (one.ended_at, one.start_place, one.end_place) == (None, None, None)
    whole = record(
        "when: {kind: [in, out], line: '1'}\nended_at: '{until}'\ndevice: '{gate}'\n"
        "supersedes: '{before}'\nquantities: {trips: '1'}\nevidence: {ride_id: '{trip}'}\n"
        "start_place: ['{lat}', '{lon}']\nend_place: ['30.1', '120.2']"
    )
    assert whole.when == {"kind": {"in", "out"}, "line": {"1"}}
    assert whole.ended_at is not None
    assert whole.ended_at.columns == ["until"]
    assert whole.device is not None
    assert whole.supersedes is not None
    assert (whole.device.kind, whole.supersedes.kind) == (ID, ID)
    assert whole.start_place is not None
    assert whole.start_place.columns == ["lat", "lon"]
    assert whole.end_place is not None
    assert whole.end_place.columns == []
    assert whole.evidence["ride_id"].columns == ["trip"]


def test_the_person_of_all_records_stands_once() -> None:
    shared = 'person: "{holder}"\n' + PLAIN.replace('    person: "{card}"\n', "")
    assert read(shared).records[0].person.columns == ["holder"]
    assert problem(PLAIN.replace('    person: "{card}"\n', "")) == "no_person"


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("records: []", "no_records"),
        ("records: metro", "no_records"),
        (PLAIN + INSTALLED, "one_of"),
        ("records:\n" + "  - {}\n" * 51, "too_many"),
        (PLAIN + "    pair: {}\n    group: {}\n", "pair_and_group"),
        (PLAIN.replace("region: CN-44", "region: ''"), "not_a_text"),
        (PLAIN.replace("region: CN-44", f"region: {'x' * 1001}"), "too_long"),
        (PLAIN.replace("region: CN-44", 'region: "CN\\u200b-44"'), "unseen"),
        (PLAIN + f"    quantities: {{{', '.join(f'q{at}: x' for at in range(65))}}}", "too_many"),
        (PLAIN + "    when: {kind: {a: b}}", "not_a_text"),
        (PLAIN + f"    when: {{kind: {'x' * 1001}}}", "too_long"),
        (PLAIN + "    start_place: ['30']", "place"),
        (PLAIN + "    start_place: '30'", "no_texts"),
    ],
)
def test_a_record_is_not(text: str, case: str) -> None:
    assert problem(text) == case


def test_a_text_is_changed_by_patterns_in_their_order() -> None:
    one = record(region="{value: '{city}', replace: {'^hz$': CN-3301, '^(..)$': 'CN-\\1'}}")
    assert one.region.of({"city": "hz"}, frozenset()) == "CN-3301"
    assert one.region.of({"city": "44"}, frozenset()) == "CN-44"


@pytest.mark.parametrize(
    ("replace", "case"),
    [
        ("{'(': x}", "pattern"),
        (f"{{{'x' * 201}: y}}", "too_long"),
        (f"{{a: {'y' * 201}}}", "too_long"),
        ("{'(a)': '\\2'}", "backslash"),
        ("{'(a)': '\\0'}", "backslash"),
        ("{'a': \"\\u200b\"}", "unseen"),
        (f"{{{', '.join(f'a{at}: b' for at in range(21))}}}", "too_many"),
    ],
)
def test_a_pattern_that_could_not_be_meant_is_refused(replace: str, case: str) -> None:
    text = PLAIN.replace("region: CN-44", f"region: {{value: '{{city}}', replace: {replace}}}")
    assert problem(text) == case


def test_times_are_read_by_a_format_moved_by_minutes_or_put_at_an_hour() -> None:
    by_format = record(occurred_at="{value: '{at}', format: '%d/%m/%Y %H.%M', plus_minutes: '-90'}")
    assert by_format.occurred_at.plus == timedelta(minutes=-90)
    read_at = by_format.occurred_at.of({"at": "03/02/2026 10.30"}, frozenset())
    assert read_at == datetime(2026, 2, 3, 1, 0, tzinfo=UTC)
    by_day = record(occurred_at="{value: '{day}', format: '%Y%m%d', clock: '18:30'}")
    assert by_day.occurred_at.clock == time(18, 30)
    assert by_day.occurred_at.of({"day": "20260203"}, frozenset()).hour == 10


@pytest.mark.parametrize(
    ("stated", "case"),
    [
        ("{value: '{at}', format: '%Q'}", "format"),
        ("{value: '{at}', format: '%Y %Y %H'}", "format"),
        ("{value: '{at}', format: '%Y-%m-%d'}", "no_clock"),
        ("{value: '{at}', clock: '24:00'}", "clock"),
        ("{value: '{at}', plus_minutes: '0.5'}", "not_a_whole_number"),
        ("{value: '{at}', plus_minutes: '527041'}", "not_a_whole_number"),
        ("{at: '{at}'}", "no_such_field"),
    ],
)
def test_a_time_is_not_stated_as(stated: str, case: str) -> None:
    assert problem(PLAIN.replace('occurred_at: "{at}"', f"occurred_at: {stated}")) == case


def test_quantities_are_taken_summed_risen_or_measured() -> None:
    group = "group: {by: ['{meter}'], rows: any}\n"
    one = record(
        group + "quantities:\n"
        "  as_sent: '{kwh}'\n"
        "  scaled: {value: '{wh}', times: '0.001'}\n"
        "  summed: {sum: '{kwh}'}\n"
        "  risen: {rise: '{stand}', resets: from_zero, at_most: '100'}\n"
        "  bounded: {rise: '{stand}', resets: refused}\n"
        "  far: {distance: {from: ['{a}', '{b}'], to: ['{c}', '{d}']}}"
    )
    found = one.quantities
    assert isinstance(found["as_sent"], NumberValue)
    assert found["as_sent"].times is None
    scaled, summed, risen = found["scaled"], found["summed"], found["risen"]
    assert isinstance(scaled, NumberValue)
    assert scaled.times == Decimal("0.001")
    assert isinstance(summed, NumberValue)
    assert summed.is_sum
    assert isinstance(risen, RiseValue)
    assert risen.from_zero
    assert risen.at_most == 100
    assert isinstance(found["bounded"], RiseValue)
    assert not found["bounded"].from_zero
    assert isinstance(found["far"], DistanceValue)
    assert found["far"].columns == ["a", "b", "c", "d"]
    assert {each.text.kind for each in (scaled, summed, risen)} == {NUMBER}


@pytest.mark.parametrize(
    ("stated", "case"),
    [
        ("{value: '1', sum: '2'}", "one_of"),
        ("{times: '2'}", "one_of"),
        ("{sum: '{kwh}'}", "outside_group"),
        ("{rise: '{kwh}'}", "outside_group"),
        ("{value: '{kwh}', times: '0'}", "factor"),
        ("{value: '{kwh}', times: '-1'}", "factor"),
        ("{value: '{kwh}', at_most: '1'}", "no_such_field"),
        ("{distance: {from: ['{a}'], to: ['{c}', '{d}']}}", "place"),
        ("{distance: {from: [a, b], to: [c, d]}, times: '2'}", "no_such_field"),
    ],
)
def test_a_quantity_is_not_stated_as(stated: str, case: str) -> None:
    assert problem(PLAIN + f"    quantities: {{kwh: {stated}}}") == case


def test_a_meter_that_begins_anew_needs_a_bound() -> None:
    group = "    group: {by: ['{meter}'], rows: '96'}\n"
    stated = "    quantities: {kwh: {rise: '{stand}', resets: from_zero}}"
    assert problem(PLAIN + group + stated) == "rise_bound"


def test_a_pair_has_two_ends() -> None:
    one = record(
        "pair: {entry: {kind: in}, exit: {kind: out}, by: ['{card}'], at: '{time}',"
        " within_minutes: '240', differ: ['{station}']}"
    ).pair
    assert one is not None
    assert one.within == timedelta(hours=4)
    assert (one.entry, one.exit) == ({"kind": {"in"}}, {"kind": {"out"}})
    assert [each.columns for each in (*one.by, *one.differ)] == [["card"], ["station"]]
    alike = "entry: {kind: in}, by: ['{card}'], at: '{time}', within_minutes: '240'"
    assert problem(PLAIN + f"    pair: {{{alike}}}") == "no_ends"
    both = record(f"pair: {{{alike}, exit: {{kind: out}}}}").pair
    assert both is not None
    assert both.differ == ()


def test_a_group_says_how_many_rows_make_it_whole() -> None:
    counted = record("group: {by: ['{meter}'], rows: '96', every_minutes: '15'}").group
    assert counted is not None
    assert (counted.rows, counted.any_rows, counted.every) == (96, False, timedelta(minutes=15))
    free = record("group: {by: ['{meter}'], rows: any}").group
    assert free is not None
    assert (free.rows, free.any_rows, free.every) == (None, True, None)
    assert problem(PLAIN + "    group: {by: ['{meter}']}") == "no_rows"
    both = "{by: ['{meter}'], rows: any, every_minutes: '15'}"
    assert problem(PLAIN + f"    group: {both}") == "any_and_every"
    assert problem(PLAIN + "    group: {by: [], rows: any}") == "no_texts"


def test_a_file_tells_installations() -> None:
    (bare,) = read(INSTALLED).installations
    assert (bare.person, bare.issuer, bare.capacity, bare.capacity_unit) == (None,) * 4
    assert bare.commissioned_on.clock == time(12)
    (whole,) = read(
        'person: "{holder}"\n' + INSTALLED.replace('"{since}"', "{value: '{y}', format: '%Y%m%d'}")
        + "    issuer: '{grid}'\n    capacity: {value: '{watt}', times: '0.001'}\n"
        "    capacity_unit: kW\n"
    ).installations  # fmt: skip
    assert whole.person is not None
    assert whole.person.columns == ["holder"]
    assert whole.capacity is not None
    assert whole.capacity.of([{"watt": "5500"}], frozenset()) == "5.5"
    assert whole.commissioned_on.format == "%Y%m%d"
    (plain,) = read(INSTALLED + "    capacity: '{kw}'\n").installations
    assert plain.capacity is not None
    assert plain.capacity.of([{"kw": "5.50"}], frozenset()) == "5.5"
    assert problem("installations: []") == "no_records"


def test_options_are_a_mapping_of_one_record() -> None:
    options = {
        "behaviour": "metro_ride", "region": "CN-44", "person": "{card}", "external_id": "{trip}",
        "occurred_at": "{at}", "quantities.trips": "1", "evidence.ride_id": "{trip}",
    }  # fmt: skip
    (one,) = mapping_of_pairs(options, CHINA).records
    assert set(one.quantities) == {"trips"}
    assert one.evidence["ride_id"].columns == ["trip"]
    # No text of an option is taken for a piece of the document.
    with pytest.raises(BadMapping):
        mapping_of_pairs(options | {"region": ""}, CHINA)
    with pytest.raises(BadMapping):
        mapping_of_pairs(options | {"quantity.trips": "1"}, CHINA)


def test_a_mapping_is_read_from_a_file_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "rides.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.encode())
    assert load_mapping(path, CHINA) == read(PLAIN)
    path.write_bytes(PLAIN.replace("metro_ride", "地铁").encode("gb18030"))
    with pytest.raises(BadMapping) as caught:
        load_mapping(path, CHINA)
    assert caught.value.facts["problem"] == "fault:not_utf8"


def test_a_replacement_makes_no_text_that_is_too_long() -> None:
    one = record(region="{value: '{city}', replace: {'x': 'yyyyyyyyyy'}}")
    assert len(one.region.of({"city": "x" * (VALUE_CHARACTERS // 10)}, frozenset())) > 1
    with pytest.raises(UnreadableText) as caught:
        one.region.of({"city": "x" * VALUE_CHARACTERS}, frozenset())
    assert caught.value.case == "long"
