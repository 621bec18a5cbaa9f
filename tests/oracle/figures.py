"""Series of factors and warming potentials, read from their files by themselves."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.formulas import NoResult
from tests.oracle.measures import Measure, measure

SERIES = Path(__file__).parents[2] / "behaviours/series"


def read(path: Path) -> Any:
    """A file of texts: nothing in it is taken for a number."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only


@dataclass(frozen=True)
class Factor:
    """One printed value of a series."""

    series: str
    area: str
    year: int
    notice: str
    published: date | None
    number: Fraction
    measure: Measure


@lru_cache(maxsize=1)
def printed() -> dict[str, Factor]:
    """Every factor under the name by which records call it."""
    notices = read(SERIES / "notices.yaml")["notices"]
    days = {each["code"]: each["published"] for each in notices}
    found = {}
    with (SERIES / "grid_factors.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            day = days[line["notice"]]
            name = "/".join((line["notice"], line["series"], line["area"], line["data_year"]))
            found[name] = Factor(
                line["series"],
                line["area"],
                int(line["data_year"]),
                line["notice"],
                date.fromisoformat(day) if day else None,
                Fraction(line["value"]),
                measure(line["unit"]),
            )
    return found


@lru_cache(maxsize=1)
def _areas() -> dict[str, dict[str, str]]:
    maps = read(SERIES / "areas.yaml")["area_maps"]
    return {
        code: {region: area for area, members in each["areas"].items() for region in members}
        for code, each in maps.items()
    }


@lru_cache(maxsize=100_000)
def picked(rule: tuple[tuple[str, str], ...], province: str, on: date, recorded_on: date) -> Factor:
    """The factor that a rule reads for an action; NoResult where there is none."""
    wanted = dict(rule)
    area: str | None = province
    if "area_map" in wanted:
        area = _areas()[wanted["area_map"]].get(province)
    known = [f for f in printed().values() if (f.series, f.area) == (wanted["name"], area)]
    if not known:
        raise NoResult("NO_FACTOR_FOR_AREA")
    if wanted["policy"] == "pinned":
        fitting = [each for each in known if each.notice == wanted["notice"]]
    else:
        fitting = [each for each in known if each.published and each.published <= recorded_on]
        if wanted["policy"] == "activity_year":
            fitting = [each for each in fitting if each.year == on.year]
        else:
            assert wanted["policy"] == "latest_published"
            fitting = [each for each in fitting if each.year <= on.year]
    if not fitting:
        raise NoResult("NO_FACTOR_FOR_YEAR")
    return max(fitting, key=lambda each: (each.year, each.published or date.min))


@lru_cache(maxsize=1)
def potentials() -> dict[str, dict[str, Fraction]]:
    """By set and gas; a gas that no source gave is not in it."""
    sets = read(SERIES / "warming_potentials.yaml")["sets"]
    return {
        code: {gas: Fraction(value["value"]) for gas, value in (each["values"] or {}).items()}
        for code, each in sets.items()
    }
