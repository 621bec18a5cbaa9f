"""Consents: which provider may report which actions of mine."""

from __future__ import annotations

from typing import ClassVar, TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.current import asking_participant, wiring
from app.http.fields import Line, PublicId, Strict
from app.http.once import once
from app.http.pages import read_page
from app.ids import parse
from app.shown.consents import ConsentAnswer, Consents, consent_answer
from app.shown.receipts import receipts_of
from app.usecases.people.give_consent import ConsentTerms, give_consent
from app.usecases.people.read_consents import read_consents
from app.usecases.people.read_receipt import read_receipt
from app.usecases.people.withdraw_consent import withdraw_consent
from behaviours.json_value import JsonObject
from behaviours.people import Consent

blueprint = Blueprint("consents", __name__, description="What a person agreed to.")


class AgreementBody(Strict):
    """What the person agrees to."""

    EXAMPLE: ClassVar[JsonObject] = {
        "provider_id": "org_0199b2c3d4e57f0080000000000000aa",
        "scene": "travel",
        "text_version": "2026-01",
    }

    provider_id = PublicId("org", required=True)
    scene = Line(
        required=True,
        metadata={
            "description": "A behaviour code, or a category: travel, food, …; or `places`: that the"
            " provider may say where I was, which no other consent holds."
        },
    )
    text_version = Line(required=True, most=64)


class SentAgreement(TypedDict):
    """As ``AgreementBody`` loads it."""

    provider_id: UUID
    scene: str
    text_version: str


@blueprint.route("/v1/me/consents")
@allow("participant", by_word=True)
@blueprint.lists(Consents)
def list_consents() -> Response:
    """My consents, newest first, also those I have withdrawn."""
    return read_page(consent_answer, read_consents, viewer=caller().viewer)


@blueprint.route("/v1/me/consents", methods=["POST"])
@allow("participant")
@blueprint.arguments(AgreementBody)
@blueprint.response(201, ConsentAnswer)
@blueprint.alt_response(200, schema=ConsentAnswer, description="Agreed before; the same consent")
def agree(body: SentAgreement) -> Response:
    """Agree that a provider reports my actions of one behaviour or category, from today on."""
    return agreed(body, asking_participant())


@blueprint.route("/v1/me/consents/<consent_id>/receipt")
@allow("participant")
@blueprint.response(200, ANY_OBJECT, description="Signed (Ed25519), members of ISO/IEC TS 27560")
def my_receipt(consent_id: str) -> Response:
    """The signed receipt of a consent of mine and, once I withdrew it, of the withdrawal."""
    return _receipts(asking_participant(), parse("con", consent_id))


@blueprint.route("/v1/participants/<participant_id>/consents/<consent_id>/receipt")
@allow("provider")
@blueprint.response(200, ANY_OBJECT, description="Signed (Ed25519), members of ISO/IEC TS 27560")
def provider_receipt(participant_id: str, consent_id: str) -> Response:
    """The signed receipt of a consent that was given to the provider, and of its withdrawal."""
    return _receipts(parse("par", participant_id), parse("con", consent_id))


def _receipts(participant_id: UUID, consent_id: UUID) -> Response:
    consent, text = wiring().database.transact(
        read_receipt, participant_id, consent_id, viewer=caller().viewer, scenes=wiring().scenes
    )
    key = wiring().settings.signing_key
    return json_answer(receipts_of(participant_id, consent, text, signing_key=key))


@blueprint.route("/v1/me/consents/<consent_id>", methods=["DELETE"])
@allow("participant", by_word=True)
@blueprint.response(204)
def withdraw(consent_id: str) -> Response:
    """Withdraw a consent: actions done from now on are no longer taken from the provider.

    By a provider's word only what was given to that provider.
    """
    participant_id, known = asking_participant(), parse("con", consent_id)
    wiring().database.transact(
        withdraw_consent, participant_id, [known], clock=wiring().clock, of=caller().through
    )
    return Response(status=204)


def agreed(body: SentAgreement, participant_id: UUID, *, guardian: UUID | None = None) -> Response:
    """The consent that is given by the body: by the person, or for a child by the guardian."""
    terms = ConsentTerms(body["provider_id"], body["scene"], body["text_version"])

    def shown(given: list[tuple[Consent, bool]]) -> JsonObject:
        [(consent, _)] = given
        return consent_answer(consent)

    return once(shown, status=lambda given: 201 if given[0][1] else 200, required=False)(
        give_consent,
        participant_id,
        [terms],
        scenes=wiring().scenes,
        clock=wiring().clock,
        guardian=guardian,
    )
