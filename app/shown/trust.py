"""What a version says of trust: who may report, by which installation, what is plausible, and how
much of it counts."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from behaviours.json_value import JsonObject
from behaviours.rules.factors import GRADES
from behaviours.rules.limit_rule import ABOVE, PERIODS, LimitRule
from behaviours.rules.methodology import Trust
from behaviours.rules.trusted import (
    CONFIRMATIONS,
    INSTALLATION_KINDS,
    OUTCOMES,
    PARTICIPANT,
    PROVIDER,
)


class ReportingAnswer(Schema):
    """Who may report; what stands beside `by` is of a person's own report, null without it."""

    by = plain.List(plain.String(metadata={"enum": [PROVIDER, PARTICIPANT]}))
    evidence = plain.List(plain.String(), metadata={"description": "What a person has to show."})
    evidence_factor = plain.String(allow_none=True, metadata={"example": "0.5"})
    confirmation = plain.String(allow_none=True, metadata={"enum": [*CONFIRMATIONS, None]})
    per_day = plain.Integer(allow_none=True)


class InstallationRuleAnswer(Schema):
    """The kind of installation that an action is done by, and the unit of its capacity."""

    kind = plain.String(metadata={"enum": list(INSTALLATION_KINDS)})
    capacity_unit = plain.String(allow_none=True, metadata={"example": "kW"})


class PlausibleAnswer(Schema):
    """A condition; what does not meet it is held for a look, or refused."""

    name = plain.String(metadata={"example": "within_capacity"})
    condition = plain.String(metadata={"example": "distance_km / hours <= fastest"})
    otherwise = plain.String(metadata={"enum": list(OUTCOMES)})
    meaning_zh = plain.String()
    meaning_en = plain.String()
    provenance = plain.String(metadata={"enum": list(GRADES)})


class LimitAnswer(Schema):
    """How much of one person's actions counts in a civil period; above it is cut, or refused."""

    name = plain.String(metadata={"example": "km_per_day"})
    of = plain.String(
        metadata={"description": "`actions`, `result`, or a quantity.", "example": "distance_km"}
    )
    most = plain.String(metadata={"format": "decimal", "example": "20"})
    unit = plain.String(allow_none=True, metadata={"description": "Null of actions."})
    per = plain.String(metadata={"enum": list(PERIODS)})
    above = plain.String(metadata={"enum": list(ABOVE)})
    meaning_zh = plain.String()
    meaning_en = plain.String()
    provenance = plain.String(metadata={"enum": list(GRADES)})


def limits_of(limits: Sequence[LimitRule]) -> list[JsonObject]:
    """The limits of a version, as it is answered."""
    return [
        {
            "name": each.name,
            "of": each.of,
            "most": each.amount(each.most),
            "unit": each.unit or None,
            "per": each.period,
            "above": each.above,
            "meaning_zh": each.meaning_zh,
            "meaning_en": each.meaning_en,
            "provenance": each.grade,
        }
        for each in limits
    ]


def trust_of(trust: Trust) -> JsonObject:
    """The three members of a version's answer."""
    rule, installation = trust.reporting, trust.installation
    own = rule.by_participant
    return {
        "reporting": {
            "by": list(rule.by),
            "evidence": list(rule.evidence),
            "evidence_factor": f"{rule.factor:f}" if own else None,
            "confirmation": rule.confirmation if own else None,
            "per_day": rule.per_day if own else None,
        },
        "installation": {
            "kind": installation.kind,
            "capacity_unit": installation.capacity.text if installation.capacity else None,
        }
        if installation
        else None,
        "plausible": [
            {
                "name": each.name,
                "condition": each.text,
                "otherwise": each.otherwise,
                "meaning_zh": each.meaning_zh,
                "meaning_en": each.meaning_en,
                "provenance": each.grade,
            }
            for each in trust.plausible
        ],
    }
