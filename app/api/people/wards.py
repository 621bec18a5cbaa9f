"""Wards: what a guardian does for a child, and who else asks to be the guardian."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response

from app.api.people.consents import AgreementBody, SentAgreement, agreed
from app.api.people.links import Requests
from app.api.people.me import Me, account_of, closed, export_of
from app.api.people.own_enrolment import (
    OwnEnrolmentBody,
    SentOwnEnrolment,
    nonce_key,
    shown_identity,
)
from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.attempts import attempt
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.children import as_child
from app.http.current import asking_participant, wiring
from app.http.fields import Day, FileDigest, Line, PublicId, Strict
from app.http.once import once
from app.http.pages import read_page
from app.http.queries import no_dry_run
from app.ids import parse
from app.shown.consents import ConsentAnswer, Consents, consent_answer
from app.shown.departures import DepartureReceipt
from app.shown.guardians import (
    GuardianChangeAnswer,
    GuardianChanges,
    WardAnswer,
    Wards,
    guardian_change_answer,
    ward_answer,
)
from app.shown.requests import RequestAnswer, request_answer
from app.usecases.people.answer_request import answer_request
from app.usecases.people.ask_guardianship import GuardianshipWanted, ask_guardianship
from app.usecases.people.enrol_ward import enrol_ward
from app.usecases.people.read_consents import read_consents
from app.usecases.people.read_guardian_changes import read_guardian_changes
from app.usecases.people.read_requests import read_requests
from app.usecases.people.read_wards import read_wards
from app.usecases.people.sign_guardianship import sign_guardianship
from app.usecases.people.withdraw_consent import withdraw_consent
from behaviours.guardians import SignedChange, Ward
from behaviours.json_value import JsonObject
from behaviours.requests import CONFIRM, DECLINE
from rewards.signing import ROLES

blueprint = Blueprint("wards", __name__, description="Children, and their guardians.")
_FILE = "9f86d081884c7d65" * 4
_CHILD = "par_0199b2c3d4e57f0080000000000000aa"


class WardBody(OwnEnrolmentBody):
    """The child, by a document of an identity service that names the guardian too."""

    text_version = Line(
        required=True, most=64, metadata={"description": "Of the text of kind `guardian`."}
    )


class SentWard(SentOwnEnrolment):
    """As ``WardBody`` loads it."""

    text_version: str


class GuardianshipBody(Strict):
    """Whose guardian the asker is, and the file that shows it."""

    participant_id = PublicId("par", required=True)
    text_version = Line(
        required=True, most=64, metadata={"description": "Of the text of kind `guardian`."}
    )
    evidence_sha256 = FileDigest(required=True)
    note = Line(required=True, most=500)
    born_on = Day(
        metadata={
            "example": "2017-03-01",
            "description": "Where the child's date of birth was registered wrong: the right one,"
            " which the file shows. It is not kept; from when the child decides alone is.",
        }
    )


class SentGuardianship(TypedDict):
    """As ``GuardianshipBody`` loads it."""

    participant_id: UUID
    text_version: str
    evidence_sha256: bytes
    note: str
    born_on: NotRequired[date]


class EvidenceRead(Strict):
    """The file that whoever signs has read."""

    evidence_sha256 = FileDigest(required=True)


class SentEvidence(TypedDict):
    """As ``EvidenceRead`` loads it."""

    evidence_sha256: bytes


@blueprint.route("/v1/me/wards")
@allow("participant")
@blueprint.lists(Wards)
def list_wards() -> Response:
    """The children whose guardian I am, newest first, also those who decide alone by now."""
    return read_page(ward_answer, read_wards, viewer=caller().viewer)


@blueprint.route("/v1/me/wards", methods=["POST"])
@no_dry_run
@allow("participant")
@blueprint.arguments(
    WardBody,
    example={"method": "ticket", "token": "eyJ…", "region": "CN-33", "text_version": "2026-01"},
)
@blueprint.response(201, WardAnswer)
@blueprint.alt_response(200, schema=WardAnswer, description="My child already")
def enrol_child(body: SentWard) -> Response:
    """Enrol a child and agree to be the guardian.

    The document of the identity service is about the child; its claim `guardian` says who I am in
    the same way, and `birthdate` says how old the child is where the identity does not. What was
    agreed to before in the child's name ends, and is asked of me.
    """

    def enrolled() -> tuple[Ward, bool]:
        return wiring().database.transact(
            enrol_ward,
            asking_participant(),
            shown_identity(body),
            region=body["region"],
            text_version=body["text_version"],
            identity_key=wiring().settings.identity_key,
            nonce_key=nonce_key(),
            scenes=wiring().scenes,
            childhood=wiring().childhood,
            clock=wiring().clock,
        )

    ward, is_new = attempt(f"ward|{asking_participant().hex}", enrolled)
    return json_answer(ward_answer(ward), 201 if is_new else 200)


@blueprint.route("/v1/me/wards/<participant_id>")
@allow("participant")
@blueprint.response(200, Me)
def show_child(participant_id: str) -> Response:
    """The child's account: what was saved, and the points."""
    return account_of(as_child(participant_id))


@blueprint.route("/v1/me/wards/<participant_id>/export")
@allow("participant")
@blueprint.response(200, ANY_OBJECT, description="Everything that is kept, signed (Ed25519)")
def export_child(participant_id: str) -> Response:
    """Everything that is kept of the child, as the child's own export has it."""
    return export_of(as_child(participant_id))


