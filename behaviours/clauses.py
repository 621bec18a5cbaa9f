"""Clauses: each section of a rule document, read and checked by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from behaviours.document import Part
from behaviours.factors import GRADES, FactorBook, Resolution
from behaviours.methodology import (
    ClaimRule,
    Document,
    Equation,
    EvidenceRule,
    ExclusionRule,
    IntervalRule,
    Parameter,
    QuantityRule,
    Source,
    Value,
)

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+|[a-z][a-z0-9_]*")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
BEHAVIOUR = re.compile(r"[a-z][a-z0-9_]{1,63}")
RESERVED_NAMES = frozenset({"on", "region"})

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# Only shapes that are matched in one pass: no groups that repeat, no look-around.
_EVIDENCE_PATTERN = re.compile(r"(?:\[[^\[\]()]+\](?:\{\d+(?:,\d+)?\})?|[A-Za-z|_-])+")


def matching(part: Part, pattern: re.Pattern[str]) -> str:
    value = part.text()
    if pattern.fullmatch(value) is None:
        raise part.wrong(f"{value!r} has an unusable form", f"It must match {pattern.pattern}.")
    return value


def read_origin(part: Part) -> Document:
    part.only("title", "issuer", "number", "date", "url")
    # What could not be read stays empty here and is listed under `missing`.
    texts = {}
    for name in ("issuer", "number", "date", "url"):
        value = part.at(name).value
        texts[name] = value if isinstance(value, str) else part.at(name).text()
    return Document(
        part.at("title").text(), texts["issuer"], texts["number"], texts["date"], texts["url"]
    )


def read_sources(part: Part) -> dict[str, Source]:
    found = {}
    for code, source in part.items():
        source.only("title", "url", "read")
        url = source.at("url").value
        found[code] = Source(
            code,
            source.at("title").text(),
            url if isinstance(url, str) else source.at("url").text(),
            source.at("read").text(),
        )
    if not found:
        raise part.wrong("no source is named", "Name at least the text that the rule follows.")
    return found


def _source(part: Part, sources: Mapping[str, Source]) -> tuple[str, str]:
    """Code and grade of where a figure was read: no figure stands without them."""
    source = part.at("source")
    if source.text() not in sources:
        raise source.wrong(f"no source is called {source.text()!r}", "Add it under sources:.")
    return source.text(), part.at("grade").one_of(*GRADES)


def read_quantity(name: str, part: Part) -> QuantityRule:
    part.only("unit", "least", "most", "whole", "meaning", "evidence")
    rule = QuantityRule(
        name,
        part.at("unit").unit(),
        part.at("least").number(),
        part.at("most").number(),
        part.has("whole") and part.at("whole").flag(),
        part.at("meaning").text(),
        part.at("evidence").text(),
    )
    if not 0 <= rule.least <= rule.most:
        raise part.wrong("the bounds contradict each other", "least: 0 or more, most: above it.")
    return rule


def read_evidence(name: str, part: Part) -> EvidenceRule:
    part.only("meaning", "type", "pattern", "default")
    pattern = None
    if part.has("pattern"):
        text = part.at("pattern").text()
        if _EVIDENCE_PATTERN.fullmatch(text) is None:
            raise part.at("pattern").wrong(
                "too rich a pattern", "Use classes with counts, as [0-9]{15}, or words with |."
            )
        pattern = re.compile(text)
    kind = part.at("type").one_of("text", "date") if part.has("type") else "text"
    default = part.at("default").text() if part.has("default") else None
    return EvidenceRule(name, part.at("meaning").text(), kind, pattern, default)


def read_key_set(part: Part) -> tuple[str, ...]:
    keys = tuple(matching(p, _KEY) for p in part.each())
    if not keys or len(set(keys)) != len(keys):
        raise part.wrong("keys are missing or doubled", "List each key once.")
    return keys


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Reads parameters: no figure stands without unit, source, grade and a value on day one."""

    starts_on: date
    sources: Mapping[str, Source]
    keys: Mapping[str, tuple[str, ...]]
    book: FactorBook

    def parameter(self, name: str, part: Part) -> Parameter:
        unit = part.at("unit").unit()
        meaning = part.at("meaning").text()
        if part.has("series"):
            part.only("unit", "meaning", "series")
            series = self._resolution(part.at("series"))
            if not series.unit.fits(unit):
                raise part.at("unit").wrong(
                    f"the series is in {series.unit.text}", "State a unit that fits it."
                )
            return Parameter(name, unit, meaning, (), series, ())
        part.only("unit", "meaning", "values", "by")
        by = self._by(part.at("by")) if part.has("by") else ()
        values = tuple(self._value(p, by) for p in part.at("values").each())
        if not values or values[0].start > self.starts_on:
            raise part.wrong(
                "there is no value on the first day in force",
                "Add a sourced value, or ask for it as a quantity.",
            )
        if [v.start for v in values] != sorted({v.start for v in values}):
            raise part.at("values").wrong("the dates do not ascend", "Put the earliest first.")
        return Parameter(name, unit, meaning, values, None, by)

    def _by(self, part: Part) -> tuple[str, ...]:
        names = tuple(p.text() for p in part.each())
        for name in names:
            if name not in self.keys:
                raise part.wrong(f"no keys are called {name!r}", "Add them under keys:.")
        return names

    def _resolution(self, part: Part) -> Resolution:
        part.only("name", "policy", "notice", "area_map")
        policy = part.at("policy").one_of("pinned", "activity_year", "latest_published")
        series = part.at("name").text()
        fitting = [f for f in self.book.factors.values() if f.series == series]
        if not fitting:
            raise part.at("name").wrong(f"no series is called {series!r}", "Name one we hold.")
        notice = part.at("notice").text() if policy == "pinned" else None
        if notice is not None and notice not in {f.notice.code for f in fitting}:
            raise part.at("notice").wrong(f"{series} has nothing of it", "Name its notice.")
        area_map = part.at("area_map").text() if part.has("area_map") else None
        if area_map is not None and area_map not in self.book.area_maps:
            raise part.at("area_map").wrong(f"no area map {area_map!r}", "Name one we hold.")
        return Resolution(series, policy, area_map, notice, fitting[0].unit)

    def _value(self, part: Part, by: tuple[str, ...]) -> Value:
        part.only("from", "value", "rows", "source", "grade", "note")
        source, grade = _source(part, self.sources)
        start = part.at("from").day() if part.has("from") else self.starts_on
        note = part.at("note").text() if part.has("note") else ""
        number = self._rows(part.at("rows"), by) if by else part.at("value").number()
        return Value(start, number, source, grade, note)

    def _rows(self, part: Part, by: tuple[str, ...]) -> Mapping[tuple[str, ...], Decimal]:
        rows: dict[tuple[str, ...], Decimal] = {}
        for row in part.each():
            row.only("key", "value")
            key = tuple(p.text() for p in row.at("key").each())
            known = len(key) == len(by) and all(
                k in self.keys[name] for k, name in zip(key, by, strict=True)
            )
            if not known or key in rows:
                raise row.at("key").wrong(
                    "no such key, or the row stands twice", "Use one key of each set, once."
                )
            rows[key] = row.at("value").number()
        return MappingProxyType(rows)


