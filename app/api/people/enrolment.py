"""The route where providers enrol people."""

from __future__ import annotations

from datetime import date, datetime
from typing import NotRequired, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Day, Line, Moment, Region, Strict
from app.http.once import once
from app.http.validators import Count
from app.ids import public
from app.shown.requests import RequestAnswer, request_answer
from app.usecases.people.enrol import Enrolled, Enrolment, enrol
from behaviours.json_value import JsonObject
from behaviours.people import Consenting

blueprint = Blueprint("people", __name__, description="Enrolment, done by providers.")


class ConsentBody(Strict):
    """One consent of the person to the provider who enrols."""

    scene = Line(
        required=True,
        metadata={"description": "A behaviour code, or a category: travel, food, …"},
    )
    text_version = Line(
        required=True,
        most=64,
        metadata={"description": "Which version of the consent text the person saw."},
    )
    granted_at = Moment(
        metadata={"description": "When the person agreed; now, when left out. Not in the future."}
    )


class SentConsent(TypedDict):
    """As ``ConsentBody`` loads it."""

    scene: str
    text_version: str
    granted_at: NotRequired[datetime]


class EnrolmentBody(Strict):
    """A person to be enrolled."""

    identity = Line(
        required=True,
        most=256,
        metadata={"description": "What tells people apart; only a keyed hash of it is kept."},
    )
    region = Region(required=True, metadata={"example": "CN-33"})
    subject = Line(
        most=256,
        metadata={
            "description": "The provider's own name of this user, for token exchange. It is linked"
            " at once when nobody else has a part in the account; otherwise the person is asked."
        },
    )
    born_on = Day(
        metadata={
            "description": "Where the identity does not tell it. Who is under the programme's age"
            " needs a guardian; the day is not kept."
        }
    )
    consents = plain.List(plain.Nested(ConsentBody), load_default=list, validate=Count(max=64))


class SentEnrolment(TypedDict):
    """As ``EnrolmentBody`` loads it."""

    identity: str
    region: str
    consents: list[SentConsent]
    subject: NotRequired[str]
    born_on: NotRequired[date]


class Participant(Schema):
    """Who the person is from now on."""

    id = plain.String(metadata={"example": "par_0199b2c3d4e57f0080000000000000aa"})
    requests = plain.List(
        plain.Nested(RequestAnswer),
        metadata={"description": "What waits for the person's own word, after a withdrawal."},
    )


@blueprint.route("/v1/participants", methods=["POST"])
@allow("provider", hot=True)
@blueprint.arguments(
    EnrolmentBody,
    example={
        "identity": "330102199001011234",
        "region": "CN-33",
        "consents": [{"scene": "metro_ride", "text_version": "2026-01"}],
    },
)
@blueprint.response(201, Participant)
@blueprint.alt_response(200, schema=Participant, description="Enrolled before; same id")
def enrol_participant(body: SentEnrolment) -> Response:
    """Enrol a person, or add consents to one who is enrolled already.

    An identity has one live account, whoever enrols it: a repeat, also from another provider,
    answers 200 with the same id. The identity itself is never stored. A child is enrolled by the
    guardian (`/v1/me/wards`); of a child who is, a provider can only ask for consents.
    """
    person = Enrolment(
        identity=body["identity"],
        region=body["region"],
        consents=tuple(
            Consenting(**each, pointer=f"/consents/{index}/text_version")
            for index, each in enumerate(body["consents"])
        ),
        subject=body.get("subject"),
        born_on=body.get("born_on"),
    )
    organisation_id = caller().tenant_id
    assert organisation_id is not None, "a provider's token names the provider"

    def shown(enrolled: list[Enrolled]) -> JsonObject:
        [who] = enrolled
        return {
            "id": public("par", who.participant_id),
            "requests": [request_answer(each) for each in who.requests],
        }

    return once(shown, status=lambda enrolled: 201 if enrolled[0].is_new else 200, required=False)(
        enrol,
        [person],
        organisation_id=organisation_id,
        identity_key=wiring().settings.identity_key,
        scenes=wiring().scenes,
        clock=wiring().clock,
        childhood=wiring().childhood,
    )
