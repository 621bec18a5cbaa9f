"""The route of the alarms that a provider's quota of a day is nearly used."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.fields import moment
from app.http.pages import read_page
from app.ids import public
from app.usecases.recording.read_quota_alarms import read_quota_alarms
from behaviours.actions.waiting import AUTHORITY, OPERATOR
from behaviours.rules.units import kg

blueprint = Blueprint("quotas", __name__, description="Providers' quotas of actions a day.")


class QuotaAlarmAnswer(Schema):
    """That a provider used most of its quota of a civil day; what goes over it is held."""

    id = plain.String(metadata={"example": "qal_0199f0a2b3c47d6e8f90a1b2c3d4e5f6"})
    provider_id = plain.String()
    day = plain.String(metadata={"format": "date"})
    actions = plain.Integer(metadata={"description": "Counted when it was told, those held not."})
    actions_per_day = plain.Integer(
        allow_none=True, metadata={"description": "The quota; null is without limit."}
    )
    saved_kg = plain.String(
        allow_none=True, metadata={"description": "What they save.", "example": "812.500000"}
    )
    kg_per_day = plain.String(
        allow_none=True, metadata={"description": "The quota of it.", "example": "1000.000000"}
    )
    alarmed_at = plain.String()


@blueprint.route("/v1/quota-alarms", methods=["GET"])
@allow(OPERATOR, AUTHORITY)
@blueprint.lists(QuotaAlarmAnswer, "QuotaAlarmPage")
def list_quota_alarms() -> Response:
    """Whose quota of a day was nearly used, the last first; each provider once a day."""
    return read_page(
        lambda alarm: {
            "id": public("qal", alarm.alarm_id),
            "provider_id": public("org", alarm.provider_id),
            "day": alarm.day.isoformat(),
            "actions": alarm.actions,
            "actions_per_day": alarm.quota,
            "saved_kg": None if alarm.saved_mg is None else kg(alarm.saved_mg),
            "kg_per_day": None if alarm.quota_mg is None else kg(alarm.quota_mg),
            "alarmed_at": moment(alarm.alarmed_at),
        },
        read_quota_alarms,
        viewer=caller().viewer,
    )
