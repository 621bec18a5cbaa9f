"""How a change of identity is shown: to the person, and to those who sign it."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.current import now, wiring
from app.http.fields import AS_MOMENT, moment
from app.http.pages import page_of
from app.ids import public
from behaviours.identity_change import ASKED, REASONS, STATES, IdentityChange
from behaviours.json_value import JsonObject
from rewards.signing import ROLES


class IdentityChangeAnswer(Schema):
    """What was asked of an account's identity, as it stands; the numbers are never shown."""

    id = plain.String(metadata={"example": "idc_0199b2c3d4e57f0080000000000000aa"})
    participant_id = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    reason = plain.String(metadata={"enum": list(REASONS)})
    note = plain.String(allow_none=True, metadata={"description": "Null once the person has left."})
    evidence_sha256 = plain.String(metadata={"description": "Of the file that was read."})
    awaiting = plain.List(plain.String(), metadata={"description": "The roles yet to sign."})
    asked_at = plain.String(metadata=AS_MOMENT)
    notice_until = plain.String(
        metadata={**AS_MOMENT, "description": "Nobody can give the last signature before."}
    )
    lapses_at = plain.String(metadata={**AS_MOMENT, "description": "Nobody can sign it after."})
    ended_at = plain.String(metadata=AS_MOMENT, allow_none=True)


IdentityChanges = page_of(IdentityChangeAnswer, "IdentityChanges")


def identity_change_answer(found: IdentityChange) -> JsonObject:
    """A change as an answer."""
    asked, signed_for = found.asked, wiring().programme.signed_for
    state = found.state(now(), signed_for)
    waits = [role for role in ROLES if role not in found.signed] if state == ASKED else []
    return {
        "id": public("idc", asked.change_id),
        "participant_id": public("par", asked.participant_id),
        "state": state,
        "reason": asked.reason,
        "note": asked.note,
        "evidence_sha256": asked.evidence_sha256.hex(),
        "awaiting": list(waits),
        "asked_at": moment(asked.asked_at),
        "notice_until": moment(asked.notice_until),
        "lapses_at": moment(found.lapses_at(signed_for)),
        "ended_at": moment(found.ended_at) if found.ended_at else None,
    }
