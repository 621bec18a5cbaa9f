"""Reading a provider's file: whatever its columns and dirt, every row is accounted for."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from app.files.sorting import Sorter
from app.messages.catalogues import sentence
from behaviours.file_refusals import BadMapping
from behaviours.files.mapping_document import mapping_of_pairs
from behaviours.files.outcome import FileRow
from tests.app.recording.imports.conftest import DAY, RIDES, Importer, as_mapping
from tests.builders.civil import CHINA
from tests.builders.sealed import in_the_clear

Rides = Callable[..., str]


@pytest.fixture
def card() -> str:
    return secrets.token_hex(6)


def test_rows_become_actions_and_a_second_run_records_nothing_twice(
    importing: Importer, rides: Rides, card: str
) -> None:
    text = rides(card, card, f"{card}b")
    counts, flaws = importing(text)
    assert (counts.rows, counts.actions, counts.recorded, flaws) == (3, 3, 3, [])
    assert (counts.enrolled, counts.saved_mg, counts.points) == (2, 138_000, 138)
    again, flaws = importing(text)
    assert (again.recorded, again.already_recorded, again.enrolled, flaws) == (0, 3, 0, [])
    assert importing.stored() == 3


@pytest.mark.parametrize("header", ["card,at,gate", "gate,line,at,card"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("zipped", [False, True])
def test_columns_stand_in_any_order_and_texts_in_the_usual_encodings(
    importing: Importer, rides: Rides, card: str, header: str, encoding: str, *, zipped: bool
) -> None:
    text = rides(card, header=header).replace(",7", ",七").replace("7,", "七,")
    counts, flaws = importing(text, encoding=encoding, zipped=zipped)
    assert (counts.recorded, flaws) == (1, [])
    (ride,) = in_the_clear(importing.wiring, "provider_id = %s", (importing.provider,))
    assert ride.evidence["ride_id"].endswith("-七")


def test_lines_of_json_are_rows_too(importing: Importer, card: str) -> None:
    lines = [
        f'{{"who": {{"card": "{card}"}}, "at": "{DAY} 08:00", "gate": 7}}',
        "",
        '{"who": ',
        "[1]",
        f'{{"who": {{"card": "{card}"}}, "at": null, "gate": 7}}',
    ]
    mapping = deepcopy(RIDES)
    record = mapping["records"][0]
    mapping["person"] = "{who.card}"
    record["external_id"] = "{who.card}-{at}"
    record["evidence"]["ride_id"] = "{who.card}-{at}-{gate}"
    counts, flaws = importing("\n".join(lines), mapping, name="rides.ndjson")
    assert counts.recorded == 1
    assert [(flaw.line, flaw.code) for flaw in flaws] == [
        ("3", "UNREADABLE_ROW"),
        ("4", "UNREADABLE_ROW"),
        ("5", "BLANK_VALUE"),
    ]


def test_dirt_is_refused_by_line_and_reason(importing: Importer, rides: Rides, card: str) -> None:
    text = rides(card) + (
        f"{card},{DAY} 09:30\n"  # a field short
        f"{card},yesterday,7\n"
        f",{DAY} 11:30,7\n"
        f'{card},"{DAY}\n12:30",7\n'  # a line break within quotes
        f"{card},2019-01-01 08:00,7\n"
        f"{'x' * 200},{DAY} 08:00,7\n"
    )
    counts, flaws = importing(text)
    assert counts.recorded == 1
    assert [(flaw.line, flaw.code, flaw.pointer) for flaw in flaws] == [
        ("3", "UNREADABLE_ROW", ""),
        ("4", "UNREADABLE_TIME", "/occurred_at"),
        ("5", "BLANK_VALUE", ""),
        ("6", "UNREADABLE_TEXT", "/external_id"),
        ("9", "INVALID_EXTERNAL_ID", "/external_id"),
        ("8", "NO_RULE_IN_FORCE", "/occurred_at"),
    ]
    assert all(len(sentence(flaw.refusal, "zh-CN")) > 6 for flaw in flaws)
    assert all(len(sentence(flaw.refusal)) > 15 for flaw in flaws)
    assert counts.refused == Counter(flaw.code for flaw in flaws)


def test_without_an_agreement_only_known_people_are_recorded(
    importing: Importer, rides: Rides, card: str
) -> None:
    importing(rides(card))
    counts, flaws = importing(rides(card, card, f"{card}-new"), agreed=False)
    assert (counts.recorded, counts.already_recorded, counts.enrolled) == (1, 1, 0)
    assert [flaw.code for flaw in flaws] == ["UNKNOWN_PARTICIPANT"]


def test_nobody_is_enrolled_for_a_action_that_no_rule_takes(importing: Importer, card: str) -> None:
    counts, flaws = importing(f"card,at,gate\n{card},2019-01-01 08:00,7\n")
    assert (counts.enrolled, [flaw.code for flaw in flaws]) == (0, ["NO_RULE_IN_FORCE"])


def test_a_dry_run_counts_and_writes_nothing(importing: Importer, rides: Rides, card: str) -> None:
    importing(rides(card))
    counts, flaws = importing(rides(card, card, f"{card}-new"), dry_run=True)
    assert (counts.recorded, counts.already_recorded, counts.enrolled) == (2, 1, 1)
    assert flaws == []
    assert importing.stored() == 1
    really, _ = importing(rides(card, card, f"{card}-new"))
    assert really.as_dict() == counts.as_dict()


def test_small_batches_count_the_same(importing: Importer, rides: Rides, card: str) -> None:
    text = rides(*[f"{card}{number % 5}" for number in range(23)])
    counts, flaws = importing(text, batch=4)
    assert (counts.recorded, counts.enrolled, flaws) == (23, 5, [])


def test_actions_can_be_moved_by_days(importing: Importer, card: str) -> None:
    text = f"card,at,gate\n{card},2019-02-01 08:00,7\n"
    counts, flaws = importing(text, shift_days=2600)
    assert (counts.recorded, flaws) == (1, [])


TAPS: dict[str, Any] = {
    "source": {"blank": ["", "-"]},
    "person": "{card}",
    "records": [
        {
            "pair": {
                "entry": {"kind": "in"},
                "exit": {"kind": ["out", "leave"]},
                "by": ["{card}"],
                "at": {"value": "{at}", "format": "%Y-%m-%d %H:%M"},
                "within_minutes": 240,
                "differ": ["{station}"],
            },
            "behaviour": "metro_ride",
            "person": "{exit.card}",
            "region": "CN-44",
            "external_id": "{exit.card}-{exit.at}",
            "occurred_at": {"value": "{entry.at}", "format": "%Y-%m-%d %H:%M"},
            "ended_at": {"value": "{exit.at}", "format": "%Y-%m-%d %H:%M"},
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": "{exit.card}-{exit.at}-{entry.at}"},
        }
    ],
}


def test_entries_are_paired_with_exits_whatever_the_order_of_rows(
    importing: Importer, card: str
) -> None:
    rows = [
        f"{card},{DAY} 09:00,out,B",  # 2: of the entry below
        f"{card},{DAY} 08:30,in,A",  # 3
        f"{card},{DAY} 08:20,in,A",  # 4: no exit before the next entry
        f"{card},{DAY} 10:00,leave,C",  # 5: no entry
        f"{card},{DAY} 11:00,in,C",  # 6
        f"{card},{DAY} 11:01,out,C",  # 7: left where it entered
        f"{card},{DAY} 12:00,in,-",  # 8
        f"{card},{DAY} 12:30,out,-",  # 9: blanks say nothing
        f"{card},{DAY} 12:30,out,-",  # 10: the same row again
        f"{card},{DAY} 13:00,in,A",  # 11
        f"{card},{DAY} 17:01,out,B",  # 12: too late
        f"{card},{DAY} 18:00,maintenance,B",  # 13
    ]
    counts, flaws = importing("card,at,kind,station\n" + "\n".join(rows), TAPS)
    assert counts.recorded == 2
    assert sorted((flaw.code, flaw.line) for flaw in flaws) == [
        ("ENTRY_WITHOUT_EXIT", "11"),
        ("ENTRY_WITHOUT_EXIT", "4"),
        ("EXACT_DUPLICATE", "10"),
        ("EXIT_WITHOUT_ENTRY", "12"),
        ("EXIT_WITHOUT_ENTRY", "5"),
        ("ROW_NOT_MAPPED", "13"),
        ("SAME_PLACE", "6+7"),
    ]


def test_rows_are_added_up_by_group_and_incomplete_groups_are_not_guessed(
    importing: Importer, card: str
) -> None:
    mapping = {
        "person": card,
        "records": [
            {
                "group": {"by": [{"value": "{at}", "replace": {" .*": ""}}], "rows": 2},
                "behaviour": "distributed_pv",
                "region": "CN-44",
                "external_id": {"value": "pv-{at}", "replace": {" .*": ""}},
                "occurred_at": {"value": "{at}", "format": "%Y-%m-%d %H:%M"},
                "ended_at": {"value": "{at}", "format": "%Y-%m-%d %H:%M", "plus_minutes": 30},
                "quantities": {"generation_kwh": {"sum": "{kw}", "times": "0.5"}},
                "evidence": {"meter_id": card},
            }
        ],
    }
    rows = [
        f"{DAY} 08:30,0.45399999999999996",
        "2026-02-01 08:00,1",
        f"{DAY} 08:00,0.2",
        "2026-02-02 08:00,1",
        "2026-02-02 08:30,much",
    ]
    counts, flaws = importing("at,kw\n" + "\n".join(rows), mapping)
    assert counts.recorded == 1
    assert [(flaw.code, flaw.line) for flaw in flaws] == [
        ("INCOMPLETE_GROUP", "3-3"),
        ("UNREADABLE_NUMBER", "5-6"),
    ]
    with importing.wiring.database.engine.connect() as connection:
        kwh = connection.exec_driver_sql(
            "select quantities->>'generation_kwh' from action where provider_id = %s",
            (importing.provider,),
        ).scalar_one()
    assert kwh == "0.327"


def test_a_sorter_gives_back_every_row_in_order_also_from_disk() -> None:
    sorter = Sorter(run=10)
    numbers = [(number * 37) % 100 for number in range(100)]
    for line, number in enumerate(numbers):
        sorter.add((f"{number:03d}",), FileRow(line, {"n": str(number)}))
    found = [(key, line.fields["n"]) for key, line in sorter.rows()]
    assert found == [((f"{number:03d}",), str(number)) for number in range(100)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a,a,b\n1,2,3\n", "several columns named a"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(importing: Importer, text: str, said: str) -> None:
    counts, flaws = importing(text)
    assert counts.fault
    assert (said in sentence(counts.fault), flaws) == (True, [])


def test_a_file_of_another_encoding_than_stated_says_so(importing: Importer, card: str) -> None:
    mapping = {**RIDES, "source": {"encoding": "utf-8"}}
    text = f"card,at,gate\n{card},{DAY} 07:00,7\n{card},{DAY} 08:00,七\n{card},{DAY} 09:00,7\n"
    counts, _ = importing(text, mapping, encoding="gb18030")
    assert counts.fault
    assert (counts.fault.case, counts.fault.facts["line"]) == ("other_encoding", 3)
    # What was read before it is recorded and counted.
    assert (counts.lines, counts.recorded, importing.stored()) == (2, 1, 1)


def test_a_column_that_the_file_lacks_is_a_slip_in_the_mapping(
    importing: Importer, card: str
) -> None:
    counts, flaws = importing(f"card,at\n{card},{DAY} 08:00\n")
    assert counts.fault
    assert counts.fault.case == "no_such_column"
    assert (counts.fault.facts["column"], counts.fault.facts["columns"]) == ("gate", "card, at")
    assert [flaw.code for flaw in flaws] == ["UNREADABLE_FILE"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(rows=1), "rows: no such field"),
        (lambda m: m.update(records=[]), "records: there is no record"),
        (lambda m: m.pop("person"), "person:"),
        (lambda m: m["records"][0].pop("region"), "records[0]: 'region' is missing"),
        (lambda m: m["records"][0].update(colour="x"), "records[0].colour: no such field"),
        (lambda m: m["records"][0].update(region=[4]), "records[0].region: a text is expected"),
        (lambda m: m["records"][0]["occurred_at"].update(zone="x"), "zone: no such field"),
        (lambda m: m.update(source={"time_zone": "Asia/Nowhere"}), "'Asia/Nowhere' is no time"),
        (lambda m: m.update(source={"time_zone": "../etc/passwd"}), "is no time zone"),
        (lambda m: m.update(source={"encoding": "utf-99"}), "'utf-99' is no encoding"),
        (lambda m: m.update(source={"encoding": "rot13"}), "'rot13' is no encoding"),
        (lambda m: m.update(source={"format": "xls"}), "csv, ndjson, xlsx"),
        (lambda m: m.update(source={"delimiter": "||"}), "one character"),
        (lambda m: m["records"][0]["quantities"].update(trips={"value": "1", "times": "x"}),
         "'x' is not a plain decimal number"),
        (lambda m: m["records"][0].update(pair={"within_minutes": 0}), "not a usable whole number"),
        (lambda m: m["records"][0].update(group={"by": "x", "rows": "any"}), "a list of texts"),
        (lambda m: m["records"][0].update(group={"by": ["x"]}), "every_minutes"),
        (lambda m: m["records"][0].update(
            external_id={"value": "x", "replace": {"(": ""}}), "RE2"),
        (lambda m: m["records"][0].update(
            external_id={"value": "x", "replace": {"(a+)+(?=b)": ""}}), "RE2"),
        (lambda m: m["records"][0].update(
            external_id={"value": "x", "replace": {"a": "\\2"}}), "replacement"),
        (lambda m: m["records"][0].update(
            occurred_at={"value": "{at}", "format": "%Y-%m-%d"}), "midnight is not guessed"),
        (lambda m: m["records"][0].update(
            occurred_at={"value": "{at}", "format": "%c"}), "'%c' is no format"),
        (lambda m: m["records"][0]["quantities"].update(trips={"sum": "{n}"}), "Add group:"),
        (lambda m: m["records"][0]["evidence"].update(ride_id="a\0b"), "nobody can see"),
        (lambda m: m["records"][0]["evidence"].update(
            ride_id={"value": "a", "replace": {"a": "\0"}}), "nobody can see"),
    ],
)  # fmt: skip
def test_a_bad_mapping_names_its_place(change: Callable[[Any], Any], said: str) -> None:
    mapping = deepcopy(RIDES)
    change(mapping)
    with pytest.raises(BadMapping) as refused:
        as_mapping(mapping)
    assert said in sentence(refused.value)


def test_a_mapping_can_be_said_in_pairs(importing: Importer, rides: Rides, card: str) -> None:
    mapping = mapping_of_pairs(
        {
            "person": "{card}",
            "behaviour": "metro_ride",
            "region": "CN-44",
            "external_id": "{card}-{at}",
            "occurred_at": "{at}",
            "quantities.trips": "1",
            "evidence.ride_id": "{card}-{at}",
        },
        CHINA,
    )
    (record,) = mapping.records
    assert record.quantities["trips"].text.template == "1"
    assert record.evidence["ride_id"].columns == ["card", "at"]
