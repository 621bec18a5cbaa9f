"""The catalogue: what counts, by which published rule, as everybody reads it."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.http.pages import page_of
from app.ids import public
from app.shown.titles import titles
from app.shown.trust import (
    InstallationRuleAnswer,
    LimitAnswer,
    PlausibleAnswer,
    ReportingAnswer,
    limits_of,
    trust_of,
)
from behaviours.json_value import JsonObject
from behaviours.rules.in_force import STANDINGS, ProgrammeRulebook
from behaviours.rules.lifecycle import STATES, StepTaken
from behaviours.rules.methodology import Version
from behaviours.rules.proxies import proxy_of
from behaviours.rules.rulebook import Behaviour
from behaviours.vocabulary import ACTION_CLASSES


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
    superseded_by = plain.String(
        allow_none=True,
        metadata={
            "description": "The version of the same rule that has its place, where one has.",
            "example": "2024-2",
        },
    )
    proxy = plain.Nested(
        ProxyAnswer, allow_none=True, metadata={"description": "Null when it is no proxy."}
    )
    withdrawn_from = plain.String(allow_none=True)
    reporting = plain.Nested(ReportingAnswer)
    installation = plain.Nested(InstallationRuleAnswer, allow_none=True)
    plausible = plain.List(plain.Nested(PlausibleAnswer))
    limits = plain.List(
        plain.Nested(LimitAnswer),
        metadata={"description": "What counts of one person in a period."},
    )
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


def behaviour_answer(behaviour: Behaviour, *, is_open: bool) -> JsonObject:
    """A behaviour as an answer."""
    return {
        "code": behaviour.code,
        **titles(behaviour),
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


def step_answer(taken: StepTaken, *, whole: bool) -> JsonObject:
    """A step as an answer; ``whole``: for who works on the version."""
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


def methodology_answer(version: Version, rulebook: ProgrammeRulebook, on: date) -> JsonObject:
    """A version in a line, as it stands on a day."""
    withdrawn_from = rulebook.withdrawn_from.get(version.label)
    successor = rulebook.superseded_by(version, on)
    return {
        "code": version.code,
        "version": version.version,
        "digest": version.digest,
        "behaviour": version.behaviour,
        **titles(version),
        "category": version.category,
        "action_class": version.action_class,
        "in_force_from": version.validity.starts_on.isoformat(),
        "in_force_to": version.validity.ends_on.isoformat() if version.validity.ends_on else None,
        "state": rulebook.state_of(version, on),
        "superseded_by": successor.version if successor else None,
        "withdrawn_from": withdrawn_from.isoformat() if withdrawn_from else None,
        "proxy": _proxy(version),
        **trust_of(version.trust),
        "limits": limits_of(version.limits),
        "missing": [dict(gap) for gap in version.stated.missing],
        "awaiting": [{"what": each.what, "where": each.where} for each in version.awaiting],
    }


def _proxy(version: Version) -> JsonObject | None:
    proxy = proxy_of(version)
    if proxy is None:
        return None
    return {"stands_for": proxy.stands_for or None, "why": proxy.why}
