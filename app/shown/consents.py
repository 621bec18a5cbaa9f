"""A consent as it is shown to the person, and to a guardian."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.http.pages import page_of
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.people import CHANNELS, Consent


class ConsentAnswer(Schema):
    """A consent as it stands."""

    id = plain.String(metadata={"example": "con_0199b2c3d4e57f0080000000000000aa"})
    provider_id = plain.String(metadata={"description": "Whom the person agreed to."})
    scene = plain.String(metadata={"example": "metro_ride"})
    text_version = plain.String(metadata={"description": "Of what was agreed to: `/v1/texts`."})
    granted_at = Moment()
    recorded_at = Moment()
    withdrawn_at = Moment(allow_none=True)
    channel = plain.String(
        allow_none=True, metadata={"description": "How it became known.", "enum": list(CHANNELS)}
    )


Consents = page_of(ConsentAnswer, "Consents")


def consent_answer(consent: Consent) -> JsonObject:
    """A consent as an answer."""
    return {
        "id": public("con", consent.consent_id),
        "provider_id": public("org", consent.organisation_id),
        "scene": consent.scene,
        "text_version": consent.text_version,
        "granted_at": moment(consent.granted_at),
        "recorded_at": moment(consent.recorded_at),
        "withdrawn_at": moment(consent.withdrawn_at) if consent.withdrawn_at else None,
        "channel": consent.channel,
    }