def read_equation(part: Part, sources: Mapping[str, Source]) -> Equation:
    part.only("name", "is", "unit", "meaning", "source", "grade")
    source, grade = _source(part, sources)
    return Equation(
        part.at("name").text(),
        part.at("is").text(),
        part.at("unit").unit(),
        part.at("meaning").text(),
        source,
        grade,
    )


def read_regions(part: Part, book: FactorBook) -> frozenset[str] | None:
    if part.value == "all":
        return None
    found = frozenset(p.text() for p in part.each())
    unknown = found - book.regions.keys()
    if unknown or not found:
        raise part.wrong(f"unknown regions {sorted(unknown)}", "Write all, or codes as CN-44.")
    return found


def read_interval(part: Part, evidence: Mapping[str, EvidenceRule]) -> IntervalRule:
    part.only("required", "most_hours", "occupies_person", "meter")
    meter = part.at("meter").text() if part.has("meter") else None
    if meter is not None and meter not in evidence:
        raise part.at("meter").wrong(f"no evidence is called {meter!r}", "Name the meter's.")
    rule = IntervalRule(
        part.at("required").flag(),
        part.at("most_hours").whole(24 * 366),
        part.has("occupies_person") and part.at("occupies_person").flag(),
        meter,
    )
    if meter is not None and not rule.required:
        raise part.wrong("a metered deed needs its interval", "Write required: true.")
    return rule


def read_claim(part: Part, evidence: Mapping[str, EvidenceRule]) -> ClaimRule:
    part.only("kind", "evidence", "per", "ignore_case")
    names = tuple(p.text() for p in part.at("evidence").each())
    for name in names:
        if name not in evidence:
            raise part.at("evidence").wrong(f"no evidence is called {name!r}", "Declare it first.")
    per_day = part.has("per") and part.at("per").one_of("day") == "day"
    ignore_case = part.has("ignore_case") and part.at("ignore_case").flag()
    return ClaimRule(matching(part.at("kind"), BEHAVIOUR), names, per_day, ignore_case)


def read_exclusion(part: Part) -> ExclusionRule:
    part.only("group", "side", "per")
    return ExclusionRule(
        matching(part.at("group"), BEHAVIOUR),
        matching(part.at("side"), BEHAVIOUR),
        part.at("per").one_of("day", "year"),
    )


def read_rounding(part: Part) -> tuple[str, str]:
    part.only("to", "mode", "negative")
    part.at("to").one_of("mg")
    part.at("mode").one_of("down")
    negative = part.at("negative").one_of("zero", "refuse")
    return negative, "once, at the end, down to whole milligrams of CO2e"


def read_missing(part: Part) -> Mapping[str, str]:
    part.only("what", "where")
    return {"what": part.at("what").text(), "where": part.at("where").text()}
