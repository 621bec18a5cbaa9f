"""Figures: the parameters of a rule, each with unit, source and grade, or named as awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from behaviours.document import Part
from behaviours.rules.clauses import read_awaited, read_source
from behaviours.rules.document import read_unit
from behaviours.rules.factors import POLICIES, Factor, FactorBook, Resolution
from behaviours.rules.members import Awaited, EvidenceRule, Parameter, Source, Value
from behaviours.rules.ranges import Ranges, read_ranges
from behaviours.rules.uncertainty import read_uncertainty
from behaviours.rules.units import GASES, ONE, Unit, parse_unit

EVIDENCE_FACTOR = "evidence_factor"
EVIDENCE_GRADES = "evidence_grades"
# The source of warming potentials, before the code of their set.
POTENTIAL_SOURCE = "gwp_"
# In place of an area map: the series is printed by province.
PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Reads parameters: no figure stands without unit, source, grade and a value on day one."""

    starts_on: date
    sources: Mapping[str, Source]
    keys: Mapping[str, tuple[str, ...]]
    book: FactorBook

    def parameter(self, name: str, part: Part) -> Parameter:
        unit = read_unit(part.at("unit"))
        meaning = part.at("meaning").text()
        if part.has("series"):
            part.only("unit", "meaning", "series")
            series = self._resolution(part.at("series"))
            if not series.unit.fits(unit):
                raise part.at("unit").wrong("series_unit", unit=series.unit.text)
            return Parameter(name, unit, meaning, (), series, ())
        part.only("unit", "meaning", "values", "by", "range", "required")
        by = self._by(part.at("by")) if part.has("by") else ()
        if part.has("range") and (by or part.has("required")):
            raise part.at("range").wrong("range_alone")
        across = read_unit(part.at("range")) if part.has("range") else None
        if part.has("required"):
            if part.has("values"):
                raise part.at("required").wrong("figure_not_awaited")
            awaited = read_awaited(name, part.at("required"))
            return Parameter(name, unit, meaning, (), None, by, awaited)
        values = tuple(self._value(p, by, across) for p in part.at("values").each())
        if not values or values[0].start > self.starts_on:
            raise part.wrong("no_first_value")
        if [v.start for v in values] != sorted({v.start for v in values}):
            raise part.at("values").wrong("dates_out_of_order")
        return Parameter(name, unit, meaning, values, None, by, range=across)

    def _by(self, part: Part) -> tuple[str, ...]:
        names = tuple(p.text() for p in part.each())
        for name in names:
            if name not in self.keys:
                raise part.wrong("unknown_keys", name=name)
        return names

    def _resolution(self, part: Part) -> Resolution:
        part.only("name", "policy", "notice", "area_map")
        policy = part.at("policy").one_of(*POLICIES)
        series = part.at("name").text()
        fitting = [f for f in self.book.factors.values() if f.series == series]
        if not fitting:
            raise part.at("name").wrong("unknown_series", series=series)
        notice = part.at("notice").text() if policy == "pinned" else None
        if notice is not None and notice not in {f.notice.code for f in fitting}:
            raise part.at("notice").wrong("unknown_notice", series=series)
        area_map = part.at("area_map").text() if part.has("area_map") else None
        self._check_area_map(part, series, area_map, fitting)
        return Resolution(series, policy, area_map, notice, fitting[0].unit)

    def _check_area_map(
        self, part: Part, series: str, area_map: str | None, fitting: Sequence[Factor]
    ) -> None:
        """A value of one division of the country is not read by the borders of another."""
        maps = {factor.notice.area_maps.get(series) for factor in fitting}
        if area_map not in maps:
            raise part.at("area_map" if part.has("area_map") else "name").wrong(
                "other_areas",
                series=series,
                area=area_map or PROVINCE,
                wanted=sorted(each or PROVINCE for each in maps),
            )
        if area_map is not None and not self.book.area_maps[area_map].members:
            raise part.at("area_map").wrong("no_members", area=area_map)

    def _value(self, part: Part, by: tuple[str, ...], across: Unit | None) -> Value:
        part.only("from", "value", "rows", "source", "grade", "note", "uncertainty")
        source, grade = read_source(part, self.sources)
        start = part.at("from").day() if part.has("from") else self.starts_on
        note = part.at("note").text() if part.has("note") else ""
        number: Decimal | Mapping[tuple[str, ...], Decimal] | Ranges
        if across is not None:
            number = read_ranges(part.at("rows"))
        else:
            number = self._rows(part.at("rows"), by) if by else part.at("value").number()
        stated = part.maybe("uncertainty")
        plain = number if isinstance(number, Decimal) else None
        uncertainty = None if stated is None else read_uncertainty(stated, plain)
        return Value(start, number, source, grade, note, uncertainty)

    def _rows(self, part: Part, by: tuple[str, ...]) -> Mapping[tuple[str, ...], Decimal]:
        rows: dict[tuple[str, ...], Decimal] = {}
        for row in part.each():
            row.only("key", "value")
            key = tuple(p.text() for p in row.at("key").each())
            known = len(key) == len(by) and all(
                k in self.keys[name] for k, name in zip(key, by, strict=True)
            )
            if not known or key in rows:
                raise row.at("key").wrong("unknown_row")
            rows[key] = row.at("value").number()
        return MappingProxyType(rows)


