"""Changes of identity: a person whose number is another one now keeps the account."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, wiring
from app.http.fields import FileDigest, Line, Strict
from app.http.once import once
from app.http.pages import read_page
from app.http.revoking import once_revoking
from app.http.validators import OneOf
from app.ids import parse
from app.shown.identity_changes import IdentityChangeAnswer, IdentityChanges, identity_change_answer
from app.tokens import LONGEST_LIFETIME
from app.usecases.people.ask_identity_change import ask_identity_change
from app.usecases.people.read_identity_changes import read_identity_changes
from app.usecases.people.sign_identity_change import ChangeSigned, sign_identity_change
from app.usecases.people.stop_identity_change import stop_identity_change
from behaviours.identity_change import REASONS, NewIdentity
from behaviours.json_value import JsonObject
from rewards.signing import ROLES

blueprint = Blueprint(
    "identity_changes", __name__, description="An account whose person has another number now."
)
_EXAMPLE = {"identity": "330102199001011234", "evidence_sha256": "9f86d081884c7d65" * 4}


class IdentityRead(Strict):
    """What somebody read in the evidence."""

    identity = Line(
        required=True,
        most=256,
        metadata={"description": "The new number; only a keyed hash of it is kept."},
    )
    evidence_sha256 = FileDigest(required=True)


class IdentityChangeBody(IdentityRead):
    """The new number, and what became of the former one."""

    reason = Line(
        required=True,
        validate=OneOf(REASONS),
        metadata={
            "enum": list(REASONS),
            "description": "`reassigned`: somebody else has the former number now, and it is free;"
            " `replaced`: nobody else gets it, and it goes on leading to this account.",
        },
    )
    note = Line(
        required=True, most=500, metadata={"description": "What was read; the person can read it."}
    )


class SentIdentity(TypedDict):
    """As ``IdentityRead`` loads it."""

    identity: str
    evidence_sha256: bytes


class SentIdentityChange(SentIdentity):
    """As ``IdentityChangeBody`` loads it."""

    reason: str
    note: str


@blueprint.route("/v1/participants/<participant_id>/identity-changes", methods=["POST"])
@allow(*reversed(ROLES), step="identity_change.ask")
@blueprint.arguments(
    IdentityChangeBody,
    example={**_EXAMPLE, "reason": "replaced", "note": "New identity card, seen at the counter."},
)
@blueprint.response(202, IdentityChangeAnswer)
def ask(body: SentIdentityChange, participant_id: str) -> Response:
    """Ask for another number to lead to a person's account, and sign it.

    The person sees it at once and can contest it. Somebody of the other role signs it once the
    notice is over (`notice_until`) and before it lapses (`lapses_at`). Refused is what could not be
    told apart later: a number of another account, or of somebody who left and owes; an account
    that is closed or owes points.
    """
    return once(identity_change_answer, status=202, required=False)(
        ask_identity_change,
        parse("par", participant_id),
        NewIdentity(**body),
        viewer=caller().viewer,
        identity_key=wiring().settings.identity_key,
        notice=wiring().programme.people.identity_notice,
        signed_for=wiring().programme.signed_for,
        clock=wiring().clock,
    )


@blueprint.route("/v1/participants/<participant_id>/identity-changes")
@allow(*reversed(ROLES))
@blueprint.lists(IdentityChanges)
def list_for_programme(participant_id: str) -> Response:
    """What was asked of this account's identity, newest first."""
    return _changes(parse("par", participant_id))


@blueprint.route(
    "/v1/participants/<participant_id>/identity-changes/<change_id>/sign", methods=["POST"]
)
@allow(*reversed(ROLES), step="identity_change.sign")
@blueprint.arguments(IdentityRead, example=_EXAMPLE)
@blueprint.signed(201, IdentityChangeAnswer)
def sign(body: SentIdentity, participant_id: str, change_id: str) -> Response:
    """Sign a change with what you read yourself; the second signature carries it out.

    Whoever signs sends the number and the hash of the file again: both people must have read the
    same. Where the former number is somebody else's now, every link of the account to a provider's
    user ends, and the person links them again.
    """

    def shown(signed: ChangeSigned) -> JsonObject:
        return identity_change_answer(signed.change)

    def status(signed: ChangeSigned) -> int:
        return 201 if signed.change.ended else 202

    return once_revoking(shown, status=status, required=False)(
        sign_identity_change,
        parse("par", participant_id),
        parse("idc", change_id),
        **body,
        viewer=caller().viewer,
        identity_key=wiring().settings.identity_key,
        signed_for=wiring().programme.signed_for,
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring().clock,
    )


@blueprint.route(
    "/v1/participants/<participant_id>/identity-changes/<change_id>/withdraw", methods=["POST"]
)
@allow(*reversed(ROLES), step="identity_change.withdraw")
@blueprint.response(200, IdentityChangeAnswer)
def withdraw(participant_id: str, change_id: str) -> Response:
    """Withdraw a change that waits: it was asked by mistake, or the evidence does not hold."""
    return _stopped(parse("par", participant_id), change_id)


@blueprint.route("/v1/me/identity-changes")
@allow("participant", by_word=True)
@blueprint.lists(IdentityChanges)
def list_mine() -> Response:
    """What was asked of the identity of my account, newest first."""
    return _changes()


@blueprint.route("/v1/me/identity-changes/<change_id>/contest", methods=["POST"])
@allow("participant")
@blueprint.response(200, IdentityChangeAnswer)
def contest(change_id: str) -> Response:
    """Contest a change of my account's identity: it ends, and nobody can sign it any more."""
    return _stopped(asking_participant(), change_id)


def _changes(*of: UUID) -> Response:
    viewer = caller().viewer
    return read_page(identity_change_answer, read_identity_changes, *of, viewer=viewer)


def _stopped(participant_id: UUID, change_id: str) -> Response:
    stopped = wiring().database.transact(
        stop_identity_change,
        participant_id,
        parse("idc", change_id),
        viewer=caller().viewer,
        signed_for=wiring().programme.signed_for,
        clock=wiring().clock,
    )
    return json_answer(identity_change_answer(stopped))
