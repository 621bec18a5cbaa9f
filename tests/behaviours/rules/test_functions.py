"""The functions of the language: roots, logarithms, roundings, tables by range, length in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, strategies as st

from app.messages.catalogues import sentence
from behaviours.actions.exported import export_calculation
from behaviours.actions.judgement import judge_by
from behaviours.actions.quantify import explain, quantify, recompute
from behaviours.actions.reduction import Reduction
from behaviours.actions.refusals import InvalidInterval
from behaviours.actions.shipped import load_version
from behaviours.rules.factors import shipped_factors
from behaviours.rules.formula_functions import CannotCalculate, NoTableRow
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from behaviours.rules.units import ARITHMETIC
from tests.behaviours.builders import (
    EXAMPLES,
    TODAY,
    a_document,
    a_version,
    an_action,
    error_of,
)
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

ON = date(2025, 1, 1)


def computing(text: str) -> Version:
    """A rule whose step x is a formula of the number n, and that credits 2 kg whatever it is."""
    document = a_document(
        equations={"x": (text, "1"), "ER": ("mass * EF + x * none", "kgCO2e")},
        quantities={"mass": "kg", "n": "1"},
        parameters={"EF": ("2", "kgCO2e/kg"), "none": ("0", "kgCO2e")},
    )
    return a_version(document, example={"mass": "1", "n": "3"})


def value_of(text: str, n: str) -> Decimal:
    working = explain(computing(text), {"mass": "1", "n": n}, {}, "CN-44", ON)
    return Decimal(working.shown["steps"][0]["value"])


@pytest.mark.parametrize(
    ("text", "n", "comes_to"),
    [
        # To 28 digits: the root of 2, e and the logarithm of 2 as any table prints them.
        ("sqrt(n)", "2", "1.414213562373095048801688724"),
        ("exp(n)", "1", "2.718281828459045235360287471"),
        ("ln(n)", "2", "0.6931471805599453094172321215"),
        ("abs(n - 5)", "3", "2"),
        ("floor(n)", "2.7", "2"),
        ("floor(0 - n)", "2.2", "-3"),
        ("ceil(n)", "2.1", "3"),
        ("round(n, 2)", "2.345", "2.35"),
        ("round(n, 2, 'half_even')", "2.345", "2.34"),
        ("round(n, 2, 'down')", "2.349", "2.34"),
        ("round(n, 0, 'up')", "2.001", "3"),
        ("round(n, -2)", "1250", "1300"),
        # Roots below the ground by what stands above it, R = exp(-1.085 + 0.9256 ln b) / b, of
        # 40 and 25 t d.m./ha: BEE BM-T-AR-0004, recomputed to twelve places.
        ("round(exp(-1.085 + 0.9256 * ln(n)) / n, 12)", "40", "0.256801303464"),
        ("round(exp(-1.085 + 0.9256 * ln(n)) / n, 12)", "25", "0.265940052705"),
    ],
)
def test_a_function_comes_to(text, n, comes_to):
    assert value_of(text, n) == Decimal(comes_to)


ROOT = computing("sqrt(n)")


@given(st.decimals(min_value="0.000001", max_value=10**6, places=6))
def test_a_root_squared_is_the_number_again_to_27_digits(number):
    sent = {"mass": "1", "n": f"{number:f}"}
    working = explain(ROOT, sent, {}, "CN-44", ON)
    root = Decimal(working.shown["steps"][0]["value"])
    with localcontext(ARITHMETIC):
        assert abs(root * root - number) <= number * Decimal("1e-27")


def test_the_root_of_a_square_is_in_its_base_unit():
    document = a_document(equations={"m": ("sqrt(mass * mass)", "kg"), "ER": ("m * EF", "kgCO2e")})
    assert explain(a_version(document), {"mass": "3"}, {}, "CN-44", ON).saved_mg == 6_000_000
    grams = a_document(
        equations={"m": ("sqrt(mass * mass)", "kg"), "ER": ("m * EF", "kgCO2e")},
        quantities={"mass": "g"},
    )
    version = a_version(grams, saved_mg="2000")
    assert explain(version, {"mass": "3"}, {}, "CN-44", ON).saved_mg == 6_000


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sqrt(mass)", "root"),
        ("exp(mass)", "kg"),
        ("ln(EF)", "kgCO2e/kg"),
        ("round(mass)", "2"),
        ("round(mass, 1.5)", "places"),
        ("round(mass, 2, 'nearest')", "half_even"),
        ("round(mass, EF)", "places"),
        ("floor(mass, 1)", "1"),
    ],
)
def test_a_function_that_is_written_wrong_is_refused_with_what_to_write(text, problem):
    error = error_of(a_document(equations={"m": (text, "kg"), "ER": ("mass * EF", "kgCO2e")}))
    assert error.facts["field"] == "equations[0].is"
    assert problem in sentence(error)


@pytest.mark.parametrize(
    ("text", "n", "reason"),
    [("sqrt(n - 2)", "1", "root"), ("ln(n - 2)", "2", "logarithm"), ("exp(n * 300)", "4", "power")],
)
def test_what_has_no_value_is_refused_with_the_reason(text, n, reason):
    version = computing(text)
    with refuses(CannotCalculate, reason):
        explain(version, {"mass": "1", "n": n}, {}, "CN-44", ON)


# Tables by range

BANDS = """
  bands:
    unit: "1"
    meaning: Part taken off, by uncertainty
    range: kg
    values:
      - rows:
          - {up_to: "10", value: "0"}
          - {up_to: "15", value: "0.25"}
          - {below: "20", value: "0.5"}
          - {value: "1"}
        source: book
        grade: official
