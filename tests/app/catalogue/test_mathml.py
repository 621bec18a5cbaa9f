"""Formulas as mathematics: well formed, escaped, with brackets where they are needed."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from app.shown.mathml import CaseValues, condition_markup, equation_markup, worked_markup
from behaviours.actions.shipped import load_rulebook

# What browsers set without a script, by MathML Core.
CORE = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msup", "msub", "munder", "msqrt",
    "mtable", "mtr", "mtd",
}  # fmt: skip


def plain(markup: str) -> str:
    """The characters alone, fractions as (above)/(below), what stands below after an underscore."""
    return _plain(ET.fromstring(markup))  # noqa: S314 - of our own making


def _plain(element: ET.Element) -> str:
    inner = [_plain(each) for each in element]
    match element.tag:
        case "mfrac":
            return f"({inner[0]})/({inner[1]})"
        case "msup":
            return f"{inner[0]}^{inner[1]}"
        case "msub" | "munder":
            return f"{inner[0]}_{inner[1]}"
        case "mtr":
            return "[" + " ".join(inner) + "]"
    # A word is kept apart by a blank that no line ends at.
    return (element.text or "").replace("\u00a0", " ") + "".join(inner)


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("a + b * c", "a+b⋅c"),
        ("(a + b) * c", "(a+b)⋅c"),
        ("a - (b - c)", "a−(b−c)"),
        ("a - b - c", "a−b−c"),
        ("a - (b + c)", "a−(b+c)"),
        ("a + (b - c)", "a+b−c"),
        ("a * b / c", "(a⋅b)/(c)"),
        ("a / (b + c) * d", "(a)/(b+c)⋅d"),
        ("-a * b", "−a⋅b"),
        ("(a + b) ^ 2", "(a+b)^2"),
        ("EF * 0.99 ^ years_between(x, on)", "EF⋅0.99^years_between(x,on)"),
        ("EF_BL * EF_car[car]", "EF_BL⋅EF_car,car"),
        ("mass_kg['kitchen']", "mass_kg,kitchen"),
        ("sum(k in materials: m[k] * EF[k])", "∑_k∈materialsm_k⋅EF_k"),
        ("max(a, b)", "max(a,b)"),
        ("total(mass_kg)", "∑mass_kg"),
        ("if(a <= b and c != 'x', 1, 2)", "{[1 if a≤b∧c≠x][2 otherwise]"),
        ("given(a, b)", "{[a if a is reported][b otherwise]"),
    ],
)
def test_a_formula_is_set_as_people_write_it(formula, shown):
    assert plain(equation_markup("ER", formula, "en")) == f"ER={shown}"


def test_the_words_in_it_are_those_of_the_reader():
    assert "其他情况" in equation_markup("ER", "if(a < b, 1, 2)", "zh-CN")


def test_what_a_document_writes_is_text_and_never_markup():
    markup = condition_markup("a = '<script>&'", "en")
    assert "<script>" not in markup
    assert plain(markup) == "a=<script>&"


def test_every_equation_and_condition_of_the_catalogue_is_well_formed():
    for version in load_rulebook().versions():
        shown = [
            equation_markup(each.name, each.text, "en") for each in version.reckoning.equations
        ]
        shown += [condition_markup(each.text, "en") for each in version.reckoning.conditions]
        shown += [condition_markup(each.text, "en") for each in version.trust.plausible]
        for markup in shown:
            root = ET.fromstring(markup)  # noqa: S314 - of our own making
            assert {each.tag for each in root.iter()} <= CORE
            for each in root.iter():
                assert each.attrib.keys() <= {"display"}
            for parts, tag in ((2, "mfrac"), (2, "msup"), (2, "msub"), (2, "munder")):
                assert all(len(each) == parts for each in root.iter(tag))
            assert not re.search(r"style|script", markup)


CASE = CaseValues(
    numbers={"a": "2", "b": "3.5", "EF_grid": "0.4419"},
    tables={"EF": {("bus",): "0.1", ("car",): "0.2"}, "m": {("bus",): "7", ("car",): "0"}},
    words={"mode": "bus"},
    key_sets={"modes": ("bus", "car")},
    keyed={"m": [["bus", "car"]]},
    optional=frozenset({"b", "c"}),
)


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("a * EF_grid", "2⋅0.4419"),
        ("a * EF[mode]", "2⋅0.1"),
        ("a * EF['car']", "2⋅0.2"),
        ("sum(k in modes: m[k] * EF[k])", "7⋅0.1+0⋅0.2"),
        ("a * sum(k in modes: EF[k])", "2⋅(0.1+0.2)"),
        ("total(m)", "7+0"),
        ("max(given(b, a), a)", "max(3.5,2)"),
        ("given(c, a)", "2"),
        ("unknown * a", "unknown⋅2"),
    ],
)
def test_with_a_case_the_names_become_numbers(formula, shown):
    assert plain(worked_markup("ER", formula, "-1.5", "en", CASE)) == f"ER={shown}=−1.5"
