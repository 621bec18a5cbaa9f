"""How guardianships and who asks for one are shown."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.current import now, wiring
from app.http.fields import AS_MOMENT, moment
from app.http.pages import page_of
from app.ids import public
from behaviours.guardians import GUARDIAN_ENDS, WAYS, SignedChange, Ward
from behaviours.json_value import JsonObject
from rewards.signing import ROLES


class WardAnswer(Schema):
    """A child, and how the asker is the guardian, or was."""

    id = plain.String(metadata={"example": "grd_0199b2c3d4e57f0080000000000000aa"})
    participant_id = plain.String()
    text_version = plain.String(metadata={"description": "What the guardian agreed to."})
    how = plain.String(metadata={"enum": list(WAYS)})
    stands = plain.Boolean()
    began_at = plain.String(metadata=AS_MOMENT)
    decides_from = plain.String(
        metadata={**AS_MOMENT, "description": "From then on the young person decides alone."}
    )
    ended_at = plain.String(metadata=AS_MOMENT, allow_none=True)
    ended_because = plain.String(metadata={"enum": list(GUARDIAN_ENDS)}, allow_none=True)


class GuardianChangeAnswer(Schema):
    """Who asked to be a child's guardian, and which roles have yet to sign."""

    id = plain.String(metadata={"example": "gch_0199b2c3d4e57f0080000000000000aa"})
    participant_id = plain.String()
    guardian_id = plain.String()
    text_version = plain.String()
    evidence_sha256 = plain.String()
    note = plain.String(allow_none=True, metadata={"description": "Null once the child has left."})
    decides_from = plain.String(
        allow_none=True,
        metadata={
            **AS_MOMENT,
            "description": "From when the child decides alone, if a date of birth is put right.",
        },
    )
    awaiting = plain.List(plain.String())
    asked_at = plain.String(metadata=AS_MOMENT)
    lapses_at = plain.String(metadata={**AS_MOMENT, "description": "Nobody can sign it after."})


Wards = page_of(WardAnswer, "Wards")
GuardianChanges = page_of(GuardianChangeAnswer, "GuardianChanges")


def ward_answer(ward: Ward) -> JsonObject:
    """A guardianship as an answer."""
    found = ward.guardianship
    return {
        "id": public("grd", found.guardianship_id),
        "participant_id": public("par", ward.participant_id),
        "text_version": found.text_version,
        "how": found.how,
        "stands": found.stands(now()),
        "began_at": moment(found.began_at),
        "decides_from": moment(found.decides_from),
        "ended_at": moment(found.ended_at) if found.ended_at else None,
        "ended_because": found.ended_because,
    }


def guardian_change_answer(found: SignedChange) -> JsonObject:
    """What was asked, as an answer."""
    asked = found.change
    return {
        "id": public("gch", asked.change_id),
        "participant_id": public("par", asked.participant_id),
        "guardian_id": public("par", asked.guardian_id),
        "text_version": asked.text_version,
        "evidence_sha256": asked.evidence_sha256.hex(),
        "note": asked.note,
        "decides_from": moment(asked.decides_from) if asked.decides_from else None,
        "awaiting": [role for role in ROLES if role not in found.signed],
        "asked_at": moment(asked.asked_at),
        "lapses_at": moment(asked.asked_at + wiring().programme.signed_for),
    }
