"""All that is wrong with a rule of projects is told at once, as of a rule of actions."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from behaviours.document import DocumentError
from tests.behaviours.project_rule import EXAMPLE, a_document, a_rule

GOOD = a_document()

# Where a fault is told, and how the document comes by it.
TABLE = """\
code | code: test.project | code: Test Project
category | category: project | category: x
action_class | action_class: project | action_class: C
in_force.from | {from: 2024-01-01} | {from: 2024-13-01}
regions | regions: all | regions: [CN-99]
result | result: ER | result: EX
results[1] | results: [kept] | results: [kept, m]
vintages | vintages: by_year | vintages: saved
rounding.mode | mode: down | mode: sideways
missing | missing: [] | missing: {}
quantities.area.unit | {unit: ha, by | {unit: acre, by
sets.strata.meaning | meaning: Strata} | meaning: ""}
labels.kind.allowed | allowed: [wet, dry] | allowed: [wet, wet]
project_parameters.risk | risk: {unit: "1", least: "0" | risk: {unit: "1", least: "2"
previous.ER.unit | ER: {unit: tCO2e, meaning: Before} | ER: {unit: pood, meaning: Before}
parameters.each.values[0].source | "1", source: book | "1", source: hearsay
equations[0].is | plots[i]: mass[p]) | plots: mass)
"""
SLIPS = {field: (old, new) for field, old, new in (row.split(" | ") for row in TABLE.splitlines())}
# Of an equation, a result or a member that reads what is wrong itself nothing is said.
FOLLOWS = {
    ("equations[0].is", "sets.strata.meaning"),
    ("vintages", "sets.strata.meaning"),
}


def faults_of(document: str, examples: str = EXAMPLE) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as caught:
        a_rule(document, examples)
    return [(each.facts["field"], each.pointer) for each in caught.value.all]


def slipped(*fields: str) -> str:
    document = GOOD
    for old, new in (SLIPS[field] for field in fields):
        assert document.count(old) == 1, old
        document = document.replace(old, new)
    return document


@pytest.mark.parametrize("field", SLIPS)
def test_a_fault_is_told_alone_with_its_pointer(field: str) -> None:
    pointer = "/" + re.sub(r"\[(\d+)\]", r".\1", field).replace(".", "/")
    assert faults_of(slipped(field)) == [(field, pointer)]


@pytest.mark.parametrize("pair", list(combinations(SLIPS, 2)))
def test_two_faults_are_told_together(pair: tuple[str, str]) -> None:
    wanted = next(([first] for then, first in FOLLOWS if {then, first} == {*pair}), sorted(pair))
    assert sorted(field for field, _ in faults_of(slipped(*pair))) == wanted


def test_all_faults_are_told_in_the_order_of_the_lines() -> None:
    with pytest.raises(DocumentError) as caught:
        a_rule(slipped(*SLIPS))
    lines = [each.facts["line"] for each in caught.value.all]
    assert lines == sorted(lines)
    assert len(lines) == len(SLIPS) - len(FOLLOWS)


def test_faults_of_examples_are_told_beside_those_of_the_document() -> None:
    wrong = EXAMPLE.replace("title:", "headline:").replace("from: 2024-07-01", "from: 2024-07-41")
    told = [field for field, _ in faults_of(slipped("code"), wrong)]
    assert told == [
        "code",
        *("examples[0].headline", "examples[0]", "examples[0].period.from"),
    ]


def test_every_step_that_comes_out_otherwise_is_told() -> None:
    wrong = EXAMPLE.replace('whole: "55"', 'whole: "56"').replace('"50000000000"', '"5"')
    more = wrong.partition("examples:\n")[2]
    assert [field for field, _ in faults_of(GOOD, wrong + more)] == [
        f"examples[{case}].{field}" for case in (0, 1) for field in ("steps.whole", "saved_mg")
    ]
