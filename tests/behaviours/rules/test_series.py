"""Series over time: notices, maps of areas, and that what is stored never changes."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.messages.catalogues import sentence
from behaviours.actions.judging import judge
from behaviours.actions.quantify import explain_record, quantify, recompute
from behaviours.actions.reduction import Reduction
from behaviours.actions.shipped import load_version
from behaviours.document import DocumentError
from behaviours.rules.factors import (
    GRADES,
    SERIES_FOLDER,
    FactorBook,
    NoFactorForArea,
    NoFactorForYear,
    Resolution,
    load_factors,
    series_lock_lines,
    shipped_factors,
)
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from behaviours.rules.units import parse_unit
from tests.behaviours.builders import EXAMPLES, a_document, an_action
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

BOOK = shipped_factors()
PER_KWH = parse_unit("kgCO2/kWh")
ON = date(2026, 3, 1)


def a_rule(
    book: FactorBook, policy: str = "latest_published", saved_mg: str | None = None, **more: str
) -> Version:
    """One kilowatt-hour times the provincial average, or another that is named."""
    series = ", ".join(
        f"{k}: {v}" for k, v in {"name": "avg_province", "policy": policy, **more}.items()
    )
    parameter = f"  EF:\n    unit: kgCO2/kWh\n    meaning: m\n    series: {{{series}}}"
    document = a_document("kwh * EF", quantities={"kwh": "kWh"}, parameters={}).replace(
        "parameters:\n  {}", f"parameters:\n{parameter}"
    )
    on, mg = ("2023-01-01", "441900") if policy == "activity_year" else ("2025-01-01", "440300")
    document = document.replace("2024-01-01", "2023-01-01")
    examples = EXAMPLES.format(quantities='kwh: "1"', evidence="", saved_mg=saved_mg or mg).replace(
        "2025-01-01", f"{on}\n    recorded_on: {'2026-01-01' if on < '2024' else '2025-01-01'}"
    )
    return load_version(document, examples, "test/methodology.yaml", book)


def recorded(version: Version, book: FactorBook, now: datetime) -> Reduction:
    action = replace(
        an_action("test_action", quantities={"kwh": "10"}, evidence={"thing_id": "t"}),
        occurred_at=datetime(2026, 3, 1, 4, tzinfo=UTC),
    )
    (accepted,) = judge(Rulebook([version], book), [action], now=now, zone=CHINA)
    (reduction,) = quantify([accepted])  # type: ignore[list-item]
    assert isinstance(reduction, Reduction)
    return reduction


@pytest.fixture
def later_book(tmp_path: Path) -> FactorBook:
    """The series with a notice of 2026-12-20 that brings 2024 and states 2023 anew."""
    folder = tmp_path / "series"
    shutil.copytree(SERIES_FOLDER, folder)
    with (folder / "notices.yaml").open("a", encoding="utf-8") as notices:
        notices.write(
            "  - {code: test-2026, title: A later notice, published: 2026-12-20, note: Made up.}\n"
        )
    with (folder / "grid_factors.csv").open("a", encoding="utf-8") as factors:
        for year, value in ((2023, "0.4000"), (2024, "0.4100")):
            factors.write(f"avg_province,CN-44,{year},{value},kgCO2/kWh,test-2026,t,secondary,t\n")
    return load_factors(folder)


def test_every_factor_has_its_notice_data_year_source_and_grade():
    assert len(BOOK.factors) == 150
    for factor in BOOK.factors.values():
        assert factor.notice.title
        assert 2019 <= factor.data_year <= 2024
        assert factor.source
        assert factor.grade in GRADES
        dated = factor.notice.published
        # A notice whose day nobody could read can only be pinned by name.
        assert (dated is None) == factor.notice.code.startswith(("baseline-2019", "cpcd-footprint"))
        assert dated is None or dated.year > factor.data_year
    # One copy swaps two years; which value is which had to be inferred.
    weak = [factor.factor_id for factor in BOOK.factors.values() if factor.grade != "secondary"]
    assert weak == ["mee-2024-12/avg_national/CN/2021"]


def test_every_factor_names_the_copy_it_was_read_in_and_its_commit():
    """But the margins of 2019, whose copies nobody noted: their rows say so."""
    unnamed = [f for f in BOOK.factors.values() if not re.search(r"@[0-9a-f]{7}", f.source)]
    assert {f.notice.code for f in unnamed} == {"baseline-2019"}
    assert len(unnamed) == 12
    assert all("not" in f.source and "noted" in f.source for f in unnamed)


def test_a_footprint_is_of_another_family_than_an_average():
    """Upstream and plant are in it: it has series, notices and a unit of its own."""
    footprints = [f for f in BOOK.factors.values() if f.series.startswith("footprint_")]
    assert {f.unit.text for f in footprints} == {"kgCO2e/kWh"}
    assert {f.notice.code for f in footprints} == {"cpcd-footprint-2023", "cpcd-footprint-2024"}
    others = {f.notice.code for f in BOOK.factors.values()} - {f.notice.code for f in footprints}
    assert not any(BOOK.notices[code].area_maps.get("footprint_average") for code in others)
    average = BOOK.factor("cpcd-footprint-2023/footprint_average/CN/2023")
    assert average.value == Decimal("0.6205")


def test_a_later_notice_never_changes_a_stored_reduction(later_book):
    before = a_rule(BOOK)
    stored = dict(recorded(before, BOOK, datetime(2026, 6, 1, tzinfo=UTC)).record())
    assert stored["saved_mg"] == 4_419_000
    assert stored["factors"] == {"EF": "mee-2025-47/avg_province/CN-44/2023"}

    after = a_rule(later_book)
    rulebook = Rulebook([after], later_book)
    assert after.digest == before.digest
    assert recompute(stored, rulebook) == 4_419_000
    shown = explain_record(stored, rulebook).shown["parameters"][0]
    assert (shown["value"], shown["factor_id"]) == ("0.4419", stored["factors"]["EF"])

    # What is recorded before the notice is out is still priced as before, what comes after by it.
    early = recorded(after, later_book, datetime(2026, 12, 19, 15, tzinfo=UTC))
    late = recorded(after, later_book, datetime(2026, 12, 20, 15, tzinfo=UTC))
    assert (early.saved_mg, late.saved_mg) == (4_419_000, 4_100_000)


def test_a_data_year_that_is_published_anew_counts_for_what_is_recorded_later(later_book):
    rule = Resolution("avg_province", "activity_year", None, None, PER_KWH)

    def value(recorded_on: date) -> Decimal:
        return later_book.resolve(rule, "CN-44", date(2023, 5, 1), recorded_on).value

    assert value(date(2026, 12, 19)) == Decimal("0.4419")
    assert value(date(2026, 12, 20)) == Decimal("0.4000")
    assert len([f for f in later_book.factors if f.endswith("avg_province/CN-44/2023")]) == 2


def test_a_pinned_rule_and_the_lock_do_not_see_the_later_notice(later_book):
    rule = Resolution("avg_province", "pinned", None, "mee-2024-33", PER_KWH)
    for book in (BOOK, later_book):
        found = book.resolve(rule, "CN-44", date(2027, 1, 1), date(2027, 1, 1))
        assert found.factor_id == "mee-2024-33/avg_province/CN-44/2022"
    added = set(series_lock_lines(later_book)) - set(series_lock_lines(BOOK))
    assert len(added) == 2
    assert set(series_lock_lines(BOOK)) <= set(series_lock_lines(later_book))


def test_the_year_of_the_action_waits_for_its_notice():
    version = a_rule(BOOK, "activity_year")
    with refuses(NoFactorForYear, match="Report it after the factor is published"):
        version.bound("CN-44", ON, date(2026, 6, 1))


def test_the_six_areas_have_their_members_and_the_seven_are_an_assumption_that_says_so():
    six, seven = BOOK.area_maps["six-grid-areas"], BOOK.area_maps["seven-grid-areas"]
    assert len(six.areas) == 6
    assert len(six.members) == 30
    assert six.members["CN-51"] == "华中"
    assert set(seven.areas) - set(six.areas) == {"西南"}
    # As the six, but for the two provinces of the new area; who fits two areas is in none.
    assert seven.members == {
        code: "西南" if code in ("CN-50", "CN-51") else area
        for code, area in six.members.items()
        if code != "CN-15"
    }
    assert (six.grade, seven.grade) == ("secondary", "assumption")
    southwest = BOOK.series["avg_region", "西南"]
    assert [factor.data_year for factor in southwest] == [2021, 2022, 2023]


def test_what_is_read_by_an_assumed_map_is_an_assumption_wherever_it_is_told():
    version = a_rule(BOOK, saved_mg="386900", name="avg_region", area_map="seven-grid-areas")
    reduction = recorded(version, BOOK, datetime(2026, 6, 1, tzinfo=UTC))
    assert reduction.saved_mg == 4_042_000
    assert reduction.factors == {"EF": "mee-2025-47/avg_region/南方/2023"}
    assert reduction.provenance == "assumption"
    assert BOOK.factor(reduction.factors["EF"]).grade == "secondary"
    stored = dict(reduction.record())
    rulebook = Rulebook([version], BOOK)
    assert recompute(stored, rulebook) == 4_042_000
    assert explain_record(stored, rulebook).shown["parameters"][0]["provenance"] == "assumption"


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_the_assumed_areas_lie_between_the_provinces_that_are_taken_to_be_theirs(year):
    """A mean of its members; the north-east is a little below them, which its map says."""
    seven = BOOK.area_maps["seven-grid-areas"]
    for area in seven.areas:
        (whole,) = [f.value for f in BOOK.series["avg_region", area] if f.data_year == year]
        parts = [
            f.value
            for code, of in seven.members.items()
            if of == area
            for f in BOOK.series["avg_province", code]
            if f.data_year == year
        ]
        slack = Decimal("0.0085") if area == "东北" else Decimal("0.0040")
        assert min(parts) - slack <= whole <= max(parts) + slack, (area, whole, parts)


@pytest.mark.parametrize("region", ["CN-15", "CN-54"])
def test_no_area_of_the_seven_is_guessed_where_two_fit_or_none(region):
    rule = Resolution("avg_region", "latest_published", "seven-grid-areas", None, PER_KWH)
    with pytest.raises(NoFactorForArea):
        BOOK.resolve(rule, region, ON, ON)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"name": "avg_region", "area_map": "six-grid-areas"}, "is not printed by six-grid-areas"),
        ({"name": "avg_region"}, "is not printed by province"),
        ({"name": "avg_province", "area_map": "six-grid-areas"}, "it is printed by province"),
        ({"name": "avg_province", "area_map": "nine"}, "is not printed by nine"),
    ],
)
def test_a_value_of_one_division_is_never_read_by_the_borders_of_another(more, problem):
    with pytest.raises(DocumentError) as caught:
        a_rule(BOOK, **more)
    assert problem in sentence(caught.value)
    assert caught.value.facts["field"].startswith("parameters.EF.series")


@pytest.mark.parametrize("region", ["CN-54", "CN-71", "CN-91", "CN-92"])
@pytest.mark.parametrize("series", ["avg_national", "residual_national", "fossil_national"])
def test_a_national_value_is_not_used_where_the_annex_has_no_row(series, region):
    rule = Resolution(series, "latest_published", "whole-country", None, PER_KWH)
    assert BOOK.resolve(rule, "CN-44", ON, ON).data_year == 2023
    with pytest.raises(NoFactorForArea) as caught:
        BOOK.resolve(rule, region, ON, ON)
    assert caught.value.pointer == "/region"


def test_a_factor_of_an_unknown_area_is_not_loaded(tmp_path):
    folder = tmp_path / "series"
    shutil.copytree(SERIES_FOLDER, folder)
    with (folder / "grid_factors.csv").open("a", encoding="utf-8") as factors:
        factors.write("avg_province,CN-99,2023,0.5,kgCO2/kWh,mee-2025-47,t,secondary,t\n")
    with pytest.raises(AssertionError, match="no such area"):
        load_factors(folder)


def test_no_set_of_warming_potentials_holds_a_value_that_nobody_sourced():
    assert set(BOOK.potential_sets) >= {"AR5", "AR6"}
    for potentials in BOOK.potential_sets.values():
        assert potentials.where
        for potential in potentials.potentials.values():
            assert potential.source
            assert potential.grade in GRADES


@pytest.mark.parametrize(
    ("gas", "values"),
    [
        ("CH4", "21 25 28 27.9"),
        ("N2O", "310 298 265 273"),
        ("HFC32", "650 675 677 771"),
        ("HFC125", "2800 3500 3170 3740"),
        ("HFC134a", "1300 1430 1300 1530"),
        ("HFC143a", "3800 4470 4800 5810"),
        ("HFC23", "11700 14800 12400 14600"),
        ("SF6", "23900 22800 23500 25200"),
        ("CF4", "6500 7390 6630 7380"),
        ("C2F6", "9200 12200 11100 12400"),
        ("NF3", "- 17200 16100 17400"),
    ],
)
def test_each_report_has_its_own_warming_potentials(gas, values):
    """IPCC: SAR, AR4, AR5 without climate-carbon feedback, AR6 by table 7.SM.7."""
    found = (BOOK.potential_sets[name].potentials.get(gas) for name in ("SAR", "AR4", "AR5", "AR6"))
    assert [str(each.value) if each else "-" for each in found] == values.split()


def test_methane_by_its_origin_stands_beside_methane_in_the_sixth_report_alone():
    sixth = BOOK.potential_sets["AR6"].potentials
    assert [str(sixth[gas].value) for gas in ("CH4_fossil", "CH4_non_fossil")] == ["29.8", "27.0"]
    assert "CH4_fossil" not in BOOK.potential_sets["AR5"].potentials


def test_a_map_without_members_is_read_by_no_rule():
    maps = dict(BOOK.area_maps)
    maps["seven-grid-areas"] = replace(maps["seven-grid-areas"], members={})
    with pytest.raises(DocumentError) as caught:
        a_rule(replace(BOOK, area_maps=maps), name="avg_region", area_map="seven-grid-areas")
    assert "no text gave the members" in sentence(caught.value)