"""


def banded(rows: str = BANDS, text: str = "mass * EF * (1 - bands[mass])") -> str:
    document = a_document(equations={"ER": (text, "kgCO2e")})
    return document.replace("\nparameters:", f"\nparameters:{rows.rstrip()}", 1)


@pytest.mark.parametrize(
    ("mass", "part"),
    [
        *[("0", "0"), ("10", "0"), ("10.000001", "0.25"), ("15", "0.25"), ("15.5", "0.5")],
        *[("19.999999", "0.5"), ("20", "1"), ("99", "1")],
    ],
)
def test_the_row_is_picked_by_a_quantity(mass, part):
    working = explain(a_version(banded()), {"mass": mass}, {}, "CN-44", ON)
    assert working.saved_mg == int(Decimal(mass) * 2 * (1 - Decimal(part)) * 1_000_000)
    (table,) = [one for one in working.shown["parameters"] if one["name"] == "bands"]
    assert [row["key"] for row in table["rows"]] == [
        ["<= 10"],
        ["> 10 <= 15"],
        ["> 15 < 20"],
        [">= 20"],
    ]


def test_the_unit_that_picks_the_row_is_converted():
    in_grams = BANDS.replace("range: kg", "range: g")
    working = explain(
        a_version(banded(in_grams), example={"mass": "0.002"}, saved_mg="4000"),
        {"mass": "0.012"},
        {},
        "CN-44",
        ON,
    )
    assert working.saved_mg == 18_000


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ('up_to: "15"', 'up_to: "9"', "rows[1]"),
        ('up_to: "15"', 'below: "10"', "rows[1]"),
        ('{up_to: "15", value: "0.25"}', '{value: "0.25"}', "rows[1]"),
        ('{up_to: "15", value', '{up_to: "15", below: "16", value', "rows[1]"),
        ("range: kg", "range: kWh", "equations[0].is"),
        ("range: kg", "range: kg\n    required: {what: it, where: there}", "range"),
    ],
)
def test_a_table_with_a_gap_or_of_another_unit_is_refused(before, after, field):
    assert before in BANDS
    error = error_of(banded(BANDS.replace(before, after)))
    assert field in error.facts["field"]


def test_outside_of_the_table_there_is_no_value():
    closed = BANDS.replace('{up_to: "10"', '{least: "2", up_to: "10"').replace(
        '          - {value: "1"}\n', ""
    )
    version = a_version(banded(closed), example={"mass": "3"}, saved_mg="6000000")
    for mass in ("1.9", "20"):
        with refuses(NoTableRow, "outside of the table"):
            explain(version, {"mass": mass}, {}, "CN-44", ON)
    assert explain(version, {"mass": "2"}, {}, "CN-44", ON).saved_mg == 4_000_000


# Length in time


def timed(text: str, quantities: Mapping[str, str] | None = None) -> str:
    document = a_document(
        equations={"ER": (text, "kgCO2e")},
        quantities={"power": "kW"} if quantities is None else quantities,
        parameters={"EF": ("2", "kgCO2e/kWh")},
    )
    return document.replace("interval: {required: false", "interval: {required: true")


def version_of(document: str) -> Version:
    examples = EXAMPLES.format(quantities='power: "1"', evidence="", saved_mg="2000000")
    examples = examples.replace("    saved_mg", '    ended_after_hours: "1"\n    saved_mg')
    return load_version(document, examples, "test/methodology.yaml")


def credited(version: Version, lasted: timedelta) -> Reduction:
    begun = datetime(2025, 1, 1, tzinfo=UTC)
    action = an_action(
        "x",
        quantities={"power": "1"},
        evidence={"thing_id": "t"},
        occurred_at=begun,
        ended_at=begun + lasted,
    )
    (answer,) = quantify([judge_by(version, action, ON, today=TODAY, zone=CHINA)])
    assert isinstance(answer, Reduction)
    return answer


@pytest.mark.parametrize("text", ["power * hours * EF", "power * days * EF"])
def test_an_equation_reads_how_long_an_action_took(text):
    version = version_of(timed(text))
    reduction = credited(version, timedelta(minutes=90))
    assert reduction.saved_mg == 3_000_000
    assert reduction.inputs["hours"] == "1.5"
    # A stranger gets the same from what is stored and exported, and sees the length.
    rulebook = Rulebook([version], shipped_factors())
    assert recompute(reduction.record(), rulebook) == 3_000_000
    exported = export_calculation(reduction.record(), rulebook)
    assert exported["agrees"]
    assert {"name": "hours", "value": "1.5", "unit": "h"}.items() <= exported["inputs"][-1].items()


def test_who_asks_what_it_would_save_says_how_long_it_takes():
    version = version_of(timed("power * hours * EF"))
    told = explain(version, {"power": "2"}, {}, "CN-44", ON, hours=Decimal("0.5"))
    assert told.saved_mg == 2_000_000
    with refuses(InvalidInterval):
        explain(version, {"power": "2"}, {}, "CN-44", ON)


def test_only_a_rule_that_asks_for_the_end_can_read_the_length():
    document = timed("power * hours * EF").replace("required: true", "required: false")
    error = error_of(document)
    assert error.facts["field"] == "equations[0].is"
    assert "hours" in sentence(error)


def test_a_name_of_the_document_goes_before_the_length():
    """Documents that were published before say ``hours`` or ``days`` of something of their own."""
    document = timed("hours * rate", {"hours": "h"}).replace(
        'EF:\n    unit: "kgCO2e/kWh"', 'rate:\n    unit: "kgCO2e/h"'
    )
    examples = EXAMPLES.format(quantities='hours: "1"', evidence="", saved_mg="2000000")
    examples = examples.replace("    saved_mg", '    ended_after_hours: "5"\n    saved_mg')
    version = load_version(document, examples, "test/methodology.yaml")
    assert explain(version, {"hours": "3"}, {}, "CN-44", ON).saved_mg == 6_000_000
