"""Reading a mapping: a document like every other, checked before a single row is read."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from behaviours.document import Part
from behaviours.file_refusals import BadMapping
from behaviours.files.mapping import (
    FileFormat,
    FileMapping,
    GroupRule,
    InstalledRule,
    PairRule,
    RecordRule,
)
from behaviours.files.mapping_values import (
    MINUTES_MOST,
    NAMES_MOST,
    read_day,
    read_moment,
    read_place,
    read_positive,
    read_quantity,
    read_replacements,
    read_string,
    read_template,
    read_text,
    read_texts,
    read_when,
)
from behaviours.files.quantities import NumberValue
from behaviours.files.values import ID, NUMBER, TextValue
from behaviours.said import fault
from behaviours.yaml_text import SIZE_MAX, read_tree
from behaviours.zones import zone_named

_Value = TypeVar("_Value")

FORMATS = ("csv", "ndjson", "xlsx")
# In each of them a line feed is one byte and part of nothing else, so that lines can be cut first.
ENCODINGS = ("utf-8", "gb18030", "gbk", "gb2312", "big5", "iso8859-1", "cp1252", "ascii")
RECORDS_MOST = 50
COLUMNS_MOST = 1000


def load_mapping(path: Path, zone: ZoneInfo) -> FileMapping:
    """The mapping of a YAML file; refuses a bad one with the line and the place in it."""
    with path.open("rb") as opened:
        raw = opened.read(4 * SIZE_MAX + 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise BadMapping(path.name, 1, "", fault("not_utf8", reason=broken.reason)) from None
    return read_mapping(text, zone, path.name)


def mapping_of_pairs(pairs: Mapping[str, str], zone: ZoneInfo) -> FileMapping:
    """The mapping of ``--map field=text`` options, one plain record for every row."""
    groups: dict[str, dict[str, str]] = {"quantities": {}, "evidence": {}}
    record: dict[str, str | dict[str, str]] = {**groups}
    for field, value in pairs.items():
        group, dot, name = field.partition(".")
        if dot and group in groups:
            groups[group][name] = value
        else:
            record[field] = value
    # JSON is YAML; written so, no text of an option can be taken for anything else.
    return read_mapping(json.dumps({"records": [record]}, ensure_ascii=False), zone, "--map")


def read_mapping(text: str, zone: ZoneInfo, name: str = "mapping") -> FileMapping:
    """Check a whole document, YAML or JSON; BadMapping at the first thing that is wrong.

    ``zone`` is that of times without an offset when the document names none: the programme's.
    """
    top = read_tree(text, name, BadMapping)
    top.only("source", "person", "records", "installations")
    source, person = _source(top.maybe("source"), zone), top.maybe("person")
    if top.has("records") and top.has("installations"):
        raise top.wrong("mapping_one_of", names="records, installations")
    if top.has("installations"):
        installed = _several(top.at("installations"))
        return FileMapping(
            source, (), tuple(_installed(one, person, source.zone) for one in installed.each())
        )
    records = _several(top.at("records"))
    return FileMapping(source, tuple(_record(one, person, source.zone) for one in records.each()))


def _several(records: Part) -> Part:
    if not isinstance(records.value, list) or not records.value:
        raise records.wrong("mapping_no_records")
    if len(records.value) > RECORDS_MOST:
        raise records.wrong("mapping_too_many", most=RECORDS_MOST)
    return records


def _installed(part: Part, shared: Part | None, zone: ZoneInfo) -> InstalledRule:
    part.only(
        "when", "person", "kind", "number", "issuer", "capacity", "capacity_unit",
        "commissioned_on", "region", "evidence",
    )  # fmt: skip
    person, issuer = part.maybe("person") or shared, part.maybe("issuer")
    capacity, unit = part.maybe("capacity"), part.maybe("capacity_unit")
    return InstalledRule(
        when=read_when(part.maybe("when")),
        person=read_text(person, ID) if person else None,
        kind=read_text(part.at("kind")),
        number=read_text(part.at("number"), ID),
        issuer=read_text(issuer) if issuer else None,
        capacity=_capacity(capacity) if capacity else None,
        capacity_unit=read_text(unit) if unit else None,
        commissioned_on=read_day(part.at("commissioned_on"), zone),
        region=read_text(part.at("region")),
        evidence=read_text(part.at("evidence")),
    )


def _capacity(part: Part) -> NumberValue:
    """A number that is read here, and not where the action's rule does."""
    if not isinstance(part.value, dict):
        return NumberValue(read_text(part, NUMBER), Decimal(1), is_sum=False)
    part.only("value", "times", "replace")
    factor = part.maybe("times")
    text = TextValue(read_template(part.at("value")), read_replacements(part), NUMBER)
    return NumberValue(text, read_positive(factor) if factor else Decimal(1), is_sum=False)


