"""The catalogue: what counts, by which published rule, and what an action would save."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, jsonify, request
from marshmallow import Schema, fields as plain

from app.api.methodologies.lifecycle_body import in_progress
from app.api.methodologies.trust import (
    InstallationRuleAnswer,
    PlausibleAnswer,
    ReportingAnswer,
    trust_of,
)
from app.auth import allow_public, viewer_if_any
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Moment, moment
from app.http.pages import page_of, whole_or_page
from app.ids import public
from app.usecases.methodologies.read_draft import read_draft
from app.usecases.methodologies.read_drafts import read_drafts
from app.usecases.methodologies.read_history import read_history
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.rules.in_force import STANDINGS, ProgrammeRulebook
from behaviours.rules.lifecycle import STATES, StepTaken
from behaviours.rules.methodology import Version
from behaviours.rules.proxies import proxy_of
from behaviours.rules.rulebook import Behaviour, UnknownMethodology
from behaviours.scenes import PROGRAMME
from behaviours.vocabulary import ACTION_CLASSES

blueprint = Blueprint("catalogue", __name__, description="What counts, and by which rule.")


class QuantityAnswer(Schema):
    """A quantity of an action: a decimal string between two bounds."""

    name = plain.String(metadata={"example": "distance_km"})
    required = plain.Boolean()
    unit = plain.String(metadata={"example": "km"})
    least = plain.String(metadata={"description": "What is less is refused.", "example": "0.1"})
    most = plain.String(metadata={"description": "What is more is refused.", "example": "200"})
    whole = plain.Boolean(metadata={"description": "Whether it has no digits after the point."})
    meaning = plain.String()


class EvidenceAnswer(Schema):
    """A piece of evidence; one with a default may be left out."""

    name = plain.String()
    meaning = plain.String()
    kind = plain.String()
    required = plain.Boolean()


class BehaviourAnswer(Schema):
    """A behaviour of the catalogue, as the rule of today describes it, or the first to come."""

    code = plain.String(metadata={"example": "metro_ride"})
    title_zh = plain.String(metadata={"example": "地铁出行"})
    title_en = plain.String(metadata={"example": "Metro ride"})
    category = plain.String(metadata={"example": "行"})
    category_code = plain.String(metadata={"example": "travel"})
    scene = plain.String(metadata={"description": "What a consent names to cover this behaviour."})
    open = plain.Boolean(
        metadata={"description": "Whether its scene is open in this programme: `/v1/scenes`."}
    )
    action_class = plain.String()
    ended_at_required = plain.Boolean()
    methodology = plain.String(metadata={"example": "bj.low_carbon_travel@2024"})
    in_force_from = plain.String(
        metadata={
            "description": "The rule's first day; one to come takes no action yet.",
            "example": "2024-10-01",
        }
    )
    quantities = plain.List(plain.Nested(QuantityAnswer))
    evidence = plain.List(plain.Nested(EvidenceAnswer))


class ProxyAnswer(Schema):
    """That a version is a proxy: its figures stand in for those of a text that was not read."""

    stands_for = plain.String(
        allow_none=True,
        metadata={"description": "The version whose figures are replaced.", "example": "2022"},
    )
    why = plain.String(metadata={"description": "From what, and in place of which text."})


class MethodologyAnswer(Schema):
    """One version of a methodology in a line."""

    code = plain.String(metadata={"example": "bj.low_carbon_travel"})
    version = plain.String(metadata={"example": "2024"})
    digest = plain.String(metadata={"description": "sha256 of the version's content"})
    behaviour = plain.String(metadata={"example": "metro_ride"})
    title_zh = plain.String()
    title_en = plain.String()
    category = plain.String(metadata={"example": "行"})
    action_class = plain.String(metadata={"enum": list(ACTION_CLASSES)})
    in_force_from = plain.String()
    in_force_to = plain.String(allow_none=True)
    state = plain.String(metadata={"enum": list(dict.fromkeys((*STATES, *STANDINGS)))})
    proxy = plain.Nested(
        ProxyAnswer, allow_none=True, metadata={"description": "Null when it is no proxy."}
    )
    withdrawn_from = plain.String(allow_none=True)
    reporting = plain.Nested(ReportingAnswer)
    installation = plain.Nested(InstallationRuleAnswer, allow_none=True)
    plausible = plain.List(plain.Nested(PlausibleAnswer))
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


class VersionAnswer(MethodologyAnswer):
    """A version whole: the document that was published, content-addressed by its digest.

    A draft takes document and examples back as they stand here, with the same digest.
    """

    document = plain.Dict()
    examples = plain.Dict(metadata={"description": "The worked cases that come out by it."})


@blueprint.route("/v1/behaviours")
@allow_public
@blueprint.lists(BehaviourAnswer, "Catalogue")
def list_behaviours() -> JsonObject:
    """What earns, and what an app has to send for it."""
    rulebook, moment_now = wiring().rulebook, now()
    today = civil_day(moment_now, rulebook.zone)
    return whole_or_page([
        _behaviour(each, rulebook.scenes.is_open(PROGRAMME, each.code, moment_now))
        for each in rulebook.behaviours(today)
    ])  # fmt: skip


@blueprint.route("/v1/methodologies")
@allow_public
@blueprint.lists(Methodologies)
def list_methodologies() -> JsonObject:
    """Every published version, by behaviour and then by the day it came into force.

    With the token of an operator, authority or verifier, versions on their way follow.
    """
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    rows = [_summary(version, rulebook, today) for version in rulebook.versions()]
    viewer = viewer_if_any()
    if viewer is not None:
        # The public's list needs no database.
        drafts = wiring().database.transact(read_drafts, viewer=viewer)
        rows += [draft._asdict() for draft in drafts]
    return whole_or_page(rows)


@blueprint.route("/v1/methodologies/<code>")
@allow_public
@blueprint.lists(Methodologies)
def read_methodology(code: str) -> JsonObject:
    """The versions of one methodology, oldest first."""
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    versions = rulebook.versions_of(code)
    return whole_or_page([_summary(version, rulebook, today) for version in versions])


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
        viewer = viewer_if_any()
        if viewer is None:
            raise
        draft = wiring().database.transact(read_draft, code, version, viewer=viewer)
        answer = jsonify(in_progress(draft))
        answer.set_etag(str(draft.revision))
        return answer
    summary = _summary(found, rulebook, today)
    tag = f"{found.digest};{summary['state']}"
    if tag in request.if_none_match:
        return Response(status=304)
    answer = jsonify(
        VersionAnswer().dump({**summary, "document": found.tree, "examples": found.examples})
    )
    answer.set_etag(tag)
    answer.cache_control.public = True
    answer.cache_control.max_age = int(timedelta(minutes=5).total_seconds())
    return answer


@blueprint.route("/v1/methodologies/<code>/versions/<version>/history")
@allow_public
@blueprint.lists(StepAnswer, "History")
def list_history(code: str, version: str) -> Response:
    """Who took which step and when; the public sees the steps of what was published."""
    seen = wiring().database.transact(
        read_history, code, version, viewer=viewer_if_any(), rulebook=wiring().rulebook
    )
    return json_answer(whole_or_page([_step(step, whole=seen.whole) for step in seen.steps]))


def _behaviour(behaviour: Behaviour, is_open: bool) -> JsonObject:
    return {
        "code": behaviour.code,
        "title_zh": behaviour.title_zh,
        "title_en": behaviour.title_en,
        "category": behaviour.category,
        "category_code": behaviour.category_code,
        "scene": behaviour.scene,
        "open": is_open,
        "action_class": behaviour.action_class,
        "ended_at_required": behaviour.interval_required,
        "methodology": behaviour.methodology,
        "in_force_from": behaviour.in_force_from.isoformat(),
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


def _step(taken: StepTaken, *, whole: bool) -> JsonObject:
    shown: JsonObject = {
        "step": taken.step,
        "state": taken.state,
        "revision": taken.revision,
        "digest": taken.digest,
        "role": taken.role,
        "taken_at": moment(taken.taken_at),
    }
    if whole:
        return {**shown, "by": public("usr", taken.user_id), "details": taken.details}
    return shown


def _summary(version: Version, rulebook: ProgrammeRulebook, on: date) -> JsonObject:
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
        "in_force_from": version.validity.starts_on.isoformat(),
        "in_force_to": version.validity.ends_on.isoformat() if version.validity.ends_on else None,
        "state": rulebook.state_of(version, on),
        "withdrawn_from": withdrawn_from.isoformat() if withdrawn_from else None,
        "proxy": _proxy(version),
        **trust_of(version.trust),
        "missing": [dict(gap) for gap in version.stated.missing],
        "awaiting": [{"what": each.what, "where": each.where} for each in version.awaiting],
    }


def _proxy(version: Version) -> JsonObject | None:
    proxy = proxy_of(version)
    if proxy is None:
        return None
    return {"stands_for": proxy.stands_for or None, "why": proxy.why}
