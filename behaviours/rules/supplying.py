"""Supplying: the series of a programme are those that came with the release and what it added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from behaviours.rules.factors import (
    GRADES,
    Factor,
    FactorBook,
    PotentialSet,
    SeriesNotice,
    WarmingPotential,
)
from behaviours.rules.series_value import (
    NewSeriesValue,
    SeriesValue,
    SeriesValueStands,
    SeriesValueWrong,
)
from behaviours.rules.units import GASES, parse_unit

_SET: Final = re.compile(r"[A-Z][A-Za-z0-9_]{0,31}")
_FIRST_YEAR: Final = 1990


def check_value(said: NewSeriesValue, book: FactorBook) -> None:
    """Whether the programme can add the value; raises SeriesValueWrong, SeriesValueStands."""
    assert said.grade in GRADES, said.grade
    if bool(said.gas) == bool(said.area):
        raise SeriesValueWrong("both", pointer="/gas")
    if said.is_potential:
        _check_potential(said, book)
    else:
        _check_factor(said, book)
    if said.value < 0 or (said.is_potential and not said.value):
        raise SeriesValueWrong("value", pointer="/value")


def _check_potential(said: NewSeriesValue, book: FactorBook) -> None:
    known = {gas for each in book.potential_sets.values() for gas in each.potentials}
    gases = (known | {*GASES}) - {"CO2"}
    if said.gas not in gases:
        raise SeriesValueWrong("gas", pointer="/gas", gas=said.gas, gases=sorted(gases))
    if said.data_year is not None:
        raise SeriesValueWrong("year", pointer="/data_year", holds_from=said.holds_from.isoformat())
    if _SET.fullmatch(said.series) is None:
        raise SeriesValueWrong(
            "series", pointer="/series", series=said.series, known=sorted(book.potential_sets)
        )
    wanted = f"kgCO2e/kg{said.gas.partition('_')[0]}"
    if said.unit != wanted:
        raise SeriesValueWrong("unit", pointer="/unit", unit=said.unit, wanted=wanted)
    found = book.potential_sets.get(said.series)
    if found is not None and said.gas in found.potentials:
        raise SeriesValueStands(pointer="/gas", series=said.series, gas=said.gas)


def _check_factor(said: NewSeriesValue, book: FactorBook) -> None:
    fitting = [each for each in book.factors.values() if each.series == said.series]
    if not fitting:
        known = sorted({each.series for each in book.factors.values()})
        raise SeriesValueWrong("series", pointer="/series", series=said.series, known=known)
    area_map = area_map_of(said.series, book)
    areas = book.regions if area_map is None else book.area_maps[area_map].areas
    if said.area not in areas:
        raise SeriesValueWrong("area", pointer="/area", area=said.area, areas=sorted(areas))
    if said.data_year is None or not _FIRST_YEAR <= said.data_year <= said.holds_from.year:
        raise SeriesValueWrong("year", pointer="/data_year", holds_from=said.holds_from.isoformat())
    wanted = fitting[0].unit
    if said.unit != wanted.text:
        raise SeriesValueWrong("unit", pointer="/unit", unit=said.unit, wanted=wanted.text)


def area_map_of(series: str, book: FactorBook) -> str | None:
    """The map of grid areas by which a series was printed last; None: it is printed by province."""
    of = [each for each in book.factors.values() if each.series == series]
    newest = max(of, key=lambda each: (each.data_year, each.notice.published or date.min))
    return newest.notice.area_maps.get(series)


def with_supplied(book: FactorBook, published: Iterable[SeriesValue]) -> FactorBook:
    """The series of a book with what a programme added to them, in the order of publication."""
    values = sorted(published, key=lambda each: each.order)
    if not values:
        return book
    factors, series, sets = dict(book.factors), dict(book.series), dict(book.potential_sets)
    for each in values:
        if each.said.is_potential:
            _add_potential(sets, each)
            continue
        factor = _factor(each, book)
        factors[factor.factor_id] = factor
        key = (factor.series, factor.area)
        series[key] = (*series.get(key, ()), factor)
    supplied = (*book.supplied, *values)
    return replace(book, factors=factors, series=series, potential_sets=sets, supplied=supplied)


def _factor(one: SeriesValue, book: FactorBook) -> Factor:
    said, area_map = one.said, area_map_of(one.said.series, book)
    maps: Mapping[str, str] = {} if area_map is None else {said.series: area_map}
    notice = SeriesNotice(one.code, said.title, one.published_on, said.note, maps)
    assert said.data_year is not None, "a factor is of a year"
    return Factor(
        f"{one.code}/{said.series}/{said.area}/{said.data_year}",
        said.series,
        said.area,
        said.data_year,
        said.value,
        parse_unit(said.unit),
        notice,
        read_in(said),
        said.grade,
        said.holds_from,
        one.order,
    )


def _add_potential(sets: dict[str, PotentialSet], one: SeriesValue) -> None:
    said = one.said
    found = sets.get(said.series) or PotentialSet(said.series, said.title, {}, said.source)
    potential = WarmingPotential(
        said.gas, said.value, read_in(said), said.grade, said.holds_from, one.order
    )
    sets[said.series] = replace(found, potentials={**found.potentials, said.gas: potential})


def read_in(said: NewSeriesValue) -> str:
    """Where a value was read, and in which copy."""
    return f"{said.source}; {said.copy}" if said.copy else said.source
