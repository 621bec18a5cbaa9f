"""The catalogue: what counts, by which published rule, and what an action would save."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields as plain

from app.api.methodologies.lifecycle_body import in_progress
from app.auth import allow_public, identify
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Day, Line, Moment, Region, Strict, kg
from app.http.pages import page_of, whole_or_page
from app.ids import public
from app.store.methodologies.steps import steps_of
from app.store.methodologies.versions import read_kept, unpublished
from app.usecases.methodologies.programme_rules import ProgrammeRulebook
from app.usecases.methodologies.states import state_of
from behaviours.actions.quantify import Working, explain
from behaviours.civil_time import civil_day
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Behaviour, UnknownMethodology

blueprint = Blueprint("catalogue", __name__, description="What counts, and by which rule.")

# They draft, review and sign rules.
INSIDERS = frozenset({"operator", "authority", "verifier"})


class QuantityAnswer(Schema):
    """A quantity of an action: a decimal string between two bounds."""

    name = plain.String()
    required = plain.Boolean()
    unit = plain.String()
    least = plain.String()
    most = plain.String()
    whole = plain.Boolean()
    meaning = plain.String()


class EvidenceAnswer(Schema):
    """A piece of evidence; one with a default may be left out."""

    name = plain.String()
    meaning = plain.String()
    kind = plain.String()
    required = plain.Boolean()


class BehaviourAnswer(Schema):
    """A behaviour of the catalogue, as its newest rule describes it."""

    code = plain.String(metadata={"example": "metro_ride"})
    title_zh = plain.String(metadata={"example": "地铁出行"})
    title_en = plain.String(metadata={"example": "Metro ride"})
    category = plain.String(metadata={"example": "行"})
    category_code = plain.String(metadata={"example": "travel"})
    scene = plain.String(metadata={"description": "What a consent names to cover this behaviour."})
    action_class = plain.String()
    ended_at_required = plain.Boolean()
    methodology = plain.String(metadata={"example": "bj.low_carbon_travel@2024"})
    quantities = plain.List(plain.Nested(QuantityAnswer))
    evidence = plain.List(plain.Nested(EvidenceAnswer))


# Every behaviour that earns.
Catalogue = page_of(BehaviourAnswer, "Catalogue")


class MethodologyAnswer(Schema):
    """One version of a methodology in a line."""

    code = plain.String()
    version = plain.String()
    digest = plain.String()
    behaviour = plain.String()
    title_zh = plain.String()
    title_en = plain.String()
    category = plain.String()
    action_class = plain.String()
    in_force_from = plain.String()
    in_force_to = plain.String(allow_none=True)
    state = plain.String(
        metadata={
            "enum": [
                *("draft", "filed", "reviewed", "published", "in_force", "superseded"),
                *("ended", "withdrawn", "awaiting"),
            ]
        }
    )
    withdrawn_from = plain.String(allow_none=True)
    missing = plain.List(plain.Dict(), metadata={"description": "What no text could give yet."})
    awaiting = plain.List(
        plain.Dict(),
        metadata={"description": "Figures without which the version takes no action, and where."},
    )


# Every published version; those on their way too, for those who work on them.
Methodologies = page_of(MethodologyAnswer, "Methodologies")


class StepAnswer(Schema):
    """One step in the life of a version; `by` and `details` for those who work on it."""

    step = plain.String(metadata={"example": "publish"})
    state = plain.String(metadata={"description": "After the step."})
    revision = plain.Integer()
    digest = plain.String()
    role = plain.String()
    taken_at = Moment()
    by = plain.String()
    details = plain.Dict()


# Everything that was done with a version, oldest first; nothing for shipped ones.
History = page_of(StepAnswer, "History")


class VersionAnswer(MethodologyAnswer):
    """A version whole: the document that was published, content-addressed by its digest."""

    document = plain.Dict()


class QuantifyBody(Strict):
    """An action that somebody thinks about; only the evidence that the equations read is needed."""

    region = Region(required=True)
    quantities = plain.Dict(keys=plain.String(), required=True)
    evidence = plain.Dict(keys=plain.String(), values=plain.String())
    occurred_on = Day(metadata={"description": "The civil day of the action; today by default."})
    version = Line(metadata={"description": "By default the version in force on that day."})


class QuantifyAnswer(Schema):
    """What the action would save, and every step of the sum."""

    reduction_kg = plain.String(metadata={"example": "0.046000"})
    methodology = plain.String()
    digest = plain.String()
    provenance = plain.String()
    calculation = plain.Dict()


@blueprint.route("/v1/behaviours")
@allow_public
@blueprint.paged
@blueprint.response(200, Catalogue)
def list_behaviours() -> dict[str, Any]:
    """What earns, and what an app has to send for it."""
    return whole_or_page([_behaviour(each) for each in wiring().rulebook.behaviours()])


@blueprint.route("/v1/methodologies")
@allow_public
@blueprint.paged
@blueprint.response(200, Methodologies)
def list_methodologies() -> dict[str, Any]:
    """Every published version, by behaviour and then by the day it came into force.

    With the token of an operator, authority or verifier, versions on their way follow.
    """
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    rows = [_summary(version, rulebook, today) for version in rulebook.versions()]
    if works_on_rules():
        rows += wiring().database.transact(unpublished)
    return whole_or_page(rows)


@blueprint.route("/v1/methodologies/<code>")
@allow_public
@blueprint.paged
@blueprint.response(200, Methodologies)
def read_methodology(code: str) -> dict[str, Any]:
    """The versions of one methodology, oldest first."""
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    return whole_or_page([_summary(version, rulebook, today) for version in _versions_of(code)])


@blueprint.route("/v1/methodologies/<code>/versions/<version>")
@allow_public
@blueprint.response(200, VersionAnswer)
def read_version(code: str, version: str) -> Response:
    """One version whole, with its digest: figures, units, sources, equations, what is missing.

    What was published never changes; the ETag is its digest and its state. With the token of an
    operator, authority or verifier, a version on its way is found too; its ETag is its revision.
    """
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    try:
        found = rulebook.version(code, version)
    except UnknownMethodology:
        if works_on_rules():
            kept = wiring().database.transact(read_kept, code, version)
            if kept is not None:
                answer = jsonify(in_progress(kept))
                answer.set_etag(str(kept.revision))
                return answer
        raise
    summary = _summary(found, rulebook, today)
    tag = f"{found.digest};{summary['state']}"
    if tag in request.if_none_match:
        return Response(status=304)
    answer = jsonify(VersionAnswer().dump({**summary, "document": found.tree}))
    answer.set_etag(tag)
    answer.cache_control.public = True
    answer.cache_control.max_age = int(timedelta(minutes=5).total_seconds())
    return answer


@blueprint.route("/v1/methodologies/<code>/versions/<version>/history")
@allow_public
@blueprint.paged
@blueprint.response(200, History)
def read_history(code: str, version: str) -> dict[str, Any]:
    """Who took which step and when; the public sees the steps of what was published."""
    insider = works_on_rules()
    if not insider:
        wiring().rulebook.version(code, version)
    steps = wiring().database.transact(steps_of, code, version)
    return whole_or_page([_step(step, insider=insider) for step in steps])


@blueprint.route("/v1/methodologies/<code>/quantify", methods=["POST"])
@allow_public
@blueprint.arguments(
    QuantifyBody, example={"region": "CN-44", "quantities": {"trips": "1"}, "evidence": {}}
)
@blueprint.response(200, QuantifyAnswer)
def quantify_action(body: dict[str, Any], code: str) -> dict[str, Any]:
    """What would this save? The same arithmetic as for an action; nothing is recorded."""
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    day = body.get("occurred_on") or today
    version = _version_on(code, day, body.get("version"))
    rulebook.check_not_withdrawn(version, day)
    working = explain(
        version,
        body["quantities"],
        body.get("evidence", {}),
        body["region"],
        day,
        recorded_on=today,
    )
    return _would_save(working)


def works_on_rules() -> bool:
    """Whether the caller says who they are and may see versions before their publication."""
    if "Authorization" not in request.headers:
        return False
    return identify().role in INSIDERS


def _versions_of(code: str) -> list[Version]:
    found = [version for version in wiring().rulebook.versions() if version.code == code]
    if not found:
        raise UnknownMethodology(
            f"There is no methodology {code}. GET /v1/methodologies lists them."
        )
    return found


def _version_on(code: str, day: date, version: str | None) -> Version:
    """The named version, or the one in force on the day, or else the newest."""
    if version is not None:
        return wiring().rulebook.version(code, version)
    versions = _versions_of(code)
    return next((each for each in reversed(versions) if each.in_force(day)), versions[-1])


def _behaviour(behaviour: Behaviour) -> dict[str, Any]:
    return {
        "code": behaviour.code,
        "title_zh": behaviour.title_zh,
        "title_en": behaviour.title_en,
        "category": behaviour.category,
        "category_code": behaviour.category_code,
        "scene": behaviour.scene,
        "action_class": behaviour.action_class,
        "ended_at_required": behaviour.interval_required,
        "methodology": behaviour.methodology,
        "quantities": [
            {
                "name": rule.name,
                "required": rule.required,
                "unit": rule.unit.text,
                "least": f"{rule.least:f}",
                "most": f"{rule.most:f}",
                "whole": rule.whole,
                "meaning": rule.meaning,
            }
            for rule in behaviour.quantities
        ],
        "evidence": [
            {
                "name": rule.name,
                "meaning": rule.meaning,
                "kind": rule.kind,
                "required": rule.default is None,
            }
            for rule in behaviour.evidence
        ],
    }


def _step(step: dict[str, Any], *, insider: bool) -> dict[str, Any]:
    if insider:
        return {**step, "by": public("usr", step["user_id"])}
    return {name: value for name, value in step.items() if name != "details"}


def _summary(version: Version, rulebook: ProgrammeRulebook, on: date) -> dict[str, Any]:
    withdrawn_from = rulebook.withdrawn_from.get(version.label)
    return {
        "code": version.code,
        "version": version.version,
        "digest": version.digest,
        "behaviour": version.behaviour,
        "title_zh": version.title_zh,
        "title_en": version.title_en,
        "category": version.category,
        "action_class": version.action_class,
        "in_force_from": version.starts_on.isoformat(),
        "in_force_to": version.ends_on.isoformat() if version.ends_on else None,
        "state": state_of(version, rulebook, on),
        "withdrawn_from": withdrawn_from.isoformat() if withdrawn_from else None,
        "missing": [dict(gap) for gap in version.missing],
        "awaiting": [{"what": each.what, "where": each.where} for each in version.awaiting],
    }


def _would_save(working: Working) -> dict[str, Any]:
    return {
        "reduction_kg": kg(working.saved_mg),
        "methodology": working.methodology,
        "digest": working.digest,
        "provenance": working.provenance,
        "calculation": working.as_dict(),
    }
