"""Every published example, worked out by the oracle alone: it never asks the programme."""

from __future__ import annotations

import ast
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.oracle.formulas import Amount, NoResult, Setting, formula
from tests.oracle.measures import measure
from tests.oracle.records import own_part
from tests.oracle.rules import (
    METHODOLOGIES,
    OracleRule,
    Question,
    all_folders,
    document_at,
    examples_at,
)

FOLDERS = all_folders()


def name_of(folder: Path) -> str:
    return folder.relative_to(METHODOLOGIES).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_every_published_example_comes_out_to_the_milligram(folder):
    rule = OracleRule(document_at(folder))
    worked = [example for example in examples_at(folder) if "saved_mg" in example]
    assert worked
    for example in worked:
        on = date.fromisoformat(example["occurred_on"])
        recorded_on = example.get("recorded_on")
        asked = Question(
            quantities=example["quantities"],
            evidence=example["evidence"],
            region=example["region"],
            on=on,
            recorded_on=date.fromisoformat(recorded_on) if recorded_on else on,
            earlier=[
                (date.fromisoformat(each["day"]), Fraction(each["value"]))
                for each in example.get("history", ())
            ],
            stated=example.get("parameters"),
            by_person=example.get("reported_by") == "person",
            before=example.get("counted_before", {}),
        )
        assert rule.saved_mg(asked) == int(example["saved_mg"]), example["title"]
        assert (example["origin"] == "synthetic") == rule.awaits


def test_a_rule_that_awaits_figures_has_no_result_without_them():
    folder = METHODOLOGIES / "ccaa/carpool/2021"
    rule, (example, *_) = OracleRule(document_at(folder)), examples_at(folder)
    on = date.fromisoformat(example["occurred_on"])
    asked = Question(example["quantities"], example["evidence"], example["region"], on, on)
    with pytest.raises(NoResult, match="METHODOLOGY_INCOMPLETE"):
        rule.saved_mg(asked)


def test_the_oracle_shares_no_line_with_what_it_watches():
    """Only ``compare``, which sets both beside each other, may know the programme."""
    for path in Path(__file__).parent.glob("*.py"):
        if path.name.startswith("test_") or path.name == "compare.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in {"behaviours", "rewards", "app"}, path.name
                assert not name.startswith("decimal"), path.name


@pytest.mark.parametrize(
    ("whole", "parts", "owned"),
    [(10, [1, 1, 1], [4, 3, 3]), (7, [0, 2, 1], [0, 5, 2]), (1, [1, 1], [1, 0]), (0, [3], [0])],
)
def test_what_is_left_over_goes_to_the_largest_remainders(whole, parts, owned):
    assert [own_part(whole, parts, at) for at in range(len(parts))] == owned
    assert sum(owned) == whole


NOTHING = Setting({}, {}, {}, {}, {}, {}, {}, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 - 2 - 1", "4"),
        ("12 / 3 / 2", "2"),
        ("-2 ^ 2", "-4"),
        ("2 * -3", "-6"),
        ("2 ^ -2", "1/4"),
        ("if(1 < 2 and not 2 < 1 or 1 > 9, 5, 6)", "5"),
        ("clamp(9, 1, 4) + min(1, 2, 0.5) + max(0.1, 0.2)", "4.7"),
        ("year(on) / 3", "2026/3"),
    ],
)
def test_a_formula_is_worked_out_exactly(text, number):
    found = formula(text)(NOTHING)
    assert isinstance(found, Amount)
    assert found.number == Fraction(number)


@pytest.mark.parametrize(
    ("one", "factor", "other"),
    [
        ("tCO2/MWh", "1", "kgCO2e/kWh"),
        ("kgCO2e/(t*km)", "1/1000", "kgCO2e/(kg*km)"),
        ("kJ", "1/3600", "kWh"),
        ("MJ/t", "1/3600", "kWh/kg"),
        ("kW", "1", "kWh/h"),
        ("m/s", "3.6", "km/h"),
        ("pkm", "1", "person*km"),
        ("mu", "1/15", "ha"),
        ("m2^2", "1/100000000", "ha^2"),
    ],
)
def test_a_measure_is_a_factor_of_base_units(one, factor, other):
    assert measure(one).powers == measure(other).powers
    assert measure(one).factor == Fraction(factor) * measure(other).factor


@pytest.mark.parametrize("text", ["1 +", "2 3", "frob(1, 2)", "a $ b", "nobody", "'a' + 1"])
def test_what_the_oracle_does_not_know_it_refuses_loudly(text):
    with pytest.raises((AssertionError, KeyError, IndexError)):
        formula(text)(NOTHING)


def test_amounts_of_two_kinds_are_never_added():
    setting = Setting(
        {"a": Amount(Fraction(1), (("kg", 1),)), "b": Amount(Fraction(1), (("km", 1),))},
        {}, {}, {}, {}, {}, {}, date(2026, 3, 1),
    )  # fmt: skip
    with pytest.raises(AssertionError, match="two kinds"):
        formula("a + b")(setting)
    assert formula("a + 0")(setting) == setting.amounts["a"]
