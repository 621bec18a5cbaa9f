"""Reading a mapping: a document like every other, checked before a single row is read."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import re2

from app.files.mapping import FileFormat, FileMapping, GroupRule, PairRule, RecordRule, When
from app.files.places import PlaceValue
from app.files.quantities import DistanceValue, NumberValue, Quantity, RiseValue
from app.files.refusals import BadMapping
from app.files.values import ID, NUMBER, OTHER, Pattern, TextValue, TimeValue, is_seen
from behaviours.document import SIZE_MAX, Part, read_tree
from behaviours.said import fault

_Value = TypeVar("_Value")

FORMATS = ("csv", "ndjson", "xlsx")
# In each of them a line feed is one byte and part of nothing else, so that lines can be cut first.
ENCODINGS = ("utf-8", "gb18030", "gbk", "gb2312", "big5", "iso8859-1", "cp1252", "ascii")
RECORDS_MOST = 50
NAMES_MOST = 64
COLUMNS_MOST = 1000
TEXT_MOST = 1000
PATTERN_MOST = 200
REPLACEMENTS_MOST = 20
MINUTES_MOST = 366 * 1440
_DIRECTIVES = frozenset("YymdHIMSfzpbBj%")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_BACKSLASH = re.compile(r"\\(.?)", re.DOTALL)


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
    top.only("source", "person", "records")
    source = _source(top.maybe("source"), zone)
    records = top.at("records")
    if not isinstance(records.value, list) or not records.value:
        raise records.wrong("mapping_no_records")
    if len(records.value) > RECORDS_MOST:
        raise records.wrong("mapping_too_many", most=RECORDS_MOST)
    person = top.maybe("person")
    return FileMapping(source, tuple(_record(one, person, source.zone) for one in records.each()))


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
        blank=frozenset(map(_string, blank.each())) | {""} if blank else frozenset({""}),
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
    found = _string(part)
    if len(found) != 1 or found in '"\r\n':
        raise part.wrong("mapping_delimiter")
    return found


def _zone(part: Part) -> ZoneInfo:
    try:
        return ZoneInfo(part.text())
    except (LookupError, ValueError, OSError):
        raise part.wrong("mapping_zone", value=part.text()) from None


def _names(part: Part) -> tuple[str, ...]:
    found = tuple(each.text() for each in part.each())
    if len(found) > COLUMNS_MOST:
        raise part.wrong("mapping_too_many", most=COLUMNS_MOST)
    return found


def _string(part: Part) -> str:
    if not isinstance(part.value, str):
        raise part.wrong("not_a_text")
    if len(part.value) > TEXT_MOST:
        raise part.wrong("too_long", most=TEXT_MOST)
    return part.value


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
        when=_when(part.maybe("when")),
        behaviour=_text(part.at("behaviour")),
        region=_text(part.at("region")),
        person=_text(person, ID),
        external_id=_text(part.at("external_id"), ID),
        occurred_at=_moment(part.at("occurred_at"), zone),
        ended_at=_moment(ended, zone) if ended else None,
        quantities=_each(part.maybe("quantities"), lambda one: _quantity(one, grouped)),
        evidence=_each(part.maybe("evidence"), _text),
        pair=_pair(pair, zone) if pair else None,
        group=grouped,
        device=_text(device, ID) if device else None,
        supersedes=_text(earlier, ID) if earlier else None,
        start_place=_place(part.maybe("start_place")),
        end_place=_place(part.maybe("end_place")),
    )


def _each(part: Part | None, read: Callable[[Part], _Value]) -> dict[str, _Value]:
    found = dict(part.items()) if part else {}
    if part and len(found) > NAMES_MOST:
        raise part.wrong("mapping_too_many", most=NAMES_MOST)
    return {name: read(one) for name, one in found.items()}


def _pair(part: Part, zone: ZoneInfo) -> PairRule:
    part.only("entry", "exit", "by", "at", "within_minutes", "differ")
    minutes = part.at("within_minutes").whole(MINUTES_MOST)
    entry, left = _when(part.maybe("entry")), _when(part.maybe("exit"))
    if not entry or not left:
        raise part.wrong("mapping_no_ends")
    differ = part.maybe("differ")
    return PairRule(
        entry=entry,
        exit=left,
        by=_texts(part.at("by"), ID),
        at=_moment(part.at("at"), zone),
        within=timedelta(minutes=minutes),
        differ=_texts(differ) if differ else (),
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
        by=_texts(part.at("by"), ID),
        rows=rows.whole(100_000) if rows and not any_rows else None,
        any_rows=any_rows,
        every=timedelta(minutes=every.whole(MINUTES_MOST)) if every else None,
    )


def _texts(part: Part, kind: str = OTHER) -> tuple[TextValue, ...]:
    if not isinstance(part.value, list) or not 0 < len(part.value) <= NAMES_MOST:
        raise part.wrong("mapping_no_texts", most=NAMES_MOST)
    return tuple(_text(one, kind) for one in part.each())


def _when(part: Part | None) -> When:
    found = {}
    for column, one in part.items() if part else ():
        values = one.each() if isinstance(one.value, list) else [one]
        found[column] = frozenset(map(_string, values))
    return found


def _text(part: Part, kind: str = OTHER) -> TextValue:
    if not isinstance(part.value, dict):
        return TextValue(_template(part), (), kind)
    part.only("value", "replace")
    return TextValue(_template(part.at("value")), _replacements(part), kind)


def _template(part: Part) -> str:
    text = part.text()
    if len(text) > TEXT_MOST:
        raise part.wrong("too_long", most=TEXT_MOST)
    _check_seen(part, text)
    return text


def _check_seen(part: Part, text: str) -> None:
    """A text with a NUL cannot be stored, and what nobody sees makes two of one."""
    if not is_seen(text):
        raise part.wrong("mapping_unseen")


def _replacements(part: Part) -> tuple[tuple[Pattern, str], ...]:
    replace = part.maybe("replace")
    found = list(replace.items()) if replace else []
    if replace and len(found) > REPLACEMENTS_MOST:
        raise replace.wrong("mapping_too_many", most=REPLACEMENTS_MOST)
    return tuple((_pattern(one, pattern), _by(one, pattern)) for pattern, one in found)


def _pattern(part: Part, pattern: str) -> Pattern:
    """Of the engine whose time is linear in the text: no pattern of a stranger can hang us."""
    if len(pattern) > PATTERN_MOST:
        raise part.wrong("too_long", most=PATTERN_MOST)
    options = re2.Options()
    options.log_errors = False
    try:
        made: Pattern = re2.compile(pattern, options)
    except re2.error as problem:
        reason = problem.args[0] if problem.args else ""
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise part.wrong("mapping_pattern", reason=shown) from None
    return made


def _by(part: Part, pattern: str) -> str:
    by = _string(part)
    if len(by) > PATTERN_MOST:
        raise part.wrong("too_long", most=PATTERN_MOST)
    _check_seen(part, by)
    groups = re2.compile(pattern).groups
    for found in _BACKSLASH.finditer(by):
        if found[1] != "\\" and not (found[1] in tuple("123456789") and int(found[1]) <= groups):
            raise part.wrong("mapping_backslash", groups=groups)
    return by


def _moment(part: Part, zone: ZoneInfo) -> TimeValue:
    if not isinstance(part.value, dict):
        return TimeValue(_text(part), None, zone)
    part.only("value", "format", "replace", "plus_minutes", "clock")
    form, clock, plus = part.maybe("format"), part.maybe("clock"), part.maybe("plus_minutes")
    shape = _format(form, has_clock=clock is not None) if form else None
    return TimeValue(
        TextValue(_template(part.at("value")), _replacements(part)),
        shape,
        zone,
        timedelta(minutes=_minutes(plus)) if plus else timedelta(),
        _clock(clock) if clock else None,
    )


def _minutes(part: Part) -> int:
    found = part.number()
    if found != int(found) or abs(found) > MINUTES_MOST:
        raise part.wrong("not_a_whole_number", least=-MINUTES_MOST, most=MINUTES_MOST)
    return int(found)


def _format(part: Part, *, has_clock: bool) -> str:
    shape = part.text()
    used = re.findall(r"%(.?)", shape)
    for one in used:
        if one not in _DIRECTIVES:
            raise part.wrong("mapping_format", value=f"%{one}", names=_directives())
    if len(used) != len(set(used) - {"%"}) or len(shape) > 64:
        raise part.wrong("mapping_format", value=shape, names=_directives())
    if not ({"H", "I"} & set(used) or has_clock):
        # Midnight would be a guess, and the second ride of a day would overlap the first.
        raise part.wrong("mapping_no_clock")
    return shape


def _directives() -> str:
    return " ".join(f"%{one}" for one in sorted(_DIRECTIVES))


def _clock(part: Part) -> time:
    text = part.text()
    if _CLOCK.fullmatch(text) is None:
        raise part.wrong("mapping_clock", value=text)
    return time.fromisoformat(text)


def _quantity(part: Part, group: GroupRule | None) -> Quantity:
    if not isinstance(part.value, dict):
        return NumberValue(_text(part, NUMBER), None, is_sum=False)
    part.only("value", "sum", "rise", "distance", "times", "replace", "resets", "at_most")
    kinds = [name for name in ("value", "sum", "rise", "distance") if part.has(name)]
    if len(kinds) != 1:
        raise part.wrong("mapping_one_of", names="value, sum, rise, distance")
    kind = kinds[0]
    if kind == "distance":
        part.only("distance")
        return _distance(part.at("distance"))
    if kind in ("sum", "rise") and group is None:
        raise part.at(kind).wrong("mapping_outside_group", name=kind)
    text = TextValue(_template(part.at(kind)), _replacements(part), NUMBER)
    factor, at_most = part.maybe("times"), part.maybe("at_most")
    times = _positive(factor) if factor else None
    if kind != "rise":
        part.only(kind, "times", "replace")
        return NumberValue(text, times, is_sum=kind == "sum")
    resets = part.maybe("resets")
    from_zero = resets is not None and resets.one_of("refused", "from_zero") == "from_zero"
    if from_zero and not at_most:
        # A reading that dips and comes back would be counted twice over.
        raise part.wrong("mapping_rise_bound")
    return RiseValue(text, times, from_zero, _positive(at_most) if at_most else None)


def _distance(part: Part) -> DistanceValue:
    part.only("from", "to")
    return DistanceValue(_degrees(part.at("from")), _degrees(part.at("to")))


def _place(part: Part | None) -> PlaceValue | None:
    return PlaceValue(*_degrees(part)) if part else None


def _degrees(part: Part) -> tuple[TextValue, TextValue]:
    found = _texts(part, NUMBER)
    if len(found) != 2:
        raise part.wrong("mapping_place")
    return found[0], found[1]


def _positive(part: Part) -> Decimal:
    found = part.number()
    if found <= 0 or len(found.as_tuple().digits) > 24:
        raise part.wrong("mapping_factor", value=str(part.value))
    return found
