"""External factor series: grid factors by area, data year and notice, and how a rule picks one.

A factor is never "China's": it is a series, an area, a data year and the notice that published
it. An area without a value is refused, never filled from a neighbour.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from behaviours.document import Part
from behaviours.refusal import Invalid
from behaviours.region_register import check_known, named_regions
from behaviours.regions import province_of
from behaviours.rules.document import read_document
from behaviours.rules.series_value import SeriesValue
from behaviours.rules.uncertainty import DEVIATIONS, Uncertainty, read_uncertainty
from behaviours.rules.units import Unit, parse_unit
from behaviours.sun import Centre

SERIES_FOLDER = Path(__file__).parent.parent / "series"

# From best to worst; a result is as good as the worst figure that it depends on.
GRADES = ("official", "secondary", "press", "assumption")

# How a rule may pick a factor of a series.
POLICIES = ("pinned", "activity_year", "latest_published")


class NoFactorForArea(Invalid):
    """The series that the rule names has no value for the area of the action."""


class NoFactorForYear(Invalid):
    """The series has the area, but no data year that the rule may use for this action."""


@dataclass(frozen=True, slots=True)
class SeriesNotice:
    """The publication that a factor comes from; ``published`` is None when no text gave the day."""

    code: str
    title: str
    published: date | None
    note: str
    # Series of the notice that are printed by grid area: which map its areas are of.
    area_maps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A dated way of dividing the country; ``members`` is empty while no text gave them."""

    code: str
    areas: tuple[str, ...]
    members: Mapping[str, str]
    source: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class WarmingPotential:
    """Kilograms of CO2e per kilogram of a gas, as one assessment report gives it."""

    gas: str
    value: Decimal
    source: str
    grade: str
    # Of one that a programme supplied: from which day on rules may begin to use it.
    holds_from: date | None = None
    order: int = 0
    uncertainty: Uncertainty | None = None


@dataclass(frozen=True, slots=True)
class PotentialSet:
    """A named set of warming potentials; a gas that no source gave is not in it."""

    code: str
    title: str
    potentials: Mapping[str, WarmingPotential]
    where: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One published value, e.g. avg_province, CN-44, 2023, 0.4419 kgCO2/kWh."""

    factor_id: str
    series: str
    area: str
    data_year: int
    value: Decimal
    unit: Unit
    notice: SeriesNotice
    source: str
    grade: str
    # Of one that a programme supplied: for actions of which days, and which one of all supplied.
    holds_from: date | None = None
    order: int = 0
    # Where its publication states one, as a share of the value.
    uncertainty: Uncertainty | None = None

    def may_price(self, on: date, recorded_on: date) -> bool:
        """Whether it counts for an action of a day, recorded once it was out."""
        out, holds_from = self.notice.published, self.holds_from
        return out is not None and out <= recorded_on and (holds_from is None or holds_from <= on)


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a rule picks a factor: ``pinned``, ``activity_year`` or ``latest_published``."""

    series: str
    policy: str
    area_map: str | None
    notice: str | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class FactorBook:
    """All series, the notices, the regions and the dated maps from province to grid area."""

    factors: Mapping[str, Factor]
    series: Mapping[tuple[str, str], tuple[Factor, ...]]
    notices: Mapping[str, SeriesNotice]
    regions: Mapping[str, str]
    area_maps: Mapping[str, AreaMap]
    potential_sets: Mapping[str, PotentialSet]
    # Where the regions lie, for what a rule says of day and night.
    centres: Mapping[str, Centre]
    # Every province and city by canonical code: who verifies elsewhere has no other register.
    known_regions: Mapping[str, str]
    # What the programme itself added to all of these.
    supplied: tuple[SeriesValue, ...] = ()

    def check_region(self, region: str) -> None:
        """Whether a canonical code is in the register of regions; raises UnknownRegion."""
        check_known(region, among=self.known_regions)

    def name_of(self, region: str) -> str:
        """The name of a region's province, and which city of it."""
        province = province_of(region)
        name = self.regions[province]
        return name if len(region) == len(province) else f"{name} {region}"

    def centre_of(self, region: str) -> Centre | None:
        """Where the province of a region lies."""
        return self.centres.get(province_of(region))

    def resolve(self, rule: Resolution, region: str, on: date, recorded_on: date) -> Factor:
        """The factor of an action done in ``region`` on ``on`` and recorded on ``recorded_on``."""
        area = self._area(rule, region)
        known = self.series.get((rule.series, area), ())
        if not known:
            raise self._nothing(rule, region)
        if rule.policy == "pinned":
            fitting = [f for f in known if f.notice.code == rule.notice]
        elif rule.policy == "activity_year":
            fitting = [f for f in known if f.data_year == on.year and f.may_price(on, recorded_on)]
        else:
            fitting = [f for f in known if f.data_year <= on.year and f.may_price(on, recorded_on)]
        if not fitting:
            raise NoFactorForYear(
                pointer="/occurred_at",
                series=rule.series,
                policy=rule.policy,
                region_name=self.name_of(region),
                year=on.year,
                known_years=", ".join(str(factor.data_year) for factor in known),
            )
        # A year published twice: the later notice counts for what is recorded after it.
        return max(fitting, key=lambda f: (f.data_year, f.notice.published or date.min, f.order))

    def factor(self, factor_id: str) -> Factor:
        """The factor that a stored reduction names."""
        return self.factors[factor_id]

    def grade_of(self, rule: Resolution, factor: Factor) -> str:
        """How good a factor is as the rule reads it: by a map of areas, no better than the map."""
        if rule.area_map is None:
            return factor.grade
        return max(factor.grade, self.area_maps[rule.area_map].grade, key=GRADES.index)

    def _area(self, rule: Resolution, region: str) -> str:
        province = province_of(region)
        if rule.area_map is None:
            return province
        area = self.area_maps[rule.area_map].members.get(province)
        if area is None:
            raise self._nothing(rule, region)
        return area

    def _nothing(self, rule: Resolution, region: str) -> NoFactorForArea:
        return NoFactorForArea(
            pointer="/region",
            series=rule.series,
            region=region,
            region_name=self.name_of(region),
        )


