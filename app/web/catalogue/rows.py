"""What the catalogue pages show of a version, worked out before it is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypedDict

from behaviours.rules.factors import Factor
from behaviours.rules.figures import POTENTIAL_SOURCE
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.members import Awaited, Parameter, Source, Value, rows_of
from behaviours.rules.methodology import Version, worst_grade
from behaviours.rules.proxies import Proxy, proxy_of
from behaviours.vocabulary import CATEGORIES


class GapLine(TypedDict):
    """What is missing and where it stands; ``blocks`` when the rule cannot be used without it."""

    what: str
    where: str
    blocks: bool


# `class` is no name that Python lets a class body assign to.
class VersionLine(TypedDict("ClassOfALine", {"class": str})):
    """A version in a line."""

    code: str
    version: str
    label: str
    behaviour: str
    titles: dict[str, str]
    category: str
    state: str
    superseded_by: str
    withdrawn_from: date | None
    grade: str
    proxy: Proxy | None
    gaps: list[GapLine]


class SourceLink(TypedDict):
    """A source's title and address; empty when no link may lead there."""

    title: str
    url: str


class DatedFigure(TypedDict):
    """A figure from a day on; ``rows`` are (keys, number)."""

    start: date
    rows: list[tuple[str, str]]
    source: SourceLink
    grade: str
    note: str
    # As it is stated; empty where nothing is.
    uncertainty: str


class SeriesFigures(TypedDict):
    """The newest factors of a series; ``areas`` are (area, year, value)."""

    name: str
    policy: str
    unit: str
    areas: list[tuple[str, int, str]]
    notices: list[str]
    grade: str


class FigureLine(TypedDict):
    """A parameter with what it is read from."""

    name: str
    unit: str
    meaning: str
    by: tuple[str, ...]
    awaiting: Awaited | None
    dated: list[DatedFigure]
    series: SeriesFigures | None


def by_category(rulebook: ProgrammeRulebook, on: date) -> list[tuple[str, list[VersionLine]]]:
    """(category code, rows) for each category that has a version, in the catalogue's order."""
    rows = [row_of(version, rulebook, on) for version in rulebook.versions()]
    groups = ((code, [row for row in rows if row["category"] == code]) for code in _CODES)
    return [(code, group) for code, group in groups if group]


_CODES = tuple(CATEGORIES.values())


def row_of(version: Version, rulebook: ProgrammeRulebook, on: date) -> VersionLine:
    """A version in a line, with its gaps."""
    successor = rulebook.superseded_by(version, on)
    return {
        "code": version.code,
        "version": version.version,
        "label": version.label,
        "behaviour": version.behaviour,
        "titles": {"en": version.title_en, "zh-CN": version.title_zh},
        "category": version.category_code,
        "class": version.action_class,
        "state": rulebook.state_of(version, on),
        "superseded_by": successor.version if successor else "",
        "withdrawn_from": rulebook.withdrawn_from.get(version.label),
        "grade": worst_grade(list(_grades(version))),
        "proxy": proxy_of(version),
        "gaps": gaps_of(version),
    }


def gaps_of(version: Version) -> list[GapLine]:
    """What is missing and where it stands; ``blocks`` when the rule cannot be used without it."""
    needed = {(each.what, each.where) for each in version.awaiting}
    return [
        {
            "what": gap["what"],
            "where": gap["where"],
            "blocks": (gap["what"], gap["where"]) in needed,
        }
        for gap in version.stated.missing
    ]


def parameters_of(version: Version) -> list[FigureLine]:
    """Every figure: its ``dated`` values, or the ``series`` it is read from, or what it awaits."""
    return [
        {
            "name": each.name,
            "unit": each.unit.text,
            "meaning": each.meaning,
            "by": each.keys or (() if each.range is None else (each.range.text,)),
            "awaiting": each.awaiting,
            "dated": [_value(value, version.stated.sources) for value in each.values],
            "series": _series(version, each) if each.series else None,
        }
        for each in version.reckoning.parameters
    ]


def source_of(code: str, sources: Mapping[str, Source]) -> SourceLink:
    """A source's title and where a browser can find it; no address but one of the web.

    A set of warming potentials has its values on a page here.
    """
    found = sources[code]
    if code.startswith(POTENTIAL_SOURCE):
        return {"title": found.title, "url": f"/series#{code.removeprefix(POTENTIAL_SOURCE)}"}
    return {"title": found.title, "url": web(found.url)}


def web(address: str) -> str:
    """The address when a link may lead there, otherwise empty."""
    return address if address.startswith(("https://", "http://")) else ""


def _value(value: Value, sources: Mapping[str, Source]) -> DatedFigure:
    return {
        "start": value.start,
        "rows": [(" · ".join(key), f"{number:f}") for key, number in rows_of(value.number)],
        "source": source_of(value.source, sources),
        "grade": value.grade,
        "note": value.note,
        "uncertainty": value.uncertainty.words if value.uncertainty else "",
    }


def _series(version: Version, parameter: Parameter) -> SeriesFigures:
    assert parameter.series is not None
    factors = _factors(version, parameter)
    newest = {factor.area: factor for factor in sorted(factors, key=lambda f: f.data_year)}
    names = version.reckoning.book.regions
    return {
        "name": parameter.series.series,
        "policy": parameter.series.policy,
        "unit": parameter.series.unit.text,
        "areas": [
            (names.get(area, area), factor.data_year, f"{factor.value:f}")
            for area, factor in newest.items()
        ],
        "notices": sorted({factor.notice.title for factor in newest.values()}),
        "grade": worst_grade(
            [version.reckoning.book.grade_of(parameter.series, each) for each in factors]
        ),
    }


def _factors(version: Version, parameter: Parameter) -> list[Factor]:
    """What the series may give: of the pinned notice, or of all notices."""
    rule = parameter.series
    assert rule is not None
    return [
        factor
        for factor in version.reckoning.book.factors.values()
        if factor.series == rule.series and rule.notice in (None, factor.notice.code)
    ]


def _grades(version: Version) -> Iterator[str]:
    """The grade of everything that stands in the rule; what it awaits has none yet."""
    yield from (equation.grade for equation in version.reckoning.equations)
    yield from (condition.grade for condition in version.reckoning.conditions)
    for parameter in version.reckoning.parameters:
        if parameter.name not in version.reckoning.compiled.used:
            # A bound of what is plausible: no result rests on it.
            continue
        yield from (value.grade for value in parameter.values)
        if parameter.series is not None:
            book, rule = version.reckoning.book, parameter.series
            yield from (book.grade_of(rule, each) for each in _factors(version, parameter))