def _source(part: Part | None, zone: ZoneInfo) -> FileFormat:
    if part is None:
        return FileFormat(None, None, ",", True, (), 0, None, zone, frozenset({""}))
    part.only(
        "format", "encoding", "delimiter", "header", "columns", "skip_lines", "sheet", "time_zone",
        "blank",
    )  # fmt: skip
    form, header, skip = part.maybe("format"), part.maybe("header"), part.maybe("skip_lines")
    columns, blank = part.maybe("columns"), part.maybe("blank")
    encoding, named = part.maybe("encoding"), part.maybe("time_zone")
    delimiter, sheet = part.maybe("delimiter"), part.maybe("sheet")
    return FileFormat(
        format=form.one_of(*FORMATS) if form else None,
        encoding=_encoding(encoding) if encoding else None,
        delimiter=_delimiter(delimiter) if delimiter else ",",
        header=header.flag() if header else True,
        columns=_names(columns) if columns else (),
        skip_lines=skip.whole(1000) if skip else 0,
        sheet=sheet.text() if sheet else None,
        zone=_zone(named) if named else zone,
        blank=frozenset(map(read_string, blank.each())) | {""} if blank else frozenset({""}),
    )


def _encoding(part: Part) -> str:
    try:
        found = codecs.lookup(part.text()).name
    except (LookupError, ValueError):
        found = ""
    if found == "utf-8-sig":
        return "utf-8"
    if found not in ENCODINGS:
        raise part.wrong("mapping_encoding", value=part.text(), names=", ".join(ENCODINGS))
    return found


def _delimiter(part: Part) -> str:
    found = read_string(part)
    if len(found) != 1 or found in '"\r\n':
        raise part.wrong("mapping_delimiter")
    return found


def _zone(part: Part) -> ZoneInfo:
    try:
        return zone_named(part.text())
    except ValueError:
        raise part.wrong("mapping_zone", value=part.text()) from None


def _names(part: Part) -> tuple[str, ...]:
    found = tuple(each.text() for each in part.each())
    if len(found) > COLUMNS_MOST:
        raise part.wrong("mapping_too_many", most=COLUMNS_MOST)
    return found


def _record(part: Part, shared: Part | None, zone: ZoneInfo) -> RecordRule:
    part.only(
        "when", "behaviour", "region", "person", "external_id", "occurred_at", "ended_at",
        "quantities", "evidence", "pair", "group", "device", "supersedes", "start_place",
        "end_place",
    )  # fmt: skip
    pair, group = part.maybe("pair"), part.maybe("group")
    if pair and group:
        raise part.wrong("mapping_pair_and_group")
    person = part.maybe("person") or shared
    if person is None:
        raise part.wrong("mapping_no_person")
    device, earlier = part.maybe("device"), part.maybe("supersedes")
    ended, grouped = part.maybe("ended_at"), _group(group) if group else None
    return RecordRule(
        when=read_when(part.maybe("when")),
        behaviour=read_text(part.at("behaviour")),
        region=read_text(part.at("region")),
        person=read_text(person, ID),
        external_id=read_text(part.at("external_id"), ID),
        occurred_at=read_moment(part.at("occurred_at"), zone),
        ended_at=read_moment(ended, zone) if ended else None,
        quantities=_each(part.maybe("quantities"), lambda one: read_quantity(one, grouped)),
        evidence=_each(part.maybe("evidence"), read_text),
        pair=_pair(pair, zone) if pair else None,
        group=grouped,
        device=read_text(device, ID) if device else None,
        supersedes=read_text(earlier, ID) if earlier else None,
        start_place=read_place(part.maybe("start_place")),
        end_place=read_place(part.maybe("end_place")),
    )


def _each(part: Part | None, read: Callable[[Part], _Value]) -> dict[str, _Value]:
    found = dict(part.items()) if part else {}
    if part and len(found) > NAMES_MOST:
        raise part.wrong("mapping_too_many", most=NAMES_MOST)
    return {name: read(one) for name, one in found.items()}


def _pair(part: Part, zone: ZoneInfo) -> PairRule:
    part.only("entry", "exit", "by", "at", "within_minutes", "differ")
    minutes = part.at("within_minutes").whole(MINUTES_MOST)
    entry, left = read_when(part.maybe("entry")), read_when(part.maybe("exit"))
    if not entry or not left:
        raise part.wrong("mapping_no_ends")
    differ = part.maybe("differ")
    return PairRule(
        entry=entry,
        exit=left,
        by=read_texts(part.at("by"), ID),
        at=read_moment(part.at("at"), zone),
        within=timedelta(minutes=minutes),
        differ=read_texts(differ) if differ else (),
    )


def _group(part: Part) -> GroupRule:
    part.only("by", "rows", "every_minutes")
    rows, every = part.maybe("rows"), part.maybe("every_minutes")
    any_rows = rows is not None and rows.value == "any"
    if rows is None and every is None:
        # Nothing would tell a day with half of its readings from a whole one.
        raise part.wrong("mapping_no_rows")
    if any_rows and every:
        raise part.wrong("mapping_any_and_every")
    return GroupRule(
        by=read_texts(part.at("by"), ID),
        rows=rows.whole(100_000) if rows and not any_rows else None,
        any_rows=any_rows,
        every=timedelta(minutes=every.whole(MINUTES_MOST)) if every else None,
    )
