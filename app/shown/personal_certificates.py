"""How a person's certificate stands, as the person reads it and as anybody looks it up."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, AS_KG, AS_MOMENT, moment
from behaviours.json_value import JsonObject
from behaviours.personal_certificates import (
    CERTIFICATE_STATES,
    STATEMENT,
    CertificateSeen,
    certificate_number,
)
from behaviours.rules.units import kg


class CertificateStatement(Schema):
    """What a certificate is and is not, in both languages."""

    zh = plain.String()
    en = plain.String()


class LookedUpCertificate(Schema):
    """How a certificate stands; of its person nothing is told."""

    number = plain.String(metadata={"example": "pct_0199b2c3d4e57f0080000000000000aa"})
    state = plain.String(
        metadata={
            "enum": list(CERTIFICATE_STATES),
            "description": "`superseded`: an action in it was taken back since; `revoked`: its"
            " person took it back or left.",
        }
    )
    issued_at = plain.String(metadata=AS_MOMENT)
    statement = plain.Nested(CertificateStatement)


class OwnCertificate(Schema):
    """A certificate of mine."""

    id = plain.String(metadata={"example": "pct_0199b2c3d4e57f0080000000000000aa"})
    state = plain.String(metadata={"enum": list(CERTIFICATE_STATES)})
    issued_at = plain.String(metadata=AS_MOMENT)
    reduction_kg = plain.String(metadata=AS_KG)
    actions = plain.Integer()


# `from` is no name that Python lets a class body assign to.
_DAYS: dict[str, plain.Field[str]] = {
    "from": plain.String(metadata=AS_DAY),
    "to": plain.String(metadata=AS_DAY),
}
OwnCertificateAnswer = OwnCertificate.from_dict(_DAYS, name="OwnCertificate")


def looked_up_certificate(seen: CertificateSeen) -> JsonObject:
    """A certificate as anybody who knows its number reads it."""
    return {
        "number": certificate_number(seen.certificate_id),
        "state": seen.state,
        "issued_at": moment(seen.issued_at),
        "statement": dict(STATEMENT),
    }


def own_certificate(seen: CertificateSeen) -> JsonObject:
    """A certificate as its person reads it."""
    return {
        "id": certificate_number(seen.certificate_id),
        "state": seen.state,
        "issued_at": moment(seen.issued_at),
        "from": seen.first_day.isoformat(),
        "to": seen.last_day.isoformat(),
        "reduction_kg": kg(seen.done.saved_mg),
        "actions": seen.done.actions,
    }
