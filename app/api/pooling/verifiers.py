"""Who verifies: the authority's pool, what is declared of ties, and the seats of bundles."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.pooling.working import by_terms, work_on
from app.auth import allow, allow_public, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line, PublicId, Strict
from app.http.once import once
from app.http.pages import read_page, whole_or_page
from app.http.reasons import Reasoned, SentReason
from app.http.validators import Count
from app.ids import parse
from app.shown.bundles import WorkedOn
from app.shown.proposals import SignedAnswer, done_when_signed, signed_answer
from app.shown.verifiers import KnownVerifierAnswer, OwnSeatAnswer, shown_seat, shown_verifier
from app.usecases.pooling.approve_verifier import approve_verifier
from app.usecases.pooling.declare_ties import declare_ties
from app.usecases.pooling.decline_verification import decline_verification
from app.usecases.pooling.draw_verifier import draw_verifier
from app.usecases.pooling.read_own_seats import read_own_seats
from app.usecases.pooling.read_verifiers import read_verifiers
from app.usecases.pooling.sign_removal import sign_removal
from app.usecases.pooling.sign_ties import sign_ties
from app.usecases.pooling.sign_verifiers import PoolAdmission, sign_verifiers
from behaviours.json_value import JsonObject
from rewards.pooling.bundle import APPROVE, DECLINE, OPERATOR, VERIFIER, roles_for
from rewards.registry.ties import ToldTies
from rewards.signing import ROLES

blueprint = Blueprint("verifiers", __name__, description="Who may verify, and who is drawn.")

MOST_INTERESTS, MOST_BEHAVIOURS = 500, 200


class PoolBody(Strict):
    """A verifier that may be drawn from now on."""

    organisation_id = PublicId("org", required=True)
    behaviours = plain.List(
        Line(most=64),
        validate=Count(1, MOST_BEHAVIOURS),
        metadata={"description": "Left out: every behaviour.", "example": ["metro_ride"]},
    )
    reason = Line(required=True, most=500, metadata={"example": "Accredited until 2028."})


class SentPoolAdmission(TypedDict):
    """As ``PoolBody`` loads it."""

    organisation_id: UUID
    behaviours: NotRequired[list[str]]
    reason: str


class TiesBody(Strict):
    """Everything that ties the organisation to others; it takes the place of what was said."""

    interests = plain.List(
        PublicId("org"),
        required=True,
        validate=Count(0, MOST_INTERESTS),
        metadata={"description": "Organisations that it owns, advises, supplies or is paid by."},
    )
    of_operator = plain.Boolean(
        required=True,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether it is tied to who operates this programme."},
    )
    group = Line(
        most=64,
        metadata={
            "description": "By which name or number its group is known; left out: it has none.",
            "example": "华东核查 East China Verification",
        },
    )


class SentTies(TypedDict):
    """As ``TiesBody`` loads it."""

    interests: list[UUID]
    of_operator: bool
    group: NotRequired[str]


class NamedVerifierBody(Strict):
    """A verifier for one bundle, by name, and why no draw decides."""

    verifier_id = PublicId("org", required=True)
    reason = Line(required=True, most=500)


class SentNamedVerifier(TypedDict):
    """As ``NamedVerifierBody`` loads it."""

    verifier_id: UUID
    reason: str


class PublicReasonBody(Reasoned):
    """Why; it is published."""


@blueprint.route("/v1/registry/verifiers", methods=["GET"])
@allow_public
@blueprint.lists(KnownVerifierAnswer, "KnownVerifiers")
def list_verifiers() -> Response:
    """Everybody who is or was in the pool, or declared ties: every step of it, and every tie."""
    found = wiring().database.transact(read_verifiers)
    return json_answer(whole_or_page([shown_verifier(each) for each in found]))


@blueprint.route("/v1/verifiers", methods=["POST"])
@allow(*reversed(ROLES), step="verifier.admit")
@blueprint.arguments(PoolBody)
@blueprint.signed(201, SignedAnswer)
def admit_to_pool(body: SentPoolAdmission) -> Response:
    """Sign that a verifier is of the pool from which bundles are drawn; it is once somebody of the
    other role signs the same. Its ties it declares itself.

    What waits stands at `GET /v1/proposals`; the reason of who signs second is published.
    """
    behaviours = body.get("behaviours")
    admission = PoolAdmission(
        body["organisation_id"],
        None if behaviours is None else frozenset(behaviours),
        body["reason"],
    )
    return once(_only_signed, status=_only_done, required=False)(
        sign_verifiers,
        [admission],
        known_behaviours=wiring().scenes.categories().keys(),
        **by_caller(),
    )


@blueprint.route("/v1/verifiers/<organisation_id>/removal", methods=["POST"])
@allow(*reversed(ROLES), step="verifier.remove")
@blueprint.arguments(PublicReasonBody)
@blueprint.signed(201, SignedAnswer)
def remove_from_pool(body: SentReason, organisation_id: str) -> Response:
    """Sign that a verifier leaves the pool; it does once somebody of the other role signs too.

    What it was drawn for and has not accepted is drawn anew. What cannot wait for a second person
    is the suspension of the organisation: it takes a verifier out of the pool at once.
    """
    return once(signed_answer, status=done_when_signed, required=False)(
        sign_removal,
        parse("org", organisation_id),
        reason=body["reason"],
        **by_caller(),
    )


@blueprint.route("/v1/verifiers/self/ties", methods=["POST"])
@allow("verifier", step="verifier.declare_ties")
@blueprint.arguments(TiesBody)
@blueprint.response(201, Schema)
def declare_own_ties(body: SentTies) -> Response:
    """Declare your interests and group, all of them: they are public, and bar you where they are.

    Who has not declared is not drawn. Declare anew when something changes.
    """
    organisation_id = caller().tenant_id
    assert organisation_id is not None, "a verifier's token names it"
    return once(_nothing, status=201, required=False)(
        declare_ties, organisation_id, _told(body), **by_caller()
    )


@blueprint.route("/v1/verifiers/self/seats", methods=["GET"])
@allow(VERIFIER)
@blueprint.lists(OwnSeatAnswer, "OwnSeats")
def list_own_seats() -> Response:
    """What you were ever given to verify, newest first: until when, or why and when that ended."""
    verifier_id = caller().tenant_id
    assert verifier_id is not None, "a verifier's token names it"
    return read_page(shown_seat, read_own_seats, verifier_id=verifier_id)


@blueprint.route("/v1/organisations/<organisation_id>/ties", methods=["POST"])
@allow(*reversed(ROLES), step="organisation.state_ties")
@blueprint.arguments(TiesBody)
@blueprint.signed(201, SignedAnswer)
def state_ties(body: SentTies, organisation_id: str) -> Response:
    """Sign what is known of an organisation's ties, beside what it declares itself.

    They count once somebody of the other role signs the same, and take the place of what was
    stated before: nobody bars a verifier, or frees one, alone.
    """
    return once(signed_answer, status=done_when_signed, required=False)(
        sign_ties, parse("org", organisation_id), _told(body), **by_caller()
    )


@blueprint.route("/v1/bundles/<bundle_id>/verifier", methods=["POST"])
@allow(*roles_for(APPROVE), step="verifier.approve")
@blueprint.arguments(NamedVerifierBody)
@blueprint.response(200, WorkedOn)
def approve_named_verifier(body: SentNamedVerifier, bundle_id: str) -> Response:
    """Approve a verifier by name for a reported bundle, or for a submitted one that has none.

    Ties are not set aside by it; the pool, its behaviours and the rotation are.
    """
    return work_on(
        approve_verifier,
        bundle_id,
        body["verifier_id"],
        reason=body["reason"],
        **by_terms(),
    )


@blueprint.route("/v1/bundles/<bundle_id>/verifier/draw", methods=["POST"])
@allow(OPERATOR, *roles_for(APPROVE), step="verifier.draw")
@blueprint.response(200, WorkedOn)
def draw_another_verifier(bundle_id: str) -> Response:
    """Draw a verifier for a submitted bundle that has none, or one that may not verify it now."""
    return work_on(draw_verifier, bundle_id, **by_terms())


@blueprint.route("/v1/bundles/<bundle_id>/decline", methods=["POST"])
@allow(*roles_for(DECLINE), step="verification.decline")
@blueprint.arguments(PublicReasonBody)
@blueprint.response(200, WorkedOn)
def decline(body: SentReason, bundle_id: str) -> Response:
    """Decline a verification before it is accepted; another verifier is drawn at once."""
    return work_on(decline_verification, bundle_id, reason=body["reason"], **by_terms())


def _told(body: SentTies) -> ToldTies:
    return ToldTies(frozenset(body["interests"]), body["of_operator"], body.get("group"))


def _only_signed(signed: list[list[str]]) -> JsonObject:
    (only,) = signed
    return signed_answer(only)


def _only_done(signed: list[list[str]]) -> int:
    (only,) = signed
    return done_when_signed(only)


def _nothing(_done: None) -> JsonObject:
    return {}
