"""An action as it is answered: one shape, whether it was just recorded or is read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from app.shown.waiting import waiting_members, why
from app.usecases.recording.record import Recorded
from behaviours.actions.signals import SIGNALS
from behaviours.actions.stored_action import PENDING, REDUCTION_STATES, WAITING, StoredAction
from behaviours.actions.waiting import STATES
from behaviours.households import WHOLE
from behaviours.json_value import JsonObject
from behaviours.rules.factors import GRADES
from behaviours.rules.units import kg
from behaviours.sharing import RecordedShare

REPORTED_FOR_SELF, REPORTED_FOR_MEMBER = "person", "household_member"


class SavedAnswer(Schema):
    """What an action saves, by which version of a methodology, and the weakest of its grades."""

    reduction_kg = plain.String(metadata={"format": "decimal", "example": "0.046000"})
    methodology = plain.String(metadata={"example": "bj.low_carbon_travel@2024"})
    digest = plain.String(metadata={"description": "sha256 of the methodology version's content"})
    provenance = plain.String(metadata={"enum": list(GRADES)})


class ReductionAnswer(SavedAnswer):
    """What the action saved, and how far it is on its way to a unit."""

    id = plain.String(allow_none=True)
    action_class = plain.String(
        data_key="class", metadata={"enum": ["project", "scene", "behaviour_only"]}
    )
    vintage = plain.Integer(metadata={"example": 2026})
    state = plain.String(metadata={"enum": list(REDUCTION_STATES)})
    limited_by = plain.String(
        allow_none=True,
        metadata={
            "description": "The limit of the rule that cut it, by its name in the document; what"
            " counted before and what counts of this is in the calculation."
        },
    )


class BonusAnswer(Schema):
    """Points for the first time of a behaviour, a scene or anything, before the caps."""

    code = plain.String(metadata={"example": "metro_ride:first"})
    points = plain.Integer(metadata={"example": 100})


class EarnedAnswer(Schema):
    """What the action earned."""

    awarded = plain.Integer()
    available_at = plain.String(allow_none=True)
    expires_at = plain.String(allow_none=True)
    limited_by = plain.String(allow_none=True, metadata={"description": "The cap that cut it."})
    bonuses = plain.List(
        plain.Nested(BonusAnswer),
        metadata={"description": "Of the points: what its being a first time added."},
    )
    if_confirmed = plain.Integer(
        metadata={"description": "Of one that waits: what it would have brought when reported."}
    )


class WhyAnswer(Schema):
    """Why an action is not credited at once."""

    code = plain.String(
        metadata={
            "enum": [
                *(
                    "implausible",
                    "confirmation_required",
                    "drawn_for_confirmation",
                    "quota",
                    "mass_quota",
                ),
                *SIGNALS,
            ]
        }
    )
    condition = plain.String(
        allow_none=True, metadata={"description": "The condition of the rule that is not met."}
    )
    text = plain.Dict(
        keys=plain.String(), values=plain.String(), metadata={"description": "zh-CN and en."}
    )
    facts = plain.List(
        plain.Dict(), metadata={"description": "What was read: `name`, `value` and `unit`."}
    )


class WaitingAnswer(Schema):
    """Since when an action waits, when it lapses, what was said to it and what became of it."""

    since = plain.String()
    lapses_at = plain.String()
    looked_at = plain.Boolean()
    contest = plain.Dict(allow_none=True)
    outcome = plain.Dict(allow_none=True)


class HouseholdShareAnswer(Schema):
    """Which part of what its household saved the action is, by the parts of its day."""

    parts = plain.Integer(metadata={"example": 3_333})
    of = plain.Integer(metadata={"example": WHOLE})
    whole_kg = plain.String(metadata={"format": "decimal", "example": "2.001350"})
    unassigned_kg = plain.String(
        metadata={
            "format": "decimal",
            "description": "Of people who had not agreed to the report, or were gone: nobody's.",
        }
    )
    reported_for = plain.String(
        metadata={
            "enum": [REPORTED_FOR_SELF, REPORTED_FOR_MEMBER],
            "description": "Whose report it was: this person's, or somebody's of the household.",
        }
    )


class ActionAnswer(Schema):
    """A recorded action. After a dry run the ids are null: there is nothing to name."""

    id = plain.String(allow_none=True)
    participant_id = plain.String()
    behaviour = plain.String()
    external_id = plain.String(
        allow_none=True, metadata={"description": "Null when the person left: nobody can read it."}
    )
    region = plain.String(
        metadata={
            "example": "CN-33",
            "description": "By GB/T 2260, however it was written when it was sent.",
        }
    )
    occurred_at = plain.String()
    ended_at = plain.String(metadata={"description": "When one was given."})
    recorded_at = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    reduction = plain.Nested(ReductionAnswer)
    household = plain.Nested(
        HouseholdShareAnswer, metadata={"description": "Of one that a household shares."}
    )
    points = plain.Nested(EarnedAnswer)
    why = plain.List(
        plain.Nested(WhyAnswer), metadata={"description": "Of one that waits, or did."}
    )
    waiting = plain.Nested(WaitingAnswer)
    reversal = plain.Dict(
        metadata={"description": "Of one that was taken back: why, when, by whom."}
    )


def recorded_answer(recorded: Recorded) -> JsonObject:
    """The answer to an action that was just recorded."""
    action, reduction = recorded.accepted.action, recorded.reduction
    waits = recorded.standing.is_waiting
    digits = recorded.action_id.hex if recorded.action_id else None
    return {
        "id": digits and f"act_{digits}",
        "participant_id": f"par_{action.participant_id}",
        "behaviour": action.behaviour,
        "external_id": action.external_id,
        "region": action.region,
        "occurred_at": moment(action.occurred_at),
        **_ended(action.ended_at),
        "recorded_at": moment(recorded.recorded_at),
        "state": recorded.standing.state,
        **({"why": why(recorded.standing.reasons)} if waits else {}),
        "reduction": {
            "id": digits and f"red_{digits}",
            "reduction_kg": kg(reduction.saved_mg),
            "methodology": reduction.label,
            "digest": reduction.digest,
            "provenance": reduction.provenance,
            "class": reduction.action_class,
            "vintage": reduction.vintage,
            "state": WAITING if waits else PENDING,
            "limited_by": reduction.inputs.get("limited_by"),
        },
        **_household(recorded.share),
        "points": {
            "awarded": recorded.points,
            **({"if_confirmed": recorded.if_confirmed} if waits else {}),
            "available_at": _moment(recorded.available_at),
            "expires_at": _moment(recorded.expires_at),
            "limited_by": recorded.limited_by,
            **_bonuses(recorded.bonuses),
        },
    }


def stored_answer(stored: StoredAction) -> JsonObject:
    """The answer to an action that is read again."""
    return {
        "id": public("act", stored.action_id),
        "participant_id": public("par", stored.participant_id),
        "behaviour": stored.behaviour,
        "external_id": stored.external_id,
        "region": stored.region,
        "occurred_at": moment(stored.occurred_at),
        **_ended(stored.ended_at),
        "recorded_at": moment(stored.recorded_at),
        "state": stored.state,
        **_reversal(stored),
        **waiting_members(stored.waiting),
        "reduction": {
            "id": public("red", stored.action_id),
            "reduction_kg": kg(stored.saved_mg),
            "methodology": f"{stored.methodology}@{stored.version}",
            "digest": f"sha256:{stored.digest.hex()}",
            "provenance": stored.provenance,
            "class": stored.action_class,
            "vintage": stored.vintage,
            "state": stored.reduction_state,
            "limited_by": stored.calculation["inputs"].get("limited_by"),
        },
        **_household(stored.share),
        "points": {
            "awarded": stored.points,
            **({} if stored.is_credited else {"if_confirmed": _if_confirmed(stored)}),
            "available_at": _moment(stored.points_available_at),
            "expires_at": _moment(stored.points_expires_at),
            "limited_by": stored.limited_by,
            **_bonuses(stored.bonuses),
        },
    }


def _bonuses(bonuses: Sequence[tuple[str, int]]) -> JsonObject:
    """What was added; told where something was."""
    if not bonuses:
        return {}
    told: list[JsonObject] = [{"code": code, "points": points} for code, points in sorted(bonuses)]
    return {"bonuses": told}


def _household(share: RecordedShare | None) -> JsonObject:
    """The part of a whole; who else has one, and who reported it, is told to nobody."""
    if share is None:
        return {}
    return {
        "household": {
            "parts": share["parts"][share["at"]],
            "of": sum(share["parts"]),
            "whole_kg": kg(share["whole_mg"]),
            "unassigned_kg": kg(share["unassigned_mg"]),
            "reported_for": REPORTED_FOR_MEMBER if share["passed_on"] else REPORTED_FOR_SELF,
        }
    }


def _if_confirmed(stored: StoredAction) -> int:
    """Nought when nothing can come of it any more."""
    waiting = stored.waiting
    return waiting.if_confirmed if waiting and waiting.is_open else 0


def _reversal(stored: StoredAction) -> JsonObject:
    """Why, when and by whom it was taken back, and what became of its points."""
    if stored.reversed_at is None:
        return {}
    return {
        "reversal": {
            "reason": stored.reason,
            "reason_code": stored.reason_code,
            "reversed_at": moment(stored.reversed_at),
            # The role alone: who it was is the programme's own affair.
            "by": (stored.reversed_by or "").partition(":")[0] or None,
            "points": {"taken": stored.points_taken, "owed": stored.points_owed},
            # Its reduction stays in a frozen bundle, whose page says what covers it.
            "stays_in": public("bdl", stored.bundle_id)
            if stored.bundle_id and stored.frozen_at
            else None,
        }
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else moment(value)


def _ended(ended_at: datetime | None) -> dict[str, str]:
    return {} if ended_at is None else {"ended_at": moment(ended_at)}
