"""What waits, as those see it who look at it: with age, owner and what the person said."""

from __future__ import annotations

from datetime import datetime

from marshmallow import fields as plain

from app.http.fields import moment
from app.ids import public
from app.shown.actions import ActionAnswer, stored_answer
from behaviours.actions.stored_action import StoredAction
from behaviours.json_value import JsonObject


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


def hold_answer(stored: StoredAction, now: datetime) -> JsonObject:
    """One action of the queue."""
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
    }
