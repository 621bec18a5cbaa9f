"""Uncertainties of results and what is taken off for them, by the oracle beside the programme."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from behaviours.actions.quantify import explain
from behaviours.rules.building import build_version
from behaviours.rules.document import read_document
from behaviours.rules.factors import shipped_factors
from tests.behaviours.rules.test_uncertainty import ALLOWED, TABLE, stating
from tests.oracle.compare import compare
from tests.oracle.rules import OracleRule, Question

ON = date(2026, 12, 20)
EQUATIONS = (
    "mass * EF * share",
    "mass * EF / (share + EF2 / EF)",
    "mass * (EF * share - EF2)",
    "mass * EF * share ^ 3 / (one + share)",
    "mass * max(EF, EF2) - min(mass * EF, mass * EF2) * share / three",
)
RULES = ("", TABLE, ALLOWED)


def a_pair(equation: str, rule: str, rng: Random):
    def stated(value: str) -> str:
        confidence = rng.choice(("68", "90", "95", "99"))
        if rng.random() < 0.5:
            return (
                f'half_width: "{rng.choice(("0.03", "0.1", "0.25"))}", confidence: "{confidence}"'
            )
        lower, upper = Decimal(value) * Decimal("0.9"), Decimal(value) * Decimal("1.07")
        return f'lower: "{lower}", upper: "{upper}", confidence: "{confidence}"'

    figures = {
        "EF": ("2.37", "kgCO2e/kg", stated("2.37")),
        "EF2": ("1.9", "kgCO2e/kg", stated("1.9")),
        "share": ("1.3", "1", stated("1.3")),
        "one": ("1", "1", ""),
        "three": ("3", "1", ""),
    }
    named = set(re.findall(r"\w+", equation))
    figures = {name: each for name, each in figures.items() if name in named}
    text = stating(equation, figures, extra=rule).replace("100000000", "50")
    part = read_document(text, "test")
    assert isinstance(part.value, dict)
    return build_version(part, shipped_factors()), OracleRule(part.value)


@pytest.mark.parametrize("equation", EQUATIONS)
def test_half_widths_are_the_same_to_nine_digits(equation: str) -> None:
    rng = Random(7)
    for _ in range(4):
        version, rule = a_pair(equation, "", rng)
        mass = f"{rng.randrange(1, 5000) / 100:.2f}"
        told = explain(version, {"mass": mass}, {}, "CN-44", ON).shown["uncertainty"]
        asked = Question({"mass": mass}, {"thing_id": "x"}, "CN-44", ON, ON)
        theirs = rule.half_width_kg(asked)
        assert abs(Fraction(told["half_width_kg"]) / theirs - 1) < Fraction(1, 10**8)


@pytest.mark.parametrize("rule", RULES[1:], ids=("table", "allowed"))
@pytest.mark.parametrize("equation", EQUATIONS)
def test_what_is_taken_off_is_the_same_to_the_milligram(equation: str, rule: str) -> None:
    outcome = compare(60, seed=len(equation), rules=[a_pair(equation, rule, Random(3))])
    assert outcome.differences == []
    assert outcome.saved > 20
