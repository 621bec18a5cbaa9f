"""How a person's points are shown: what there is, when it expires, and every entry."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from app.shown.proposals import SignedAnswer
from behaviours.json_value import JsonObject
from rewards.ledger.points import OF_PEOPLE
from rewards.points.adjustment import GROUNDS as ADJUSTMENT_GROUNDS, Adjustment
from rewards.points.balance import Balance
from rewards.points.entry import PointsEntry
from rewards.points.refund import GROUNDS, WHO, WhyTakenBack


class Expiring(Schema):
    """Points that are good through a civil day and not after it."""

    on = plain.String(metadata={"example": "2027-03-31", "format": "date"})
    points = plain.Integer()


class PointsAnswer(Schema):
    """``pending`` waits for its day; ``held`` is set aside; ``debt`` is paid by what comes next."""

    available = plain.Integer(metadata={"example": 46})
    pending = plain.Integer()
    held = plain.Integer()
    debt = plain.Integer()
    expiring = plain.List(plain.Nested(Expiring))


class WhyTakenBackAnswer(Schema):
    """Who took a sale back, or a part of it, and why."""

    by = plain.String(
        metadata={
            "enum": list(WHO),
            "description": "`programme`: the merchant was suspended or closed and could not.",
        }
    )
    reason_code = plain.String(allow_none=True, metadata={"enum": list(GROUNDS)})
    reason = plain.String(allow_none=True)


class WhyAdjustedAnswer(Schema):
    """Why points were given or taken by hand; two people of two roles have signed it."""

    ground = plain.String(metadata={"enum": list(ADJUSTMENT_GROUNDS)})
    reason = plain.String()


class AdjustmentAnswer(SignedAnswer, WhyAdjustedAnswer):
    """So many points more, or less; once nobody has to sign any more it is done."""

    participant_id = plain.String()
    points = plain.Integer(metadata={"example": -50})


class EntryAnswer(Schema):
    """One transfer and what it changed; ``balance`` is available and pending together."""

    id = plain.String(metadata={"example": "pts_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(OF_PEOPLE)})
    points = plain.Integer()
    balance_change = plain.Integer()
    held_change = plain.Integer()
    debt_change = plain.Integer()
    reference = plain.String(
        allow_none=True, metadata={"description": "The action or redemption that it was for."}
    )
    posted_at = Moment()
    taken_back = plain.Nested(
        WhyTakenBackAnswer,
        allow_none=True,
        metadata={"description": "Of a refund: who took the sale back, and why."},
    )
    adjusted = plain.Nested(
        WhyAdjustedAnswer,
        allow_none=True,
        metadata={"description": "Of what was given or taken by hand: why."},
    )


def adjustment_answer(adjustment: Adjustment) -> JsonObject:
    """What was given or taken by hand, or is to be once both roles have signed it."""
    return {
        "participant_id": public("par", adjustment.participant_id),
        "points": adjustment.points,
        "ground": adjustment.ground,
        "reason": adjustment.reason,
    }


def points_answer(balance: Balance) -> JsonObject:
    """What there is, in points."""
    expiring = [{"on": each.on.isoformat(), "points": each.points} for each in balance.expiring]
    return {**balance._asdict(), "expiring": expiring}


def entry_answer(entry: PointsEntry) -> JsonObject:
    """One entry."""
    return {
        "id": public("pts", entry.transfer_id),
        "kind": entry.kind,
        "points": entry.points,
        "balance_change": entry.balance_change,
        "held_change": entry.held_change,
        "debt_change": entry.debt_change,
        "reference": _reference(entry),
        "posted_at": moment(entry.posted_at),
        "taken_back": why_taken_back(entry.why) if entry.why else None,
        "adjusted": dict(entry.by_hand._asdict()) if entry.by_hand else None,
    }


def why_taken_back(why: WhyTakenBack) -> JsonObject:
    """Who took something back and why; who it was by name stands in the log."""
    return {"by": why.who, "reason_code": why.reason_code, "reason": why.reason}


def _reference(entry: PointsEntry) -> str | None:
    if not entry.has_public_reference:
        return None
    return public("rdm" if entry.is_for_redemption else "act", entry.reference_id)
