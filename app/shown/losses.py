"""Losses of projects as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, AS_MOMENT, moment
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.projects.loss import KINDS, STATES, Loss
from behaviours.rules.units import kg


class LossAnswer(Schema):
    """A loss as it stands."""

    project_id = plain.String()
    number = plain.Integer(metadata={"description": "Counts those of its project from 1."})
    kind = plain.String(metadata={"enum": list(KINDS)})
    occurred_on = plain.String(metadata=AS_DAY)
    due_on = plain.String(
        metadata={**AS_DAY, "description": "The last day on which the report was in time."}
    )
    strata = plain.List(plain.String())
    area_m2 = plain.Integer()
    evidence_sha256 = plain.String()
    text = plain.String()
    base_period_id = plain.String(
        metadata={"description": "The last issued period, which the rule computed again."}
    )
    lost_kg = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    reported_at = plain.String(metadata=AS_MOMENT)
    state_at = plain.String(metadata=AS_MOMENT)
    counted_in = plain.String(
        allow_none=True, metadata={"description": "The period whose result has it once more."}
    )


class LossesAnswer(Schema):
    """Every loss of a project, in order."""

    losses = plain.List(plain.Nested(LossAnswer))


def loss_answer(loss: Loss) -> JsonObject:
    """A loss."""
    return {
        "project_id": public("prj", loss.project_id),
        "number": loss.number,
        "kind": loss.kind,
        "occurred_on": loss.occurred_on.isoformat(),
        "due_on": loss.due_on.isoformat(),
        "strata": list(loss.strata),
        "area_m2": loss.area_m2,
        "evidence_sha256": loss.evidence.hex(),
        "text": loss.text,
        "base_period_id": public("mpd", loss.base_period_id),
        "lost_kg": kg(loss.lost_mg),
        "state": loss.state,
        "reported_at": moment(loss.reported_at),
        "state_at": moment(loss.state_at),
        "counted_in": public("mpd", loss.counted_in) if loss.counted_in else None,
    }


def losses_answer(losses: Sequence[Loss]) -> JsonObject:
    """Losses, in order."""
    return {"losses": [loss_answer(each) for each in losses]}