@blueprint.route("/v1/me/wards/<participant_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(200, DepartureReceipt)
def leave_for_child(participant_id: str) -> Response:
    """Close the child's account for good, as a person's own is closed."""
    return closed(parse("par", participant_id), guardian=asking_participant())


@blueprint.route("/v1/me/wards/<participant_id>/consents")
@allow("participant")
@blueprint.lists(Consents)
def list_childs_consents(participant_id: str) -> Response:
    """The child's consents, newest first, also those that were withdrawn."""
    return read_page(consent_answer, read_consents, viewer=as_child(participant_id))


@blueprint.route("/v1/me/wards/<participant_id>/consents", methods=["POST"])
@allow("participant")
@blueprint.arguments(AgreementBody)
@blueprint.response(201, ConsentAnswer)
@blueprint.alt_response(200, schema=ConsentAnswer, description="Agreed before; the same consent")
def agree_for_child(body: SentAgreement, participant_id: str) -> Response:
    """Agree for the child that a provider reports its actions, from today on."""
    return agreed(body, parse("par", participant_id), guardian=asking_participant())


@blueprint.route("/v1/me/wards/<participant_id>/consents/<consent_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def withdraw_for_child(participant_id: str, consent_id: str) -> Response:
    """Withdraw a consent of the child: what is done from now on is no longer taken."""
    wiring().database.transact(
        withdraw_consent,
        parse("par", participant_id),
        [parse("con", consent_id)],
        clock=wiring().clock,
        guardian=asking_participant(),
    )
    return Response(status=204)


@blueprint.route("/v1/me/wards/<participant_id>/requests")
@allow("participant")
@blueprint.lists(Requests)
def list_childs_requests(participant_id: str) -> Response:
    """What providers ask of the child, newest first, also what was answered."""
    return read_page(request_answer, read_requests, viewer=as_child(participant_id))


@blueprint.route("/v1/me/wards/<participant_id>/requests/<request_id>/confirm", methods=["POST"])
@allow("participant")
@blueprint.response(200, RequestAnswer)
def confirm_for_child(participant_id: str, request_id: str) -> Response:
    """Confirm for the child what a provider asks for: it holds from now on."""
    return _answered(participant_id, request_id, CONFIRM)


@blueprint.route("/v1/me/wards/<participant_id>/requests/<request_id>/decline", methods=["POST"])
@allow("participant")
@blueprint.response(200, RequestAnswer)
def decline_for_child(participant_id: str, request_id: str) -> Response:
    """Decline for the child what a provider asks for."""
    return _answered(participant_id, request_id, DECLINE)


@blueprint.route("/v1/me/wards/takeovers", methods=["POST"])
@allow("participant")
@blueprint.arguments(
    GuardianshipBody,
    example={
        "participant_id": _CHILD,
        "text_version": "2026-01",
        "evidence_sha256": _FILE,
        "note": "Court order of 3 March.",
    },
)
@blueprint.response(202, GuardianChangeAnswer)
def ask_takeover(body: SentGuardianship) -> Response:
    """Ask to be the guardian of a child who has another one, or whose guardian has left.

    An operator and an authority read the evidence and sign. Who is the guardian already asks so
    that a date of birth is put right (`born_on`).
    """
    return once(guardian_change_answer, status=202, required=False)(
        ask_guardianship,
        asking_participant(),
        GuardianshipWanted(**body),
        childhood=wiring().childhood,
        clock=wiring().clock,
    )


@blueprint.route("/v1/me/guardian-changes")
@allow("participant", by_word=True)
@blueprint.lists(GuardianChanges)
def list_my_changes() -> Response:
    """Who asked to be my guardian, newest first."""
    return read_page(guardian_change_answer, read_guardian_changes, viewer=caller().viewer)


@blueprint.route("/v1/me/wards/<participant_id>/guardian-changes")
@allow("participant")
@blueprint.lists(GuardianChanges)
def list_childs_changes(participant_id: str) -> Response:
    """Who asked to be the guardian of my child, newest first."""
    return read_page(guardian_change_answer, read_guardian_changes, viewer=as_child(participant_id))


@blueprint.route("/v1/participants/<participant_id>/guardian-changes")
@allow(*reversed(ROLES))
@blueprint.lists(GuardianChanges)
def list_changes(participant_id: str) -> Response:
    """Who asked to be a child's guardian, newest first."""
    return read_page(
        guardian_change_answer,
        read_guardian_changes,
        parse("par", participant_id),
        viewer=caller().viewer,
    )


@blueprint.route(
    "/v1/participants/<participant_id>/guardian-changes/<change_id>/sign", methods=["POST"]
)
@allow(*reversed(ROLES), step="guardianship.sign")
@blueprint.arguments(EvidenceRead, example={"evidence_sha256": _FILE})
@blueprint.signed(201, GuardianChangeAnswer)
def sign_takeover(body: SentEvidence, participant_id: str, change_id: str) -> Response:
    """Sign, by the hash of the file that you read; the second signature carries it out.

    From then on the new guardian decides, and is asked for what the one before had agreed to.
    """

    def shown(done: tuple[SignedChange, bool]) -> JsonObject:
        return guardian_change_answer(done[0])

    return once(shown, status=lambda done: 201 if done[1] else 202, required=False)(
        sign_guardianship,
        parse("par", participant_id),
        parse("gch", change_id),
        evidence_sha256=body["evidence_sha256"],
        viewer=caller().viewer,
        signed_for=wiring().programme.signed_for,
        clock=wiring().clock,
    )


def _answered(participant_id: str, request_id: str, step: str) -> Response:
    """What a provider asked, after the guardian's answer."""
    request = wiring().database.transact(
        answer_request,
        parse("par", participant_id),
        parse("ask", request_id),
        step,
        scenes=wiring().scenes,
        clock=wiring().clock,
        guardian=asking_participant(),
    )
    return json_answer(request_answer(request))
