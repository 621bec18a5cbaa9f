"""How a person's points are shown: what there is, when it expires, and every entry."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.json_value import JsonObject
from rewards.ledger.points import CHART
from rewards.points.balance import Balance
from rewards.points.entry import PointsEntry


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


class EntryAnswer(Schema):
    """One transfer and what it changed; ``balance`` is available and pending together."""

    id = plain.String(metadata={"example": "pts_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(CHART.kinds)})
    points = plain.Integer()
    balance_change = plain.Integer()
    held_change = plain.Integer()
    debt_change = plain.Integer()
    reference = plain.String(
        allow_none=True, metadata={"description": "The action or redemption that it was for."}
    )
    posted_at = Moment()


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
    }


def _reference(entry: PointsEntry) -> str | None:
    if not entry.has_public_reference:
        return None
    return public("rdm" if entry.is_for_redemption else "act", entry.reference_id)
