"""All that is wrong with a rule is told at once, and nothing that only follows from it."""

from __future__ import annotations

from itertools import combinations

import pytest

from app.messages.catalogues import in_words
from behaviours.actions.shipped import load_version
from behaviours.document import FAULTS_MAX, DocumentError, Tree
from behaviours.rules.building import FIELDS, OPTIONAL, build_version
from behaviours.rules.document import document_of
from behaviours.rules.factors import shipped_factors
from behaviours.rules.survey import building as survey
from tests.behaviours.builders import EXAMPLES, a_document

GOOD = a_document()
EXAMPLE = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")

# What is wrong, where it is told; each at a place of its own.
SLIPS = [
    ("unit: kg, ", "unit: pood, ", "quantities.mass.unit"),
    ('"2", source: book', '"2", source: hearsay', "parameters.EF.values[0].source"),
    ("result: ER\n", "result: ER\nspeed: 1\n", "speed"),
    ("code: test.rule\n", "code: Test Rule\n", "code"),
    ("category: 用", "category: x", "category"),
    ("{from: 2024-01-01}", "{from: 2024-13-01}", "in_force.from"),
    ("kind: thing, evidence: [thing_id]", "kind: thing, evidence: [other]", "claims[0].evidence"),
    ("regions: all", "regions: [CN-99]", "regions"),
    ("mode: down", "mode: sideways", "rounding.mode"),
    ("scope: Trials.", 'scope: ""', "scope"),
    ("mass * EF", "mass * EG * EF", "equations[0].is"),
    ("missing: []", "missing: {}", "missing"),
]


def faults_of(document: str, examples: str = EXAMPLE) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load_version(document, examples, "methodology.yaml")
    return [each.facts["field"] for each in caught.value.all]


def slipped(*slips: tuple[str, str, str]) -> str:
    document = GOOD
    for old, new, _ in slips:
        assert old in document
        document = document.replace(old, new, 1)
    return document


@pytest.mark.parametrize("pair", list(combinations(SLIPS, 2)))
def test_two_faults_are_told_together(pair: tuple[tuple[str, str, str], ...]) -> None:
    told = faults_of(slipped(*pair))
    wanted = {field for _, _, field in pair}
    if {"quantities.mass.unit", "equations[0].is"} == wanted:
        # Whether the equation fits cannot be said before its quantity has a unit.
        wanted = {"quantities.mass.unit"}
    if {"parameters.EF.values[0].source", "equations[0].is"} == wanted:
        wanted = {"parameters.EF.values[0].source"}
    assert set(told) == wanted
    assert len(told) == len(wanted)


def test_every_fault_is_told_once_in_the_order_of_the_lines() -> None:
    with pytest.raises(DocumentError) as caught:
        load_version(slipped(*SLIPS), EXAMPLE, "methodology.yaml")
    told = caught.value.all
    lines = [each.facts["line"] for each in told]
    assert lines == sorted(lines)
    # All but the equation, which reads what is wrong itself.
    assert {each.facts["field"] for each in told} == {
        field for _, _, field in SLIPS if field != "equations[0].is"
    }
    assert all(in_words(each.facts["remedy"]) for each in told)


@pytest.mark.parametrize(
    ("fields", "told_by", "untold"),
    [
        # Of two windows one is too many, and who is read of the past only an equation can say.
        (FIELDS, {}, {"claim_window_days", "history_subject"}),
        (survey.FIELDS, {"subject": "project"}, {"subject"}),
    ],
)
def test_no_field_is_left_out(fields, told_by, untold) -> None:
    nonsense: dict[str, Tree] = dict.fromkeys((*fields, "more"), "")
    with pytest.raises(DocumentError) as caught:
        build_version(document_of(nonsense | told_by), shipped_factors())
    told = {each.facts["field"] for each in caught.value.all}
    assert {*fields, "more"} - told == untold


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({*FIELDS} - OPTIONAL, {"code": "a.b"}),
        ({*survey.FIELDS} - survey.OPTIONAL, {"subject": "project"}),
    ],
)
def test_all_that_is_missing_is_named(fields, said) -> None:
    with pytest.raises(DocumentError) as caught:
        build_version(document_of(said), shipped_factors())
    missing = {each.facts["problem"].facts["name"] for each in caught.value.all}
    assert missing == fields - said.keys()


def test_the_faults_of_document_and_examples_are_told_together() -> None:
    wrong = EXAMPLE.replace("region: CN-44", "region: [CN-44]").replace("title:", "headline:")
    told = faults_of(slipped(SLIPS[1]), wrong)
    assert told[0] == "parameters.EF.values[0].source"
    assert {"examples[0].region", "examples[0]", "examples[0].headline"} <= set(told)


def test_every_example_that_comes_out_otherwise_is_told() -> None:
    first = EXAMPLE.replace("2000000", "1")
    second = EXAMPLE.replace("2000000", "2").partition("examples:\n")[2]
    assert faults_of(GOOD, first + second) == ["examples[0].saved_mg", "examples[1].saved_mg"]


def test_within_one_member_too() -> None:
    told = faults_of(
        GOOD.replace("unit: kg, ", "unit: pood, ").replace('most: "100000000"', 'most: "1e8"')
    )
    assert told == ["quantities.mass.unit", "quantities.mass.most"]


def test_how_many_are_told_is_bounded() -> None:
    more = "".join(f"more_{n}: x\n" for n in range(FAULTS_MAX + 30))
    with pytest.raises(DocumentError) as caught:
        load_version(GOOD + "\n" + more, EXAMPLE, "methodology.yaml")
    assert (len(caught.value.all), caught.value.untold) == (FAULTS_MAX, 30)
