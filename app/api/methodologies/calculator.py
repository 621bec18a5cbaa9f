"""The calculator: what an action would save by a rule, with every step; nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, NotRequired, TypedDict

from marshmallow import fields as plain

from app.auth import allow_public, viewer_if_any
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.faults import invalid
from app.http.fields import Day, DecimalText, Line, Region, Strict
from app.shown.actions import SavedAnswer
from app.usecases.methodologies.read_draft_to_calculate import read_draft_to_calculate
from behaviours.actions.calculation import WorkingShown
from behaviours.actions.quantify import Working, explain
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import UnknownMethodology
from behaviours.rules.units import kg

blueprint = Blueprint("calculator", __name__, description="What an action would save.")


class QuantifyBody(Strict):
    """An action that somebody thinks about; only the evidence that the equations read is needed."""

    EXAMPLE: ClassVar[JsonObject] = {
        "region": "CN-44",
        "quantities": {"trips": "1"},
        "evidence": {},
    }

    region = Region(required=True)
    quantities = plain.Dict(keys=plain.String(), required=True)
    evidence = plain.Dict(keys=plain.String(), values=plain.String())
    occurred_on = Day(metadata={"description": "The civil day of the action; today by default."})
    version = Line(metadata={"description": "By default the version in force on that day."})
    hours = DecimalText(metadata={"description": "How long it took, where an equation reads it."})
    counted_before = plain.Dict(
        keys=plain.String(),
        values=DecimalText(),
        metadata={"description": "By the name of a limit: what counted before in its period."},
    )


class SentQuestion(TypedDict):
    """As ``QuantifyBody`` loads it."""

    region: str
    # Texts, as the rule will ask for; it refuses anything else.
    quantities: Mapping[str, str]
    evidence: NotRequired[Mapping[str, str]]
    occurred_on: NotRequired[date]
    version: NotRequired[str]
    hours: NotRequired[Decimal]
    counted_before: NotRequired[Mapping[str, Decimal]]


class QuantifyAnswer(SavedAnswer):
    """What the action would save, and every step of the sum."""

    calculation = plain.Dict()


@blueprint.route("/v1/methodologies/<code>/quantify", methods=["POST"])
@allow_public
@blueprint.arguments(QuantifyBody)
@blueprint.response(200, QuantifyAnswer)
def quantify_action(body: SentQuestion, code: str) -> WouldSave:
    """What would this save? The same arithmetic as for an action; nothing is recorded.

    With the token of an operator, authority or verifier, `version` may also be one on its way.
    """
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    day, wanted = body.get("occurred_on") or today, body.get("version")
    version = rulebook.version_on(code, day) if wanted is None else _named(code, wanted)
    rulebook.check_not_withdrawn(version, day)
    working = explain(
        version,
        body["quantities"],
        body.get("evidence", {}),
        body["region"],
        day,
        recorded_on=today,
        hours=body.get("hours"),
        counted_before=_limits_known(version, body.get("counted_before", {})),
    )
    return _would_save(working)


def _limits_known(version: Version, stated: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """What is said to have counted before, of limits that the version has."""
    known = {limit.name for limit in version.limits}
    if not stated.keys() <= known:
        raise invalid("/counted_before", "UNKNOWN_LIMIT", names=", ".join(sorted(known)) or "-")
    return stated


class WouldSave(TypedDict):
    """What an action would save, with its calculation."""

    reduction_kg: str
    methodology: str
    digest: str
    provenance: str
    calculation: WorkingShown


def _named(code: str, version: str) -> Version:
    """A published version; for those who work on rules also one on its way."""
    rulebook = wiring().rulebook
    try:
        return rulebook.version(code, version)
    except UnknownMethodology:
        viewer = viewer_if_any()
        if viewer is None:
            raise
        return wiring().database.transact(
            read_draft_to_calculate, code, version, viewer=viewer, rulebook=rulebook
        )


def _would_save(working: Working) -> WouldSave:
    return {
        "reduction_kg": kg(working.saved_mg),
        "methodology": working.shown["methodology"],
        "digest": working.shown["digest"],
        "provenance": working.shown["provenance"],
        "calculation": working.as_dict(),
    }
