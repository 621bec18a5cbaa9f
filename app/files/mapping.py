"""The mapping: how the rows of a provider's file are read as actions.

A YAML document with three parts. ``source`` describes the file, ``person`` says which text is the
provider's own reference of a person, and ``records`` lists what rows become:

* a plain record makes one action of each row that its ``when`` matches;
* a ``pair`` makes one of an entry row and the exit row that follows it;
* a ``group`` makes one of all rows with the same key, with ``sum``s over them.

A value is a text with ``{columns}`` (in a pair ``{entry.column}`` and ``{exit.column}``), or a
mapping ``{value, format, plus_minutes, replace}`` for times and ``{value | sum, times}`` for
quantities. The first record that matches a row has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.files.refusals import BadMapping
from app.files.values import NumberValue, TextValue, TimeValue
from behaviours.document import DocumentError, read_plain
from behaviours.said import Said


@dataclass(frozen=True, slots=True)
class FileFormat:
    """The file: None for ``format`` and ``encoding`` means that they are found out."""

    format: str | None
    encoding: str | None
    delimiter: str
    header: bool
    columns: tuple[str, ...]
    zone: ZoneInfo
    blank: frozenset[str]


@dataclass(frozen=True, slots=True)
class PairRule:
    """An entry and the exit that follows it, for the same key and not too long after."""

    entry: Mapping[str, frozenset[str]]
    exit: Mapping[str, frozenset[str]]
    by: tuple[TextValue, ...]
    at: TimeValue
    within: timedelta
    # Texts that must not be the same at both ends, such as the station.
    differ: tuple[TextValue, ...]


@dataclass(frozen=True, slots=True)
class GroupRule:
    """All rows with the same key; ``rows`` is how many a whole group has (None: any)."""

    by: tuple[TextValue, ...]
    rows: int | None


@dataclass(frozen=True, slots=True)
class RecordRule:
    """What some rows become."""

    when: Mapping[str, frozenset[str]]
    behaviour: TextValue
    region: TextValue
    person: TextValue
    external_id: TextValue
    occurred_at: TimeValue
    ended_at: TimeValue | None
    quantities: Mapping[str, NumberValue]
    evidence: Mapping[str, TextValue]
    pair: PairRule | None
    group: GroupRule | None


@dataclass(frozen=True, slots=True)
class FileMapping:
    source: FileFormat
    records: tuple[RecordRule, ...]


def load_mapping(path: Path, zone: ZoneInfo) -> FileMapping:
    """The mapping of a YAML file; refuses a bad one with the place in it."""
    try:
        document = read_plain(path.read_text(encoding="utf-8"), path.name, DocumentError)
    except UnicodeDecodeError as broken:
        raise BadMapping("not_yaml", name=path.name, problem=str(broken)) from None
    except DocumentError as found:
        raise BadMapping(
            "not_yaml", name=path.name, problem=Said("note:document", found.facts)
        ) from None
    return read_mapping(document, zone)


def mapping_of_pairs(pairs: Mapping[str, str], zone: ZoneInfo) -> FileMapping:
    """The mapping of ``--map field=text`` options, one plain record for every row."""
    record: dict[str, Any] = {"quantities": {}, "evidence": {}}
    for field, value in pairs.items():
        group, dot, name = field.partition(".")
        if dot and group in ("quantities", "evidence"):
            record[group][name] = value
        else:
            record[field] = value
    return read_mapping({"records": [record]}, zone)


def read_mapping(document: object, zone: ZoneInfo) -> FileMapping:
    """Check a whole document; raises BadMapping at the first thing that is wrong.

    ``zone`` is that of times without an offset when the document names none: the programme's.
    """
    top = _Section(document, "the mapping")
    top.only("source", "person", "records")
    source = _source(top.part("source"), zone)
    records = top.raw.get("records")
    if not isinstance(records, list) or not records:
        raise BadMapping("no_records", pointer="/records")
    person = top.raw.get("person")
    return FileMapping(
        source,
        tuple(
            _record(_Section(one, f"records[{at}]"), person, source)
            for at, one in enumerate(records)
        ),
    )


class _Section:
    """A mapping in the document that knows its place, for refusals that name it."""

    def __init__(self, raw: object, place: str) -> None:
        if not isinstance(raw, dict):
            raise BadMapping("not_a_mapping", place=place)
        self.raw: dict[str, Any] = raw
        self.place = place

    def only(self, *names: str) -> None:
        for name in self.raw:
            if name not in names:
                raise BadMapping(
                    "unknown_name", place=self.place, name=str(name), names=", ".join(names)
                )

    def part(self, name: str) -> _Section:
        return _Section(self.raw.get(name, {}), f"{self.place}.{name}")

    def need(self, name: str) -> Any:
        if self.raw.get(name) is None:
            raise BadMapping("missing", place=self.place, name=name)
        return self.raw[name]

    def should_be(self, name: str, should: str) -> BadMapping:
        place, sent = f"{self.place}.{name}", repr(self.raw.get(name))
        return BadMapping("wrong", place=place, should=should, sent=sent)


def _source(reader: _Section, zone: ZoneInfo) -> FileFormat:
    reader.only("format", "encoding", "delimiter", "header", "columns", "time_zone", "blank")
    raw = reader.raw
    if raw.get("format") not in (None, "csv", "ndjson"):
        raise reader.should_be("format", "csv_or_ndjson")
    try:
        if "time_zone" in raw:
            zone = ZoneInfo(raw["time_zone"])
        "".encode(raw.get("encoding") or "utf-8")
    except (LookupError, ValueError, TypeError, OSError) as problem:
        raise BadMapping("unknown_setting", place=reader.place, problem=str(problem)) from None
    return FileFormat(
        format=raw.get("format"),
        encoding=raw.get("encoding"),
        delimiter=raw.get("delimiter", ","),
        header=raw.get("header", True),
        columns=tuple(raw.get("columns", ())),
        zone=zone,
        blank=frozenset(raw.get("blank", [""])) | {""},
    )


def _record(reader: _Section, person: object, source: FileFormat) -> RecordRule:
    reader.only(
        "when", "behaviour", "region", "person", "external_id", "occurred_at", "ended_at",
        "quantities", "evidence", "pair", "group",
    )  # fmt: skip
    raw = reader.raw
    if raw.get("pair") and raw.get("group"):
        raise BadMapping("pair_and_group", place=reader.place)
    if person is None and raw.get("person") is None:
        raise BadMapping("no_person")
    return RecordRule(
        when=_when(reader.part("when")),
        behaviour=_text(reader.need("behaviour"), f"{reader.place}.behaviour"),
        region=_text(reader.need("region"), f"{reader.place}.region"),
        person=_text(raw.get("person") or person, f"{reader.place}.person"),
        external_id=_text(reader.need("external_id"), f"{reader.place}.external_id"),
        occurred_at=_moment(reader.need("occurred_at"), f"{reader.place}.occurred_at", source),
        ended_at=_moment(raw["ended_at"], f"{reader.place}.ended_at", source)
        if raw.get("ended_at")
        else None,
        quantities={
            name: _number(value, f"{reader.place}.quantities.{name}")
            for name, value in reader.part("quantities").raw.items()
        },
        evidence={
            name: _text(value, f"{reader.place}.evidence.{name}")
            for name, value in reader.part("evidence").raw.items()
        },
        pair=_pair(reader.part("pair"), source) if raw.get("pair") else None,
        group=_group(reader.part("group")) if raw.get("group") else None,
    )


def _pair(reader: _Section, source: FileFormat) -> PairRule:
    reader.only("entry", "exit", "by", "at", "within_minutes", "differ")
    minutes = reader.need("within_minutes")
    if not isinstance(minutes, int) or minutes <= 0:
        raise reader.should_be("within_minutes", "minutes")
    entry, left = _when(reader.part("entry")), _when(reader.part("exit"))
    if not entry or not left:
        raise BadMapping("no_ends", place=reader.place)
    return PairRule(
        entry=entry,
        exit=left,
        by=_texts(reader, "by"),
        at=_moment(reader.need("at"), f"{reader.place}.at", source),
        within=timedelta(minutes=minutes),
        differ=_texts(reader, "differ") if reader.raw.get("differ") else (),
    )


def _group(reader: _Section) -> GroupRule:
    reader.only("by", "rows")
    rows = reader.raw.get("rows")
    if rows is not None and (not isinstance(rows, int) or rows <= 0):
        raise reader.should_be("rows", "rows")
    return GroupRule(by=_texts(reader, "by"), rows=rows)


def _texts(reader: _Section, name: str) -> tuple[TextValue, ...]:
    values = reader.need(name)
    if not isinstance(values, list) or not values:
        raise reader.should_be(name, "texts")
    return tuple(_text(value, f"{reader.place}.{name}") for value in values)


def _when(reader: _Section) -> dict[str, frozenset[str]]:
    return {
        column: frozenset(str(one) for one in (value if isinstance(value, list) else [value]))
        for column, value in reader.raw.items()
    }


def _text(raw: object, place: str) -> TextValue:
    if isinstance(raw, dict):
        reader = _Section(raw, place)
        reader.only("value", "replace")
        return TextValue(_template(reader.need("value"), place), _replacements(reader))
    return TextValue(_template(raw, place))


def _template(raw: object, place: str) -> str:
    if isinstance(raw, bool | float) or not isinstance(raw, str | int):
        raise BadMapping("not_a_text", place=place, sent=repr(raw))
    return str(raw)


def _replacements(reader: _Section) -> tuple[tuple[re.Pattern[str], str], ...]:
    try:
        return tuple(
            (re.compile(pattern), str(by)) for pattern, by in reader.part("replace").raw.items()
        )
    except (re.error, TypeError) as problem:
        raise BadMapping(
            "bad_pattern", place=f"{reader.place}.replace", problem=str(problem)
        ) from None


def _moment(raw: object, place: str, source: FileFormat) -> TimeValue:
    if not isinstance(raw, dict):
        return TimeValue(_text(raw, place), None, source.zone)
    reader = _Section(raw, place)
    reader.only("value", "format", "replace", "plus_minutes")
    plus = reader.raw.get("plus_minutes", 0)
    if not isinstance(plus, int):
        raise reader.should_be("plus_minutes", "minutes")
    text = TextValue(_template(reader.need("value"), place), _replacements(reader))
    return TimeValue(text, reader.raw.get("format"), source.zone, timedelta(minutes=plus))


def _number(raw: object, place: str) -> NumberValue:
    if not isinstance(raw, dict):
        return NumberValue(_text(raw, place), None, is_sum=False)
    reader = _Section(raw, place)
    reader.only("value", "sum", "times", "replace")
    is_sum = "sum" in raw
    text = TextValue(
        _template(reader.need("sum" if is_sum else "value"), place), _replacements(reader)
    )
    try:
        times = Decimal(str(raw["times"])) if "times" in raw else None
    except InvalidOperation:
        raise reader.should_be("times", "quoted_number") from None
    return NumberValue(text, times, is_sum)
