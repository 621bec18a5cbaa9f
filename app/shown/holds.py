"""What waits, as those see it who look at it: with age, owner and what the person said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from app.shown.actions import ActionAnswer, stored_answer
from app.shown.waiting import contest_answer
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import SeenPart
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg


class ContestSeen(Schema):
    """What a person said to their part."""

    text = plain.String()
    evidence = plain.String()
    contested_at = plain.String()


class SharedPart(Schema):
    """A part of what a household shares; ids are null where they are not for who asks."""

    action_id = plain.String(allow_none=True)
    participant_id = plain.String(allow_none=True)
    parts = plain.Integer(metadata={"description": "Of all of them together."})
    reduction_kg = plain.String()
    nobodys = plain.Boolean(
        metadata={"description": "Its person had not agreed to the report, or was gone."}
    )
    contest = plain.Nested(ContestSeen, allow_none=True)


class HoldAnswer(ActionAnswer):
    """An action that waits: all that was sent of it, for how long, and who looks at it."""

    provider_id = plain.String(
        allow_none=True, metadata={"description": "Who reported it; null: the person."}
    )
    quantities = plain.Dict()
    evidence = plain.Dict()
    waits_days = plain.Integer(metadata={"description": "Whole days since it was recorded."})
    look_by = plain.String()
    alarmed_at = plain.String(
        allow_none=True, metadata={"description": "When it was said that nobody had looked."}
    )
    owner = plain.String(allow_none=True)
    owned_at = plain.String(allow_none=True)
    shared = plain.List(
        plain.Nested(SharedPart),
        metadata={
            "description": "All parts of what a household shares, decided as one; else none."
        },
    )


def hold_answer(stored: StoredAction, parts: Sequence[SeenPart], now: datetime) -> JsonObject:
    """One action of the queue, with the parts of what a household shares."""
    waiting = stored.waiting
    assert waiting is not None, "only what waits stands in the queue"
    return {
        **stored_answer(stored),
        "provider_id": public("org", stored.provider_id) if stored.provider_id else None,
        "quantities": dict(stored.quantities),
        "evidence": dict(stored.evidence),
        "waits_days": max(0, (now - waiting.began_at).days),
        "look_by": moment(waiting.look_by),
        "alarmed_at": moment(waiting.alarmed_at) if waiting.alarmed_at else None,
        "owner": waiting.owner,
        "owned_at": moment(waiting.owned_at) if waiting.owned_at else None,
        "shared": [_part(each) for each in parts],
    }


def _part(each: SeenPart) -> JsonObject:
    return {
        "action_id": public("act", each.action_id) if each.action_id else None,
        "participant_id": public("par", each.participant_id) if each.participant_id else None,
        "parts": each.parts,
        "reduction_kg": kg(each.saved_mg),
        "nobodys": each.is_nobodys,
        "contest": contest_answer(each.contest),
    }
