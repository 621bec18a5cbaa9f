"""The formula language: what it can say, what it refuses, and that nothing in it can run."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from app.messages.catalogues import sentence
from behaviours.actions.quantify import explain
from behaviours.document import DocumentError
from behaviours.rules.expression import ExpressionError, parse
from behaviours.rules.formula import Program, write_conditions
from behaviours.rules.formula_functions import CannotCalculate, NoTableRow
from behaviours.rules.formula_scope import EquationLine, Keyed, Scope
from behaviours.rules.units import parse_unit
from tests.behaviours.builders import a_document, a_version, worked
from tests.builders.refusals import refuses

PLAIN = {"a": "1", "b": "1"}


def value_of(formula: str, **quantities: str) -> Decimal:
    version = a_version(
        a_document(
            {"x": (formula, "1"), "ER": ("(a + b) * EF + 0 * x * EF", "kgCO2e")},
            quantities=PLAIN,
            parameters={"EF": ("1", "kgCO2e")},
        ),
        example={"a": "1", "b": "1"},
    )
    working = explain(version, {"a": "0", "b": "0"} | quantities, {}, "CN-44", date(2025, 6, 30))
    return Decimal(working.shown["steps"][0]["value"])


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("12 / 4 / 3", "1"),
        ("-2 ^ 2", "-4"),
        ("2 ^ -2", "0.25"),
        ("0.99 ^ 10", "0.90438207500880449001"),
        ("0.1 + 0.2", "0.3"),
        ("min(3, 2, 5)", "2"),
        ("max(3, 2, 5)", "5"),
        ("clamp(7, 0, 5)", "5"),
        ("clamp(-7, 0, 5)", "0"),
        ("if(1 < 2 and not 2 < 1, 10, 20)", "10"),
        ("if(1 >= 2 or 1 = 2, 10, 20)", "20"),
        ("if('x' = 'x', 1, 2)", "1"),
        ("if(region = 'CN-44', 1, 2)", "1"),
        ("year(on)", "2025"),
        ("years_between(on, on)", "0"),
    ],
)
def test_a_formula_means_what_it_says(formula, value):
    assert value_of(formula) == Decimal(value)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')", "a.b", "a.__class__", "lambda: 1", "[1]", "{1}", "a if b else c",
        "a; b", "a ** 2", "a // 2", "a % 2", "a @ b", "a := 1", "f'x'", '"x"', "1_000", "1e3",
        "0x10", "１",
        "a\\b", "a(", "(a", "a +", "", "sum(k in: a)", "a b", "'unclosed", "é", "a[", "a < b < 1",
        "and", "if", "not", "sum", "1 2", "a,b",
    ],
)  # fmt: skip
def test_what_is_not_the_language_is_refused(formula):
    with pytest.raises((ExpressionError, DocumentError)):
        value_of(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "nobody", "open(1)", "exec(1)", "a[1]", "min(1)", "if(1, 2, 3)", "1 + 'x'", "'x' < 'y'",
        "on + 1", "year(1)", "sum(k in nowhere: 1)", "mean_previous(1, 7)", "mean_previous(a, 0)",
        "mean_previous(a, 1.5)", "days_known(a, 4000)", "clamp(1, 2)", "not 1", "1 = 'x'", "EF + a",
        "EF ^ a", "2 ^ EF", "if(a < EF, 1, 2)", "min(a, EF)", "'x'", "on", "a < b",
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused_when_the_document_is_loaded(formula):
    with refuses(DocumentError, match=r"equations\[0\].is: equation x: "):
        value_of(formula)


def test_an_unit_error_names_file_line_equation_and_remedy():
    document = a_document("mass + energy", quantities={"mass": "kg", "energy": "kWh"})
    with pytest.raises(DocumentError) as caught:
        a_version(document)
    error = caught.value
    assert "equation ER: cannot add kg and kWh" in sentence(error)
    assert error.facts["file"] == "test/methodology.yaml"
    assert error.facts["field"] == "equations[0].is"
    line = document.splitlines()[error.facts["line"] - 1]
    assert "mass + energy" in line
    assert error.facts["remedy"]


def test_an_equation_must_yield_its_declared_unit():
    with refuses(DocumentError, match="yields kg, which does not fit its declared unit kgCO2e"):
        a_version(a_document("mass"))


def test_different_scales_of_one_unit_are_converted_and_not_mixed():
    version = a_version(
        a_document(
            "mass * EF + more",
            quantities={"mass": "t", "more": "gCO2e"},
            parameters={"EF": ("2", "gCO2/kg")},
        ),
        example={"mass": "1", "more": "500"},
        saved_mg="2500000",
    )
    assert worked(version, {"mass": "0.001", "more": "1"}) == Decimal("0.003")


@given(st.decimals(min_value=0, max_value=10**5, places=3, allow_nan=False))
def test_stating_a_quantity_in_another_unit_never_changes_the_result(kilograms):
    by_kg = a_version(a_document("mass * EF"))
    by_g = a_version(a_document("mass * EF", quantities={"mass": "g"}), example={"mass": "1000"})
    by_t = a_version(a_document("mass * EF", quantities={"mass": "t"}), example={"mass": "0.001"})
    expected = worked(by_kg, {"mass": f"{kilograms:f}"})
    assert worked(by_g, {"mass": f"{kilograms * 1000:f}"}) == expected
    assert worked(by_t, {"mass": f"{kilograms / 1000:f}"}) == expected


TABLE = """keys:
  modes: [bus, metro]
