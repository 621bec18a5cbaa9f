"""Receipts of consents: what was agreed to or taken back, when and how, signed.

The members have the names of ISO/IEC TS 27560:2023 (consent record information structure).
"""

from __future__ import annotations

from uuid import UUID

from app.http.fields import moment
from app.ids import public
from app.secrecy.signatures import sign
from behaviours.json_value import JsonObject
from behaviours.people import Consent
from behaviours.texts import AgreedWords

SCHEMA_VERSION = "ISO/IEC TS 27560:2023"
GIVEN, WITHDRAWN = "consent_given", "consent_withdrawn"


def receipts_of(
    participant_id: UUID, consent: Consent, text: AgreedWords, *, signing_key: bytes
) -> JsonObject:
    """The receipt of the grant and, once there is one, of the withdrawal; each is signed."""

    def signed(event_type: str, at: str) -> JsonObject:
        return sign(_record(participant_id, consent, text, event_type, at), signing_key)

    withdrawn_at = consent.withdrawn_at
    return {
        "grant": signed(GIVEN, moment(consent.granted_at)),
        "withdrawal": signed(WITHDRAWN, moment(withdrawn_at)) if withdrawn_at else None,
    }


def _record(
    participant_id: UUID, consent: Consent, text: AgreedWords, event_type: str, at: str
) -> JsonObject:
    provider = public("org", consent.organisation_id)
    return {
        "schema_version": SCHEMA_VERSION,
        "record_id": public("con", consent.consent_id),
        "pii_principal_id": public("par", participant_id),
        "privacy_notice": {
            "url": f"/v1/texts/{text.kind}/{text.version}",
            "version": text.version,
            "sha256": {language: each.sha256 for language, each in text.bodies.items()},
        },
        "language": sorted(text.bodies),
        "purpose": {"scene": consent.scene},
        "lawful_basis": "consent",
        "consent_type": "explicit",
        "party": [{"party_id": provider, "party_role": "pii_controller"}],
        "withdrawal_method": f"DELETE /v1/me/consents/{public('con', consent.consent_id)}",
        "collection_method": consent.channel,
        "event": {
            "event_type": event_type,
            "event_time": at,
            "event_state": event_type.removeprefix("consent_"),
            "entity_id": public("par", participant_id),
            "recorded_at": moment(consent.recorded_at),
        },
    }
