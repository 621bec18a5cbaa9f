"""What a rule says of trust: who may report, by which installation, and what is plausible."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.messages.catalogues import LANGUAGES, in_words
from behaviours.rules.methodology import Version
from tests.behaviours.builders import a_document, a_version
from tests.behaviours.rules.test_documents import error_of

OWN = (
    'reporting: {by: [provider, participant], evidence: [thing_id], evidence_factor: "0.5", '
    'confirmation: sampled, per_day: "2", source: book, grade: press}'
)
FACTOR, SOURCED = "reporting.evidence_factor", "source: book, grade: assumption"
PLANT = "installation: {kind: pv_plant, capacity: MW}"


def plausible(condition: str, *more: str, otherwise: str = "hold") -> str:
    lines = [
        f"  - {{name: c{number}, if: {text!r}, else: {otherwise}, "
        "meaning: {zh: 少, en: Little.}, source: book, grade: assumption}"
        for number, text in enumerate((condition, *more))
    ]
    return "\n".join(["plausible:", *lines])


def with_extra(*extra: str, changed: tuple[str, str] = ("", "")) -> str:
    return a_document(extra="\n".join(extra)).replace(*changed, 1)


def rule_with(*extra: str) -> Version:
    return a_version(with_extra(*extra))


def test_a_rule_that_says_nothing_is_reported_by_providers_alone() -> None:
    silent, said = rule_with(), rule_with("reporting: {by: [provider]}")
    assert silent.trust.reporting == said.trust.reporting
    assert silent.trust.reporting.by == ("provider",)
    assert not silent.trust.reads_day


def test_a_rule_may_let_a_person_report_and_says_what_her_word_is_worth() -> None:
    rule = rule_with(OWN).trust.reporting
    assert (rule.by, rule.evidence) == (("provider", "participant"), ("thing_id",))
    assert (rule.factor, rule.confirmation, rule.per_day) == (Decimal("0.5"), "sampled", 2)


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ("by: [provider, participant]", "by: [participant]", "reporting.by", "reported by"),
        ("by: [provider, participant]", "by: [provider]", "reporting.evidence", "no such field"),
        ("evidence: [thing_id], evidence_f", "evidence: [], evidence_f", "reporting.evidence",
         "needs evidence"),
        ("evidence: [thing_id], evidence_f", "evidence: [photo], evidence_f", "reporting.evidence",
         "no evidence is called"),
        ('evidence_factor: "0.5"', 'evidence_factor: "0"', FACTOR, "above 0"),
        ('evidence_factor: "0.5"', 'evidence_factor: "1.01"', FACTOR, "at most"),
        ("confirmation: sampled", "confirmation: maybe", "reporting.confirmation", "not known"),
        ('per_day: "2"', 'per_day: "0"', "reporting.per_day", "whole number"),
        ("source: book, grade: press}\nquant", "source: ear, grade: press}\nquant",
         "reporting.source", "no source"),
        ("action_class: scene", "action_class: project", "reporting.by", "class project"),
        ("name: ER", "name: self_report", "equations", "declared twice"),
    ],
)  # fmt: skip
def test_a_flawed_word_on_reporting_is_refused_at_its_place(old, new, field, problem) -> None:
    document = with_extra(OWN)
    assert old in document
    changed = document.replace(old, new)
    if "self_report" in new:
        changed = changed.replace("result: ER", "result: self_report")
    error = error_of(changed)
    assert error.facts["field"] == field
    assert problem in in_words(error.facts["problem"])
    for language in LANGUAGES:
        assert in_words(error.facts["remedy"], language)


def test_a_claim_that_only_its_owner_makes_needs_an_owner_who_may_report() -> None:
    alone = "ownership: {owner: user, delegation: none}"
    assert "nobody could report" in in_words(error_of(with_extra(alone)).facts["problem"])
    # With such a reporter the document is sound: only its example, of a provider, is refused.
    assert error_of(with_extra(alone, OWN)).facts["file"] == "test/examples.yaml"


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("mass <= hours", "cannot compare"),
        ("mass", "condition"),
        ("mass <= installation.capacity", "nothing is called 'installation.capacity'"),
        ("mass <= day.other", "nothing is called 'day.other'"),
        ("ER <= 3", "nothing is called 'ER'"),
        ("daylight <= 3", "cannot"),
        ("mass <= mean_previous(mass, 7)", "reads earlier days"),
        ("mass <=", "expected"),
    ],
)
def test_a_condition_that_cannot_be_judged_is_refused_when_it_is_loaded(condition, problem) -> None:
    error = error_of(with_extra(plausible(condition)))
    assert error.facts["field"] == "plausible[0].if"
    assert problem in in_words(error.facts["problem"])


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("else: hold", "else: warn", "plausible[0].else"),
        ("else: hold, ", "", "plausible[0]"),
        ("meaning: {zh: 少, en: Little.}", "meaning: {en: Little.}", "plausible[0].meaning"),
        ("meaning: {zh: 少, en: Little.}", "meaning: Little.", "plausible[0].meaning"),
        ("name: c0", "name: C 0", "plausible[0].name"),
        (SOURCED, "source: ear, grade: assumption", "plausible[0].source"),
        (SOURCED, "source: book", "plausible[0]"),
        ("name: c1", "name: c0", "plausible[1].name"),
    ],
)  # fmt: skip
def test_a_condition_without_all_that_it_needs_is_refused_at_its_place(old, new, field) -> None:
    document = with_extra(plausible("mass <= day.mass", "mass < EF * mass * mass / mass / EF"))
    assert old in document
    assert error_of(document.replace(old, new, 1)).facts["field"] == field


def test_equations_know_nothing_of_hours_days_and_installations() -> None:
    for name in ("hours", "day.mass", "installation.capacity", "daylight"):
        error = error_of(a_document(f"mass * EF * {name}", extra=PLANT))
        assert f"nothing is called '{name}'" in in_words(error.facts["problem"])


def test_a_name_of_the_surroundings_is_not_declared_beside_them() -> None:
    document = a_document("mass * EF * hours", quantities={"mass": "kg", "hours": "1"})
    # Without a condition the name is the document's own.
    assert a_version(document, example={"mass": "1", "hours": "1"}).told.quantities["hours"]
    both = a_document(
        "mass * EF * hours", quantities={"mass": "kg", "hours": "1"}, extra=plausible("mass > 0")
    )
    assert error_of(both).facts["field"] == "plausible"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("kind: pv_plant", "kind: windmill", "installation.kind"),
        ("capacity: MW", "capacity: pood", "installation.capacity"),
        ("capacity: MW", "power: MW", "installation.power"),
    ],
)
def test_an_installation_is_of_a_known_kind_and_unit(old, new, field) -> None:
    assert error_of(with_extra(PLANT.replace(old, new))).facts["field"] == field