"""


def with_table(equation: str) -> str:
    document = a_document(
        equation, quantities={"km": "km"}, parameters={}, extra=TABLE,
        evidence="  mode: {meaning: Mode of the trip.}",
    )  # fmt: skip
    rows = """  EF:
    unit: kgCO2e/km
    meaning: By mode.
    by: [modes]
    values:
      - rows:
          - {key: [bus], value: "0.5"}
          - {key: [metro], value: "1.5"}
        source: book
        grade: press"""
    return document.replace("parameters:\n  {}", f"parameters:\n{rows}")


def test_a_sum_runs_over_declared_keys():
    version = a_version(
        with_table("sum(k in modes: km * EF[k])"), example={"km": "1"}, evidence=", mode: bus"
    )
    assert worked(version, {"km": "10"}) == 20


def test_a_table_is_looked_up_by_evidence_and_an_unknown_key_is_refused():
    version = a_version(
        with_table("km * EF[mode]"), example={"km": "1"}, saved_mg="500000", evidence=", mode: bus"
    )
    working = explain(version, {"km": "2"}, {"mode": "metro"}, "CN-44", date(2025, 1, 1))
    assert working.saved_mg == 3_000_000
    with refuses(NoTableRow, match="no row for tram"):
        explain(version, {"km": "2"}, {"mode": "tram"}, "CN-44", date(2025, 1, 1))


def test_a_written_key_that_the_table_lacks_is_refused_at_load():
    with refuses(DocumentError, match="EF has no row 'tram'"):
        a_version(with_table("km * EF['tram']"), example={"km": "1"})


def test_division_by_zero_is_a_refusal():
    version = a_version(
        a_document("EF * a / b", quantities=PLAIN, parameters={"EF": ("2", "kgCO2e")}),
        example={"a": "1", "b": "1"},
    )
    for a in ("0", "1"):
        with pytest.raises(CannotCalculate):
            explain(version, {"a": a, "b": "0"}, {}, "CN-44", date(2025, 1, 1))


def test_a_power_that_is_not_whole_or_too_big_is_a_refusal():
    version = a_version(
        a_document("EF * 2 ^ a", quantities={"a": "1"}, parameters={"EF": ("1", "kgCO2e")}),
        example={"a": "1"},
    )
    for exponent in ("0.5", "1001"):
        with pytest.raises(CannotCalculate):
            explain(version, {"a": exponent}, {}, "CN-44", date(2025, 1, 1))


@pytest.mark.parametrize(
    "formula",
    ["(" * 500 + "1" + ")" * 500, "-" * 900 + "1", "not " * 400 + "1 < 2", "1" + "+1" * 900,
     "1" * 3000, "min(" * 100 + "1" + ",1)" * 100, "2" + "^2" * 900, "((((" * 300],
)  # fmt: skip
def test_deep_long_and_wide_formulas_are_refused_and_never_hang(formula):
    with pytest.raises((ExpressionError, DocumentError)):
        value_of(formula)


ALPHABET = ["a", "b", "EF", "on", "region", "sum", "in", "if", "min", "max", "clamp", "and", "or",
            "sqrt", "exp", "ln", "round", "floor", "ceil", "abs", "mean", "variance", "least",
            "not", "given", "is_given", "total", "total_previous", "total_this_year", "left", "m",
            "m['x']", "year", "mean_previous", "days_known", "years_between", "k", "keys", "0", "1",
            "2.5", "9999999", "'x'", "(", ")", "[", "]", ",", ":", "+", "-", "*", "/", "^", "=",
            "<",
            ">=", "!=", ";", " ", "__import__", "exec", ".", "\\", "\n", "é", '"']  # fmt: skip


def compiled(text: str) -> None:
    scope = Scope(
        quantities={"a": parse_unit("1"), "b": parse_unit("kg")},
        parameters={"EF": (0, parse_unit("kgCO2e"))},
        tables={},
        evidence={},
        key_sets={"keys": ("x", "y")},
        optional={"left": parse_unit("1")},
        keyed={"m": Keyed("m", (("x", "y"),), parse_unit("1"))},
    )
    with contextlib.suppress(ExpressionError):
        write_conditions([text], scope).made()
    program = Program(scope)
    program.add(EquationLine("ER", text, parse_unit("1")))
    assert callable(program.compiled().calculate)


@settings(max_examples=600)
@given(st.lists(st.sampled_from(ALPHABET), max_size=60).map(" ".join) | st.text(max_size=200))
def test_any_text_is_either_a_formula_or_refused(text):
    try:
        parse(text)
        compiled(text)
    except ExpressionError:
        pass


# One strategy for what is built of parts, not one for each shape: hypothesis multiplies the shapes
# by each other, level by level.
SHAPES = [
    *(f"({{}} {operator} {{}})" for operator in "+-*/^<="),
    "if({}, {}, {})",
    "max({}, {})",
    "sum(k in keys: {})",
    "given(left, {})",
    "sum(k in keys: m[k] * ({}))",
]
FORMULAS = st.recursive(
    st.sampled_from(["a", "b", "EF", "1", "0", "2.5", "'x'", "on", "left", "m", "m['x']"]),
    lambda inner: st.sampled_from(SHAPES).flatmap(
        lambda shape: st.tuples(*[inner] * shape.count("{}")).map(lambda t: shape.format(*t))
    ),
    max_leaves=80,
)


@settings(max_examples=300)
@given(FORMULAS)
def test_any_well_formed_text_is_either_compiled_or_refused(text):
    with contextlib.suppress(ExpressionError):
        compiled(text)


def test_another_gas_counts_by_a_named_warming_potential():
    version = a_version(
        a_document(
            "methane * GWP_CH4",
            quantities={"methane": "gCH4"},
            parameters={"GWP_CH4": ("28", "kgCO2e/kgCH4")},
        ),
        example={"methane": "1000"},
        saved_mg="28000000",
    )
    assert worked(version, {"methane": "5"}) == Decimal("0.14")
    with refuses(DocumentError, match="yields kgCH4"):
        a_version(a_document("methane", quantities={"methane": "kgCH4"}, parameters={}))


def test_a_mean_of_days_that_are_not_known_is_a_refusal():
    version = a_version(
        a_document(
            "if(mass < 5 * one, mass, mean_previous(mass, 2)) * EF",
            parameters={"EF": ("2", "kgCO2e/kg"), "one": ("1", "kg")},
            extra="history_subject: thing_id",
        )
    )
    week = [(date(2025, 1, 1 + day), Decimal(day)) for day in range(3)]
    on = date(2025, 1, 4)
    assert explain(version, {"mass": "9"}, {}, "CN-44", on, week).saved_mg == 3_000_000
    with refuses(CannotCalculate, match="needs `mass` of the 2 days before; 1 are known"):
        explain(version, {"mass": "9"}, {}, "CN-44", on, week[2:])