def evidence_factor(
    part: Part, starts_on: date, sources: Mapping[str, Source], evidence: Mapping[str, EvidenceRule]
) -> tuple[Parameter, tuple[str, ...], str]:
    """The table ``evidence_factor``, its keys and the evidence that says which grade an action has.

    Weaker evidence earns a part of the credit: a factor from 0 to 1 per grade of evidence.
    """
    part.only("evidence", "factors", "source", "grade", "note")
    source, grade = read_source(part, sources)
    factors = {name: each.number() for name, each in part.at("factors").items()}
    for name, each in part.at("factors").items():
        if not 0 <= factors[name] <= 1:
            raise each.wrong("evidence_factor_outside")
    named = part.at("evidence")
    rule = evidence.get(named.text())
    shape = "|".join(factors)
    if rule is None or rule.pattern is None or rule.pattern.pattern != shape:
        raise named.wrong("grades_not_told", pattern=shape)
    rows: Mapping[tuple[str, ...], Decimal] = MappingProxyType(
        {(name,): factor for name, factor in factors.items()}
    )
    note = part.at("note").text() if part.has("note") else ""
    value = Value(starts_on, rows, source, grade, note)
    meaning = "Part of the credit that the evidence of this grade earns"
    table = Parameter(EVIDENCE_FACTOR, ONE, meaning, (value,), None, (EVIDENCE_GRADES,))
    return table, tuple(factors), rule.name


@dataclass(frozen=True, slots=True)
class Gases:
    """The gases that a rule counts, and the set by which other gases than CO2 are weighed."""

    counted: tuple[str, ...]
    potential_set: str | None
    parameters: tuple[Parameter, ...]
    sources: Mapping[str, Source]


def read_gases(part: Part | None, starts_on: date, book: FactorBook) -> Gases:
    """Every other gas than CO2 brings a parameter, such as GWP_CH4, of the named set."""
    if part is None:
        return Gases((), None, (), {})
    part.only("counted", "gwp_set")
    counted = tuple(each.one_of(*GASES) for each in part.at("counted").each())
    others = [gas for gas in counted if gas != "CO2"]
    if not others:
        return Gases(counted, None, (), {})
    code = part.at("gwp_set").one_of(*book.potential_sets)
    potentials = book.potential_sets[code]
    source = Source(f"{POTENTIAL_SOURCE}{code}", potentials.title, "", potentials.where)
    parameters = []
    for gas in others:
        name, unit = f"GWP_{gas}", parse_unit(f"kgCO2e/kg{gas}")
        meaning = f"Warming potential of {gas} by {potentials.title}"
        known = potentials.potentials.get(gas)
        if known is None or (known.holds_from is not None and known.holds_from > starts_on):
            awaited = Awaited(name, f"the value of {gas} in the set {code}", potentials.where)
            parameters.append(Parameter(name, unit, meaning, (), None, (), awaited))
        else:
            value = Value(
                *(starts_on, known.value, source.code, known.grade, known.source),
                known.uncertainty,
            )
            parameters.append(Parameter(name, unit, meaning, (value,), None, ()))
    return Gases(counted, code, tuple(parameters), {source.code: source})
