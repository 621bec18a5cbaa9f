"""Series over time: notices, maps of areas, and that what is stored never changes."""

from __future__ import annotations

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


def a_rule(book: FactorBook, policy: str = "latest_published", **more: str) -> Version:
    """One kilowatt-hour times the provincial average."""
    series = ", ".join(
        f"{k}: {v}" for k, v in {"name": "avg_province", "policy": policy, **more}.items()
    )
    parameter = f"  EF:\n    unit: kgCO2/kWh\n    meaning: m\n    series: {{{series}}}"
    document = a_document("kwh * EF", quantities={"kwh": "kWh"}, parameters={}).replace(
        "parameters:\n  {}", f"parameters:\n{parameter}"
    )
    on, mg = ("2023-01-01", "441900") if policy == "activity_year" else ("2025-01-01", "440300")
    document = document.replace("2024-01-01", "2023-01-01")
    examples = EXAMPLES.format(quantities='kwh: "1"', evidence="", saved_mg=mg).replace(
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
    assert len(BOOK.factors) == 129
    for factor in BOOK.factors.values():
        assert factor.notice.title
        assert 2019 <= factor.data_year <= 2023
        assert factor.source
        assert factor.grade in GRADES
        dated = factor.notice.published
        # A notice whose day nobody could read can only be pinned by name.
        assert (dated is None) == (factor.notice.code == "baseline-2019")
        assert dated is None or dated.year > factor.data_year
    # One copy swaps two years; which value is which had to be inferred.
    weak = [factor.factor_id for factor in BOOK.factors.values() if factor.grade != "secondary"]
    assert weak == ["mee-2024-12/avg_national/CN/2021"]


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


def test_the_six_areas_have_their_members_and_the_seven_are_not_guessed():
    six, seven = BOOK.area_maps["six-grid-areas"], BOOK.area_maps["seven-grid-areas"]
    assert len(six.areas) == 6
    assert len(six.members) == 30
    assert six.members["CN-51"] == "华中"
    assert set(seven.areas) - set(six.areas) == {"西南"}
    assert not seven.members
    southwest = BOOK.series["avg_region", "西南"]
    assert [factor.data_year for factor in southwest] == [2021, 2022]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"name": "avg_region", "area_map": "six-grid-areas"}, "is not printed by six-grid-areas"),
        ({"name": "avg_region"}, "is not printed by province"),
        ({"name": "avg_region", "area_map": "seven-grid-areas"}, "no text gave the members"),
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
