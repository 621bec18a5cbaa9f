"""An exported calculation is verified from what it says, and every change to it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.secrecy.signatures import public_key_of, sign
from behaviours.actions.exported import export_calculation
from behaviours.actions.shipped import load_rulebook
from behaviours.actions.verification import Verdict, lines_of, verify_calculation
from behaviours.document import canonical_digest
from behaviours.rules.factors import shipped_factors
from behaviours.signed_document import SIGNATURE_FAULTS, key_id
from tests.behaviours.builders import SAMPLES, an_accepted_action, saved

KEY = bytes(range(32))
KEYS = {key_id(public_key_of(KEY)): public_key_of(KEY)}


def exported(behaviour: str = "ev_charging") -> dict[str, Any]:
    """What the service exports of an action of the behaviour, as JSON, not signed."""
    record = saved(an_accepted_action(behaviour)).record()
    found: dict[str, Any] = json.loads(json.dumps(export_calculation(record, load_rulebook())))
    return {"action_id": "act_1", **found}


def verify(calculation: Any, **asked: Any) -> Verdict:
    return verify_calculation(calculation, shipped_factors(), **asked)


def problems(change: Callable[[dict[str, Any]], object], behaviour: str = "ev_charging") -> str:
    """What is told of an unsigned export after a change."""
    calculation = exported(behaviour)
    change(calculation)
    return "\n".join(verify(calculation, unsigned=True).problems)


@pytest.mark.parametrize("behaviour", sorted(SAMPLES))
def test_what_was_exported_verifies(behaviour: str) -> None:
    verdict = verify(sign(exported(behaviour), KEY), keys=KEYS)
    assert verdict.problems == ()
    assert verdict.key_id in KEYS
    lines = lines_of(verdict, steps=True)
    assert lines[0] == f"act_1: {verdict.stored_mg} mg CO2e, verified"
    assert verdict.digest in lines[1]
    assert str(verdict.key_id) in lines[2]
    assert any(line.startswith("  ER = ") for line in lines[3:])
    assert lines_of(verdict, steps=False) == lines[:3]


def test_what_is_not_signed_verifies_only_for_who_says_so() -> None:
    assert verify(exported()).problems == (SIGNATURE_FAULTS["unsigned"],)
    verdict = verify(exported(), unsigned=True)
    assert (verdict.problems, verdict.key_id) == ((), None)
    assert "nothing shows that these inputs are those of this action" in lines_of(
        verdict, steps=False
    )[2]  # fmt: skip


def test_who_accepts_unsigned_ones_still_learns_that_a_signature_is_broken() -> None:
    signed = sign(exported(), KEY) | {"language": "en"}
    assert verify(signed, unsigned=True).problems == (SIGNATURE_FAULTS["changed"],)
    stranger = sign(exported(), bytes(32))
    assert verify(stranger, keys=KEYS).problems == (SIGNATURE_FAULTS["other_key"],)


@pytest.mark.parametrize("nothing", [None, 5, [], {}, {"record": {}, "document": {}}, "text"])
def test_what_is_no_calculation_is_said_to_be_none(nothing: Any) -> None:
    verdict = verify(nothing)
    assert verdict.working is None
    assert "this is no exported calculation" in verdict.problems[0]
    assert lines_of(verdict, steps=True)[0] == "?: NOT VERIFIED"


def test_another_document_than_the_one_that_was_published_is_noticed() -> None:
    def changed(calculation: dict[str, Any]) -> None:
        calculation["document"]["title_en"] = "Another"

    assert "the document has the digest sha256:" in problems(changed)


def test_a_document_that_is_no_rule_cannot_be_computed() -> None:
    def emptied(calculation: dict[str, Any]) -> None:
        calculation["document"].pop("equations", None)
        calculation["record"]["digest"] = canonical_digest(calculation["document"])

    assert "it cannot be computed" in problems(emptied)


def test_a_factor_that_nobody_published_is_named() -> None:
    def unknown(calculation: dict[str, Any]) -> None:
        calculation["record"]["factors"]["EF_grid"] = "mee-2099/avg_province/CN-44/2098"

    told = problems(unknown)
    assert "mee-2099/avg_province/CN-44/2098" in told
    assert "fetch a newer one" in told


def test_a_record_that_is_damaged_is_not_computed() -> None:
    def damaged(calculation: dict[str, Any]) -> None:
        calculation["record"]["inputs"]["occurred_on"] = "yesterday"

    assert "its record cannot be read" in problems(damaged)


def test_other_milligrams_are_noticed_where_they_are_stored_and_where_they_are_shown() -> None:
    def stored(calculation: dict[str, Any]) -> None:
        calculation["record"]["saved_mg"] = "1"

    def shown(calculation: dict[str, Any]) -> None:
        calculation["saved_mg"] = "1"

    assert "stored are 1 mg, computed" in problems(stored)
    assert "shown are 1 mg, stored" in problems(shown)


def test_every_shown_member_that_was_not_computed_is_named() -> None:
    def a_step(calculation: dict[str, Any]) -> None:
        calculation["steps"][-1]["value"] = "99"

    def an_input(calculation: dict[str, Any]) -> None:
        del calculation["inputs"][0]

    def the_rounding(calculation: dict[str, Any]) -> None:
        calculation["rounding"]["exact_kg"] = "99"

    def left_out(calculation: dict[str, Any]) -> None:
        del calculation["parameters"]

    def added(calculation: dict[str, Any]) -> None:
        calculation["remarks"] = "none"

    assert "shown steps differ from the computed ones: ER" in problems(a_step)
    assert "shown inputs differ from the computed ones: " in problems(an_input)
    assert "shown rounding differ from the computed ones: exact_kg" in problems(the_rounding)
    assert "shown parameters differ from the computed ones: EF_car, " in problems(left_out)
    assert "shown remarks differ from the computed ones: remarks" in problems(added)
