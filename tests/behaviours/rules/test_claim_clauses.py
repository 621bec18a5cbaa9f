"""What a rule says of claims: windows, owners, subjects, and what names them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.messages.catalogues import sentence
from behaviours.actions.judgement import judge_by
from behaviours.actions.shipped import load_version
from behaviours.civil_time import civil_day
from behaviours.refusal import Refusal
from behaviours.rules.methodology import Version
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

ON = date(2025, 1, 1)


# Windows, owners, subjects, claims


def an_action_by(version: Version, *, days_later: int = 0, provider: str = "prv", **evidence: str):
    action = replace(
        an_action("x", quantities={"mass": "1"}, evidence={"thing_id": "t", **evidence}),
        provider_id=provider,
    )
    now = NOW.replace(year=2025, month=1, day=1 + days_later)
    return judge_by(version, action, ON, today=civil_day(now, CHINA), zone=CHINA)


def test_a_claim_opens_after_two_days_and_closes_after_seven():
    version = a_version_with('claim_window: {opens_days: "2", closes_days: "7"}', later="03")
    codes = {}
    for days in (0, 1, 2, 7, 8):
        try:
            an_action_by(version, days_later=days)
        except Refusal as refusal:
            codes[days] = refusal.code
    assert codes == dict.fromkeys((0, 1), "CLAIM_WINDOW_NOT_OPEN") | {8: "CLAIM_WINDOW_CLOSED"}


def a_version_with(extra: str, *, evidence: str = "", later: str = "01") -> Version:
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000").replace(
        "occurred_on: 2025-01-01", f"occurred_on: 2025-01-01\n    recorded_on: 2025-01-{later}"
    )
    if "entrusted" in extra or "owner: user, delegation: none" in extra:
        examples = examples.replace("origin: ", "reported_by: person\n    origin: ")
    document = a_document(extra=extra, evidence=evidence)
    return load_version(document, examples, "test/methodology.yaml")


def test_a_window_that_contradicts_itself_is_refused():
    window = 'claim_window: {opens_days: "8", closes_days: "7"}'
    assert "closes before it opens" in sentence(error_of(a_document(extra=window)))
    twice = 'claim_window_days: "7"\nclaim_window: {closes_days: "7"}'
    assert "stated twice" in sentence(error_of(a_document(extra=twice)))


SELF_REPORTED = (
    'reporting: {by: [provider, participant], evidence: [thing_id], evidence_factor: "1", '
    'confirmation: none, per_day: "3", source: book, grade: official}'
)

AUTHORISATION = "  authorisation_no: {meaning: Number of the authorisation., optional: true}"


def test_a_provider_that_claims_for_a_person_names_the_authorisation():
    version = a_version_with(
        "ownership: {owner: user, delegation: entrusted, evidence: authorisation_no}\n"
        + SELF_REPORTED,
        evidence=AUTHORISATION,
    )
    assert an_action_by(version, authorisation_no="A-1").evidence["authorisation_no"] == "A-1"
    assert an_action_by(version, provider="").action.provider_id == ""
    with pytest.raises(Refusal) as caught:
        an_action_by(version)
    assert caught.value.key == "CLAIM_NOT_DELEGATED.without_proof"
    assert caught.value.pointer == "/evidence/authorisation_no"


@pytest.mark.parametrize(("owner", "refused_provider"), [("user", "prv"), ("operator", "")])
def test_a_claim_that_is_not_delegated_is_its_owners_alone(owner, refused_provider):
    version = a_version_with(f"ownership: {{owner: {owner}, delegation: none}}\n{SELF_REPORTED}")
    an_action_by(version, provider="" if refused_provider else "prv")
    with pytest.raises(Refusal) as caught:
        an_action_by(version, provider=refused_provider)
    assert caught.value.code == "CLAIM_NOT_DELEGATED"


def test_what_may_be_left_out_can_neither_be_calculated_with_nor_make_a_claim():
    optional = a_document(evidence=AUTHORISATION).replace(
        "evidence: [thing_id]", "evidence: [authorisation_no]"
    )
    assert "may be left out" in sentence(error_of(optional))
    read = a_document("if(authorisation_no = 'x', mass, 0) * EF", evidence=AUTHORISATION)
    assert "nothing is called 'authorisation_no'" in sentence(error_of(read))


def test_a_claim_may_be_of_a_person_and_of_a_year():
    def claim(text: str, participant: str = "par_1", on: date = ON) -> str:
        document = a_document().replace("{kind: thing, evidence: [thing_id]}", text)
        action = an_action(
            "x", quantities={"mass": "1"}, evidence={"thing_id": "t"}, participant_id=participant
        )
        return judge_by(a_version(document), action, on, today=TODAY, zone=CHINA).claims[0].value

    daily = "{kind: meal, evidence: [], person: true, per: day}"
    assert claim(daily) == claim(daily)
    assert claim(daily) != claim(daily, participant="par_2")
    assert claim(daily) != claim(daily, on=date(2025, 1, 2))
    yearly = "{kind: plot, evidence: [thing_id], per: year}"
    assert claim(yearly) == claim(yearly, on=date(2025, 12, 31))
    assert claim(yearly) != claim(yearly, on=date(2026, 1, 1))
    nothing = a_document().replace("{kind: thing, evidence: [thing_id]}", "{kind: x, evidence: []}")
    assert "the same for every action" in sentence(error_of(nothing))


@pytest.mark.parametrize("subject", ["person", "household", "small_firm"])
def test_a_rule_says_whose_actions_it_takes_and_what_names_them(subject):
    document = a_document(extra="subject_evidence: thing_id").replace(
        "subject: person", f"subject: {subject}"
    )
    version = a_version(document)
    assert (version.stated.subject, version.trust.subject_evidence) == (subject, "thing_id")
    assert "no such evidence" in sentence(
        error_of(document.replace(": thing_id\n", ": other\n", 1))
    )
