"""The rules by which grams become points, as they are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from app.shown.titles import titles
from behaviours.json_value import JsonObject
from rewards.points.caps import PERIODS
from rewards.points.earning import EarningPolicy
from rewards.points.lot_window import MONTH, PERIODS as VALID_TO_END_OF
from rewards.points.policy_changes import PolicyChange
from rewards.points.policy_reading import BehaviourRule, PolicyDocument
from rewards.points.proposed_policy import ProposedPolicy


class PointsClocks(Schema):
    """In civil days: from the publication of a policy to its first day, and from the notice that
    points expire to that moment."""

    policy_notice_days = plain.Integer(metadata={"example": 30})
    expiry_notice_days = plain.Integer(metadata={"example": 30})


class EarningRuleAnswer(Schema):
    """What a behaviour earns: by its mass, or `points_each` whole unit of a quantity; and caps."""

    points_each = plain.Integer(allow_none=True)
    quantity = plain.String(allow_none=True, metadata={"example": "boxes"})
    points_per_event = plain.Integer(allow_none=True)
    points_per_day = plain.Integer(allow_none=True)
    points_per_week = plain.Integer(allow_none=True)
    points_per_month = plain.Integer(allow_none=True)
    points_per_year = plain.Integer(allow_none=True)


class SharedCaps(Schema):
    """The most points of a person in a civil period; a week begins on Monday."""

    points_per_day = plain.Integer(allow_none=True)
    points_per_week = plain.Integer(allow_none=True)
    points_per_month = plain.Integer(allow_none=True, metadata={"example": 30_000})
    points_per_year = plain.Integer(allow_none=True)


class CampaignAnswer(Schema):
    """On its days these behaviours bring `percent` of the points, rounded down, before the caps."""

    title_zh = plain.String(metadata={"example": "绿色出行月"})
    title_en = plain.String(metadata={"example": "Month of green travel"})
    first_day = plain.String(metadata={"format": "date"})
    last_day = plain.String(metadata={"format": "date"})
    behaviours = plain.List(plain.String(metadata={"example": "bike_ride"}))
    percent = plain.Integer(metadata={"example": 150})


class FirstTimeAnswer(Schema):
    """Points that a person's first credited action brings besides: of a behaviour, of a scene, of
    any. They count against the caps; when that action is taken back no later one brings them."""

    behaviours = plain.Dict(keys=plain.String(), values=plain.Integer())
    scenes = plain.Dict(keys=plain.String(), values=plain.Integer())
    programme = plain.Integer(metadata={"example": 0})


class PolicyVersion(Schema):
    """One dated version of the rules by which grams become points."""

    policy = plain.String(metadata={"example": "demonstration"})
    version = plain.String(metadata={"example": "2020"})
    digest = plain.String(metadata={"example": "sha256:f545b3df"})
    title_zh = plain.String(metadata={"example": "演示计划积分办法"})
    title_en = plain.String(metadata={"example": "Points rules of the demonstration programme"})
    in_force_from = plain.String(metadata={"format": "date"})
    in_force_to = plain.String(allow_none=True, metadata={"format": "date"})
    mg_per_point = plain.Dict(keys=plain.String(), values=plain.Integer())
    hold_days = plain.Integer(
        metadata={"description": "Points can be spent from the start of so many civil days later."}
    )
    validity_months = plain.Integer(allow_none=True)
    validity_days = plain.Integer(
        allow_none=True, metadata={"description": "Where it is no number of months."}
    )
    expires_at_month_end = plain.Boolean(
        metadata={"description": "Whether they are good to the end of the month of the last day."}
    )
    expires_at_end_of = plain.String(
        allow_none=True,
        metadata={
            "enum": [*VALID_TO_END_OF, None],
            "description": "To the end of which period of the last day; never beyond ten years.",
        },
    )
    report_within_days = plain.Integer(
        allow_none=True,
        metadata={
            "description": "What is reported more civil days after it was done earns no points,"
            " `limited_by` being `reported_late`; its reduction is kept."
        },
    )
    first_time = plain.Nested(FirstTimeAnswer)
    default = plain.Nested(EarningRuleAnswer)
    behaviours = plain.Dict(keys=plain.String(), values=plain.Nested(EarningRuleAnswer))
    scenes = plain.Dict(keys=plain.String(), values=plain.Nested(SharedCaps))
    programme = plain.Nested(SharedCaps)
    campaigns = plain.Dict(keys=plain.String(), values=plain.Nested(CampaignAnswer))


class PolicyWhole(Schema):
    """A policy as it was published: `document` can be sent as it is, as another policy."""

    name = plain.String(metadata={"example": "demonstration@2020"})
    digest = plain.String(metadata={"example": "sha256:f545b3df"})
    in_force_from = plain.String(metadata={"format": "date"})
    document = plain.Dict(metadata={"description": "policy.yaml as JSON; days are texts."})


class ProposedPolicyAnswer(PolicyWhole):
    """A policy as it was proposed; published once both roles have signed."""

    id = plain.String(metadata={"example": "ppl_0199b2c3d4e57f0080000000000000aa"})
    proposed_at = Moment()
    published_at = Moment(allow_none=True)


class AwaitingPolicy(ProposedPolicyAnswer):
    """A proposal, and whose signatures it awaits."""

    awaiting = plain.List(plain.String())


class PolicyChangeAnswer(Schema):
    """A value that differs, by its place in the document; null where there is none."""

    pointer = plain.String(metadata={"example": "/behaviours/metro_ride/points_per_day"})
    before = plain.Raw(allow_none=True, metadata={"example": 1000})
    after = plain.Raw(allow_none=True, metadata={"example": 800})


class PolicyChangesAnswer(Schema):
    """What one policy says otherwise than another."""

    earlier = plain.String(metadata={"example": "demonstration@2020"})
    later = plain.String(metadata={"example": "demonstration@2027"})
    changes = plain.List(plain.Nested(PolicyChangeAnswer))


def policy_whole(document: PolicyDocument) -> JsonObject:
    """A policy, whole."""
    return {
        "name": document.name,
        "digest": document.digest,
        "in_force_from": document.in_force_from.isoformat(),
        "document": document.content,
    }


def proposed_policy(one: ProposedPolicy) -> JsonObject:
    """A proposal."""
    return {
        "id": public("ppl", one.policy_id),
        **policy_whole(one.document),
        "proposed_at": moment(one.proposed_at),
        "published_at": moment(one.published_at) if one.published_at else None,
    }


def changes_shown(
    earlier: PolicyDocument, later: PolicyDocument, changes: Sequence[PolicyChange]
) -> JsonObject:
    """The differences of two policies."""
    return {
        "earlier": earlier.name,
        "later": later.name,
        "changes": [each._asdict() for each in changes],
    }


def policy_shown(policy: EarningPolicy) -> JsonObject:
    """One version of the policy, as `PolicyVersion` describes it."""
    document = policy.document
    return {
        "policy": document.policy,
        "version": document.version,
        "digest": document.digest,
        **titles(document),
        "in_force_from": document.in_force_from.isoformat(),
        "in_force_to": document.in_force_to.isoformat() if document.in_force_to else None,
        "mg_per_point": dict(document.mg_per_point),
        "hold_days": document.hold_days,
        "validity_months": document.validity.months,
        "validity_days": document.validity.days,
        "expires_at_month_end": document.validity.end_of == MONTH,
        "expires_at_end_of": document.validity.end_of,
        "first_time": document.first_time._asdict(),
        "report_within_days": document.report_within_days,
        "default": _rule(document.default),
        "behaviours": {code: _rule(rule) for code, rule in document.behaviours.items()},
        "scenes": {scene: _limits(limits) for scene, limits in document.scenes.items()},
        "programme": _limits(document.programme),
        "campaigns": {
            each.code: {
                **titles(each),
                "first_day": each.first_day.isoformat(),
                "last_day": each.last_day.isoformat(),
                "behaviours": sorted(each.behaviours),
                "percent": each.percent,
            }
            for each in document.campaigns
        },
    }


def _rule(rule: BehaviourRule) -> JsonObject:
    return {
        "points_each": rule.points_each,
        "quantity": rule.quantity,
        "points_per_event": rule.points_per_event,
        **_limits(rule.limits),
    }


def _limits(limits: Mapping[str, int]) -> JsonObject:
    return {f"points_per_{period}": limits.get(period) for period in PERIODS}