@lru_cache(maxsize=1)
def shipped_factors() -> FactorBook:
    """The series of this package, read once."""
    return load_factors(SERIES_FOLDER)


def load_factors(folder: Path) -> FactorBook:
    """Read notices, regions, area maps and factor values; DocumentError or KeyError on a gap."""
    notices = dict(_notice(part) for part in _read(folder / "notices.yaml").at("notices").each())
    areas = _read(folder / "areas.yaml")
    regions = {code: name.text() for code, name in areas.at("regions").items()}
    area_maps = {code: _area_map(code, part) for code, part in areas.at("area_maps").items()}
    potentials = _read(folder / "warming_potentials.yaml").at("sets").items()
    factors: dict[str, Factor] = {}
    series: dict[tuple[str, str], tuple[Factor, ...]] = {}
    with (folder / "grid_factors.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            factor = _factor(line, notices)
            assert factor.factor_id not in factors, f"{factor.factor_id} stands twice"
            mapped = area_maps.get(notices[line["notice"]].area_maps.get(factor.series, ""))
            known_areas = regions if mapped is None else mapped.areas
            assert factor.area in known_areas, f"{factor.factor_id}: no such area"
            factors[factor.factor_id] = factor
            key = (factor.series, factor.area)
            series[key] = (*series.get(key, ()), factor)
    sets = {code: _potential_set(code, part) for code, part in potentials}
    centres = dict(
        _centre(part) for part in _read(folder / "region_centres.yaml").at("centres").items()
    )
    assert centres.keys() == regions.keys(), "every region has its middle, and no other"
    return FactorBook(factors, series, notices, regions, area_maps, sets, centres, named_regions())


def _centre(named: tuple[str, Part]) -> tuple[str, Centre]:
    code, part = named
    part.only("longitude", "latitude", "reach")
    return code, Centre(
        part.at("longitude").number(), part.at("latitude").number(), part.at("reach").number()
    )


def _read(path: Path) -> Part:
    return read_document(path.read_text(encoding="utf-8"), path.name)


def _notice(part: Part) -> tuple[str, SeriesNotice]:
    part.only("code", "title", "published", "note", "area_maps")
    published = part.at("published")
    day = None if published.value == "" else published.day()
    code = part.at("code").text()
    maps = part.maybe("area_maps")
    by_series = {} if maps is None else {name: used.text() for name, used in maps.items()}
    return code, SeriesNotice(
        code, part.at("title").text(), day, part.at("note").text(), MappingProxyType(by_series)
    )


def _area_map(code: str, part: Part) -> AreaMap:
    part.only("source", "grade", "note", "areas")
    members = {
        region.text(): area for area, codes in part.at("areas").items() for region in codes.each()
    }
    return AreaMap(
        code,
        tuple(area for area, _ in part.at("areas").items()),
        MappingProxyType(members),
        part.at("source").text(),
        part.at("grade").one_of(*GRADES),
        part.at("note").text(),
    )


def _potential_set(code: str, part: Part) -> PotentialSet:
    part.only("title", "where", "source", "grade", "note", "values")
    found = {}
    for gas, value in part.at("values").items():
        value.only("value", "source", "grade", "uncertainty")
        number, stated = value.at("value").number(), value.maybe("uncertainty")
        found[gas] = WarmingPotential(
            gas,
            number,
            (value if value.has("source") else part).at("source").text(),
            (value if value.has("grade") else part).at("grade").one_of(*GRADES),
            uncertainty=None if stated is None else read_uncertainty(stated, number),
        )
    return PotentialSet(
        code, part.at("title").text(), MappingProxyType(found), part.at("where").text()
    )


def _factor(line: Mapping[str, str], notices: Mapping[str, SeriesNotice]) -> Factor:
    assert line["grade"] in GRADES, line
    notice = notices[line["notice"]]
    factor_id = f"{notice.code}/{line['series']}/{line['area']}/{line['data_year']}"
    return Factor(
        factor_id,
        line["series"],
        line["area"],
        int(line["data_year"]),
        Decimal(line["value"]),
        parse_unit(line["unit"]),
        notice,
        line["source"],
        line["grade"],
        uncertainty=_uncertainty(line),
    )


def _uncertainty(line: Mapping[str, str]) -> Uncertainty | None:
    """A half-width as a share of the value, in columns that a file without any does not have."""
    if not line.get("half_width"):
        return None
    confidence = line["confidence"]
    assert confidence in DEVIATIONS, line
    return Uncertainty(confidence, Decimal(line["half_width"]))


def series_lock_lines(book: FactorBook) -> list[str]:
    """What series/published.lock holds: a line per factor, map and potential, value included.

    A stored reduction names its factors by id; so a value once published under an id stays.
    """
    lines = [f"{f.factor_id} {f.value} {f.unit.text} {f.grade}" for f in book.factors.values()]
    for area_map in book.area_maps.values():
        lines += [f"{area_map.code}/{r} {area}" for r, area in area_map.members.items()]
    for code, at in book.centres.items():
        lines.append(f"centre/{code} {at.longitude} {at.latitude} {at.reach}")
    for potentials in book.potential_sets.values():
        lines += [f"{potentials.code}/{p.gas} {p.value}" for p in potentials.potentials.values()]
    return sorted(lines)
