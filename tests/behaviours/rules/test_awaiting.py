"""A rule that awaits figures is listed, and takes no action until they are known."""

from __future__ import annotations

from datetime import date

import pytest

from app.messages.catalogues import sentence
from behaviours.actions.judgement import judge_by
from behaviours.actions.judging import judge
from behaviours.actions.quantify import explain
from behaviours.actions.shipped import load_version
from behaviours.document import DocumentError
from behaviours.rules.factors import shipped_factors
from behaviours.rules.methodology import MethodologyIncomplete
from behaviours.rules.rulebook import Rulebook
from tests.behaviours.builders import (
    EXAMPLES,
    NOW,
    TODAY,
    a_document,
    a_version,
    an_action,
    error_of,
)
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

ON = date(2025, 1, 1)
REQUIRED = """  EF:
    unit: kgCO2e/kg
    meaning: m
    required: {what: the factor, where: annex A of the text}"""
SYNTHETIC = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="3000000").replace(
    "origin: computed", 'origin: synthetic\n    parameters: {EF: "3"}'
)


def awaiting() -> str:
    return a_document(parameters={}).replace("parameters:\n  {}", f"parameters:\n{REQUIRED}")


def test_a_rule_without_its_figure_is_listed_and_refuses_by_name():
    version = load_version(awaiting(), SYNTHETIC, "test/methodology.yaml")
    rulebook = Rulebook([version], shipped_factors())
    assert rulebook.awaited() == rulebook.versions() == [version]
    assert rulebook.behaviours() == []
    assert version.stated.missing[0] == {"what": "the factor", "where": "annex A of the text"}
    action = an_action("test_action", quantities={"mass": "1"}, evidence={"thing_id": "t"})
    (refusal,) = judge(rulebook, [action], now=NOW, zone=CHINA)
    assert isinstance(refusal, MethodologyIncomplete)
    assert (refusal.code, refusal.pointer) == ("METHODOLOGY_INCOMPLETE", "/behaviour")
    assert "the factor could not be read (it stands in annex A of the text)" in sentence(refusal)
    assert refusal.facts["methodology"] == "test.rule@1"
    for refused in (
        lambda: explain(version, {"mass": "1"}, {}, "CN-44", ON),
        lambda: judge_by(version, action, ON, today=TODAY, zone=CHINA),
        lambda: version.bound("CN-44", ON, ON),
    ):
        with pytest.raises(MethodologyIncomplete):
            refused()


def test_a_rule_that_awaits_figures_never_goes_before_one_that_has_them():
    local = awaiting().replace("regions: all", "regions: [CN-44]").replace("test.rule", "gd.rule")
    rulebook = Rulebook(
        [a_version(a_document()), load_version(local, SYNTHETIC, "gd/methodology.yaml")],
        shipped_factors(),
    )
    assert rulebook.version_for("test_action", ON, "CN-44").label == "test.rule@1"
    assert [behaviour.methodology for behaviour in rulebook.behaviours()] == ["test.rule@1"]


def test_more_than_a_figure_may_be_awaited():
    extra = "awaiting: [{what: the equation itself, where: the text}]"
    document = a_document(extra=extra)
    examples = SYNTHETIC.replace('{EF: "3"}', "{}").replace("3000000", "2000000")
    version = load_version(document, examples, "test/methodology.yaml")
    with refuses(MethodologyIncomplete, match="the equation itself"):
        explain(version, {"mass": "1"}, {}, "CN-44", ON)


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        (SYNTHETIC.replace('{EF: "3"}', "{}"), "'EF' is missing"),
        (SYNTHETIC.replace('EF: "3"', 'EF: "3", EG: "1"'), "no such field"),
        (SYNTHETIC.replace("synthetic", "computed"), "belong together"),
        (SYNTHETIC.replace('    parameters: {EF: "3"}\n', ""), "belong together"),
    ],
)
def test_test_values_are_marked_as_such_and_given_for_every_awaited_figure(examples, problem):
    with pytest.raises(DocumentError) as caught:
        load_version(awaiting(), examples, "test/methodology.yaml")
    assert problem in sentence(caught.value)


def test_a_rule_that_has_its_figures_is_never_tried_with_others():
    with refuses(DocumentError, match="the rule has all its figures"):
        load_version(a_document(), SYNTHETIC, "test/methodology.yaml")
    both = awaiting().replace(
        "    required:", '    values: [{value: "2", source: book, grade: press}]\n    required:'
    )
    assert "is not awaited" in sentence(error_of(both))
