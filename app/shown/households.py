"""How a household is shown to those whom it names."""

from __future__ import annotations

from datetime import date, datetime

from marshmallow import Schema, fields as plain

from app.http.current import now
from app.http.fields import moment
from app.http.pages import page_of
from app.ids import public
from behaviours.households import (
    AGREERS,
    HOUSEHOLD_ENDS,
    HOUSEHOLD_STATES,
    WHOLE,
    HouseholdMember,
    HouseholdVersion,
)
from behaviours.json_value import JsonObject

_DAY, _MOMENT = {"format": "date"}, {"format": "date-time"}


class HouseholdMemberAnswer(Schema):
    """Somebody's part of a household, and whether it was agreed to."""

    participant_id = plain.String()
    parts = plain.Integer(metadata={"description": f"Of {WHOLE}; 0: goes with this version."})
    agreed_at = plain.String(metadata=_MOMENT, allow_none=True)
    agreed_by = plain.String(metadata={"enum": list(AGREERS)}, allow_none=True)


class HouseholdAnswer(Schema):
    """A version of a household: whose part is how much, and on which civil days."""

    id = plain.String(metadata={"example": "hhv_0199b2c3d4e57f0080000000000000aa"})
    household_id = plain.String(metadata={"example": "hh_0199b2c3d4e57f0080000000000000aa"})
    state = plain.String(metadata={"enum": list(HOUSEHOLD_STATES)})
    text_version = plain.String()
    proposed_by = plain.String()
    proposed_at = plain.String(metadata=_MOMENT)
    lapses_at = plain.String(
        metadata={**_MOMENT, "description": "Dropped unless everybody has agreed by then."}
    )
    members = plain.List(plain.Nested(HouseholdMemberAnswer))
    holds_from = plain.String(
        metadata={**_DAY, "description": "Wanted, until everybody has agreed."}, allow_none=True
    )
    holds_until = plain.String(
        metadata={**_DAY, "description": "The day from which it holds no more."}, allow_none=True
    )
    fixed_at = plain.String(metadata=_MOMENT, allow_none=True)
    ended_at = plain.String(metadata=_MOMENT, allow_none=True)
    ended_because = plain.String(metadata={"enum": list(HOUSEHOLD_ENDS)}, allow_none=True)


Households = page_of(HouseholdAnswer, "Households")


def household_answer(version: HouseholdVersion) -> JsonObject:
    """A version as an answer."""
    return {
        "id": public("hhv", version.version_id),
        "household_id": public("hh", version.household_id),
        "state": version.state(now()),
        "text_version": version.text_version,
        "proposed_by": public("par", version.proposed_by),
        "proposed_at": moment(version.proposed_at),
        "lapses_at": moment(version.lapses_at),
        "members": [_member(each) for each in version.members],
        "holds_from": _day(version.holds_from or version.wanted_from),
        "holds_until": _day(version.holds_until),
        "fixed_at": _moment(version.fixed_at),
        "ended_at": _moment(version.ended_at),
        "ended_because": version.ended_because,
    }


def _member(member: HouseholdMember) -> JsonObject:
    return {
        "participant_id": public("par", member.participant_id),
        "parts": member.parts,
        "agreed_at": _moment(member.agreed_at),
        "agreed_by": member.agreed_by,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    return moment(at) if at else None
