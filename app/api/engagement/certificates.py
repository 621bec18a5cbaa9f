"""Certificates of people: a signed record of what somebody saved, looked up by its number."""

from __future__ import annotations

from flask import Response, jsonify

from app.auth import allow, allow_public, caller
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.current import asking_participant, wiring
from app.http.once import once, step_of
from app.http.pages import read_one, read_page
from app.http.paper import printed
from app.http.periods import PeriodBody, SentPeriod
from app.ids import parse
from app.shown.personal_certificate_pdf import personal_certificate_pdf
from app.shown.personal_certificates import (
    LookedUpCertificate,
    OwnCertificateAnswer,
    looked_up_certificate,
    own_certificate,
)
from app.usecases.engagement.certify_days import certify_days
from app.usecases.engagement.look_up_certificate import look_up_certificate
from app.usecases.engagement.read_certificates import read_certificates
from app.usecases.engagement.read_signed_certificate import read_signed_certificate
from app.usecases.engagement.revoke_certificate import revoke_certificate
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "personal certificates", __name__, description="Signed records of what a person saved."
)
_revoking = step_of("pct", own_certificate)


@blueprint.route("/v1/me/certificates")
@allow("participant")
@blueprint.lists(OwnCertificateAnswer, "OwnCertificates")
def list_certificates() -> Response:
    """My certificates, each with how it stands now, the newest first."""
    return read_page(own_certificate, read_certificates, viewer=caller().viewer)


@blueprint.route("/v1/me/certificates", methods=["POST"])
@allow("participant")
@blueprint.arguments(PeriodBody, example={"from": "2026-01-01", "to": "2026-10-31"})
@blueprint.response(201, OwnCertificateAnswer)
def certify(body: SentPeriod) -> Response:
    """Have it certified what I saved on days that are over.

    A certificate is a record, and nothing that can be sold, used as an offset or given away. It
    names nobody: whoever shows it says whose it is. Its number is looked up at
    `GET /v1/certificates/{number}`, where anybody is told whether it still holds.
    """
    return once(own_certificate, status=201, required=False)(
        certify_days,
        asking_participant(),
        body["from"],
        body["to"],
        programme=wiring().programme,
        signing_key=wiring().settings.signing_key,
        clock=wiring().clock,
    )


@blueprint.route("/v1/me/certificates/<certificate_id>/certificate.json")
@allow("participant")
@blueprint.response(200, ANY_OBJECT)
def read_own_certificate(certificate_id: str) -> Response:
    """My certificate as it was signed.

    It proves itself offline, as a retirement's does: `signature.jws` is a compact JSON Web
    Signature (EdDSA) by the key that /v1/registry/keys publishes under its `kid`.
    """
    return jsonify(_signed(certificate_id))


@blueprint.route("/v1/me/certificates/<certificate_id>/certificate.pdf")
@allow("participant")
@blueprint.response(200, description="A page to print", content_type="application/pdf")
def print_own_certificate(certificate_id: str) -> Response:
    """My certificate as a page to print; the signed text is attached to it."""
    signed = _signed(certificate_id)
    number = str(signed["number"])
    url = f"{wiring().settings.base_url}/v1/certificates/{number}"
    return printed(personal_certificate_pdf(signed, url), number)


@blueprint.route("/v1/me/certificates/<certificate_id>/revoke", methods=["POST"])
@allow("participant")
@blueprint.response(200, OwnCertificateAnswer)
def revoke_own(certificate_id: str) -> Response:
    """Stand by a certificate no more: whoever looks its number up is told so."""
    return _revoking(
        revoke_certificate, certificate_id, person=asking_participant(), clock=wiring().clock
    )


@blueprint.route("/v1/certificates/<certificate_id>")
@allow_public
@blueprint.response(200, LookedUpCertificate)
def look_up(certificate_id: str) -> Response:
    """How a certificate stands, by its number; of its person nothing is told."""
    return read_one(looked_up_certificate, look_up_certificate, parse("pct", certificate_id))


def _signed(certificate_id: str) -> JsonObject:
    _, signed = wiring().database.transact(
        read_signed_certificate, parse("pct", certificate_id), viewer=caller().viewer
    )
    return signed
