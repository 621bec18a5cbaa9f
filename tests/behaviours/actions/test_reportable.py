"""What a provider may report today and whose numbers count; drafts as sent; earlier days."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from behaviours.actions.drafts import AnotherMethodology, NotAText, check_document, document_text
from behaviours.actions.earlier_days import earlier_days
from behaviours.actions.reportable import (
    MAY_NAME,
    MUST_NAME,
    OWN_NUMBER,
    Reportable,
    reportable_by,
)
from behaviours.actions.shipped import load_rulebook
from behaviours.document import DocumentError
from behaviours.issuers import NEVER, Claiming, Issuer, IssuerRegister
from behaviours.rules.factors import shipped_factors
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.scenes import SceneRegister
from tests.behaviours.builders import EXAMPLES, a_document, an_accepted_action
from tests.builders.civil import CHINA

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
DAY = date(2026, 6, 1)
ONE, TWO, NONE = "a" * 32, "b" * 32, "c" * 32
ISSUERS = [Issuer(code, code, code, ("ride",), NEVER) for code in ("metro", "rail")]
SOUND = a_document()
EXAMPLE = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")


def rules() -> ProgrammeRulebook:
    claiming = Claiming(IssuerRegister(ISSUERS, {ONE: ["metro"], TWO: ["metro", "rail"]}))
    return ProgrammeRulebook(load_rulebook().versions(), shipped_factors(), {}, CHINA, claiming)


def ride_of(provider: str) -> Reportable:
    return next(
        each
        for each in reportable_by(provider, rules(), DAY, NOW)
        if each.behaviour == "metro_ride"
    )


def test_what_is_in_force_can_be_reported_with_the_versions_that_price_it() -> None:
    found = reportable_by(ONE, rules(), DAY, NOW)
    assert [each.behaviour for each in found] == sorted(
        {each.behaviour for each in found}, key=[each.code for each in rules().behaviours()].index
    )
    ride = ride_of(ONE)
    assert (ride.title_en, ride.category_code) == ("Metro ride", "travel")
    assert "bj.low_carbon_travel@2024" in {each.label for each in ride.versions}
    assert reportable_by(ONE, rules(), date(1999, 1, 1), NOW) == []


def test_nothing_can_be_reported_whose_scene_is_not_open() -> None:
    assert reportable_by(ONE, rules().with_scenes(SceneRegister()), DAY, NOW) == []


@pytest.mark.parametrize(
    ("provider", "naming"), [(ONE, MAY_NAME), (TWO, MUST_NAME), (NONE, OWN_NUMBER)]
)
def test_the_issuer_is_named_where_there_are_several(provider: str, naming: str) -> None:
    (number,) = [each for each in ride_of(provider).numbers if each.kind == "ride"]
    assert number.naming == naming
    assert "ride_id" in number.evidence


def test_a_meters_number_stands_in_the_evidence_of_its_interval() -> None:
    plant = next(
        each for each in reportable_by(NONE, rules(), DAY, NOW) if each.behaviour == "ev_charging"
    )
    assert all(each.evidence for each in plant.numbers)


@pytest.mark.parametrize(
    ("sent", "case", "pointer"),
    [
        ({"parameters": {"EF": 2}}, "number", "/document/parameters/EF"),
        ({"a": ["x", None]}, "number", "/document/a/1"),
        ({"a/b~c": 1.5}, "number", "/document/a~1b~0c"),
    ],
)
def test_a_figure_is_sent_as_text_because_numbers_lose_digits(
    sent: dict[str, Any], case: str, pointer: str
) -> None:
    assert document_text("a: 1", "/document") == "a: 1"
    assert json.loads(document_text({"a": "0.10", "b": [True]}, "/document")) == {
        "a": "0.10",
        "b": [True],
    }
    with pytest.raises(NotAText) as caught:
        document_text(sent, "/document")
    assert (caught.value.case, caught.value.pointer) == (case, pointer)


def test_a_document_does_not_nest_without_end() -> None:
    deep: dict[str, Any] = {}
    for _ in range(30):
        deep = {"a": deep}
    with pytest.raises(NotAText) as caught:
        document_text(deep, "")
    assert caught.value.case == "too_deep"


def test_a_draft_is_the_version_that_it_is_sent_as() -> None:
    assert check_document("test.rule", "1", SOUND, EXAMPLE).label == "test.rule@1"
    assert check_document("test.rule", None, SOUND, EXAMPLE).version == "1"
    for code, version, wanted in (
        ("other.rule", None, "other.rule"),
        ("test.rule", "2", "test.rule@2"),
    ):
        with pytest.raises(AnotherMethodology) as caught:
            check_document(code, version, SOUND, EXAMPLE)
        assert caught.value.facts["wanted"] == wanted


def test_what_is_wrong_is_told_in_the_member_where_it_stands() -> None:
    wrong_example = EXAMPLE.replace("2000000", "1")
    for document, examples, pointer in (
        (SOUND.replace("class: scene", "class: nothing"), EXAMPLE, "/document/action_class"),
        (SOUND, wrong_example, "/examples/examples/0/saved_mg"),
    ):
        with pytest.raises(DocumentError) as caught:
            check_document("test.rule", "1", document, examples)
        assert caught.value.pointer == pointer


def test_earlier_days_are_found_by_the_claim_of_the_day() -> None:
    accepted, key = an_accepted_action("household_electricity"), bytes(32)
    found = earlier_days(accepted, 7, key)
    days = {on for on, _ in found}
    assert days == {accepted.occurred_on - timedelta(days=back) for back in range(1, 8)}
    day_before = an_accepted_action(
        "household_electricity", occurred_at=accepted.action.occurred_at - timedelta(days=1)
    )
    digests = {claim.digest(key) for claim in day_before.claims}
    assert digests & {digest for on, digest in found if on == day_before.occurred_on}
    assert earlier_days(an_accepted_action("metro_ride"), 7, key) == []
