"""Links and requests: by whose word my account opens, and what providers ask of me."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, wiring
from app.http.fields import Line, Moment, Strict, moment
from app.http.languages import preferred_language
from app.http.once import once
from app.http.pages import page_of, read_page
from app.ids import parse, public
from app.messages.catalogues import text
from app.shown.requests import RequestAnswer, request_answer
from app.tokens import LONGEST_LIFETIME, tokens
from app.usecases.people.answer_request import answer_request
from app.usecases.people.link_provider import link_provider
from app.usecases.people.read_links import read_links
from app.usecases.people.read_requests import read_requests
from app.usecases.people.unlink_provider import unlink_provider
from behaviours.json_value import JsonObject
from behaviours.links import BY_PERSON, BY_PROVIDER, ENDS, PROVIDER_CLOSED, REASSIGNED, Link
from behaviours.requests import CONFIRM, DECLINE

blueprint = Blueprint("links", __name__, description="By whose word an account opens.")


class LinkBody(Strict):
    """The provider's assertion of which of its users the person is."""

    assertion = Line(
        required=True,
        most=4096,
        metadata={
            "description": "A JWT of the provider's login service: EdDSA, `aud` tanpuhui, `sub` its"
            " own name of the user, `jti` new each time, good for five minutes at most."
        },
    )


class SentLink(TypedDict):
    """As ``LinkBody`` loads it."""

    assertion: str


class LinkAnswer(Schema):
    """A link as it stands."""

    id = plain.String(metadata={"example": "lnk_0199b2c3d4e57f0080000000000000aa"})
    provider_id = plain.String()
    linked_by = plain.String(metadata={"enum": [BY_PERSON, BY_PROVIDER]})
    linked_at = Moment()
    unlinked_at = Moment(allow_none=True)
    last_word_at = Moment(
        allow_none=True,
        metadata={"description": "When the provider's word last opened the account."},
    )
    ended_because = plain.String(
        metadata={
            "enum": list(ENDS),
            "description": "`reassigned`: the number that led to the account is somebody else's.",
        },
        allow_none=True,
    )
    notice = plain.String(
        metadata={"description": "What that means, and what the person can do, in their language."}
    )


Requests = page_of(RequestAnswer, "PersonalRequests")


@blueprint.route("/v1/me/links")
@allow("participant", by_word=True)
@blueprint.lists(LinkAnswer, "Links")
def list_links() -> Response:
    """The providers whose word opens my account, newest first, also those I have unlinked."""
    return read_page(link_answer, read_links, viewer=caller().viewer)


@blueprint.route("/v1/me/links", methods=["POST"])
@allow("participant")
@blueprint.arguments(LinkBody, example={"assertion": "eyJ…"})
@blueprint.response(201, LinkAnswer)
def link(body: SentLink) -> Response:
    """Link my account to a user of a provider, whose word then reads it and shows my codes."""
    return once(link_answer, status=201, required=False)(
        link_provider,
        asking_participant(),
        body["assertion"],
        identity_key=wiring().settings.identity_key,
        clock=wiring().clock,
    )


@blueprint.route("/v1/me/links/<link_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def unlink(link_id: str) -> Response:
    """Unlink a provider: its word opens nothing from now on, and its tokens end."""
    names = wiring().database.transact(
        unlink_provider,
        asking_participant(),
        [parse("lnk", link_id)],
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring().clock,
    )
    tokens().take_note(names)
    return Response(status=204)


@blueprint.route("/v1/me/requests")
@allow("participant", by_word=True)
@blueprint.lists(Requests)
def list_requests() -> Response:
    """What providers ask of me, newest first, also what I have answered."""
    return read_page(request_answer, read_requests, viewer=caller().viewer)


@blueprint.route("/v1/me/requests/<request_id>/confirm", methods=["POST"])
@allow("participant")
@blueprint.response(200, RequestAnswer)
def confirm(request_id: str) -> Response:
    """Confirm what a provider asks for: it holds from now on."""
    return _answered(request_id, CONFIRM)


@blueprint.route("/v1/me/requests/<request_id>/decline", methods=["POST"])
@allow("participant")
@blueprint.response(200, RequestAnswer)
def decline(request_id: str) -> Response:
    """Decline what a provider asks for."""
    return _answered(request_id, DECLINE)


def _answered(request_id: str, step: str) -> Response:
    answered = wiring().database.transact(
        answer_request,
        asking_participant(),
        parse("ask", request_id),
        step,
        scenes=wiring().scenes,
        clock=wiring().clock,
    )
    return json_answer(request_answer(answered))


def link_answer(link: Link) -> JsonObject:
    """A link as an answer."""
    return {
        "id": public("lnk", link.link_id),
        "provider_id": public("org", link.organisation_id),
        "linked_by": link.linked_by,
        "linked_at": moment(link.linked_at),
        "unlinked_at": moment(link.unlinked_at) if link.unlinked_at else None,
        "last_word_at": moment(link.last_word_at) if link.last_word_at else None,
        "ended_because": link.ended_because,
        "notice": _notice(link),
    }


def _notice(link: Link) -> str:
    language = preferred_language()
    if link.ended_because == REASSIGNED:
        return text("link_notice:reassigned", language)
    if link.ended_because == PROVIDER_CLOSED:
        return text("link_notice:provider_closed", language)
    if link.unlinked_at is not None:
        return text("link_notice:ended", language)
    if link.linked_by == BY_PROVIDER:
        return text("link_notice:by_provider", language)
    return text("link_notice:by_person", language)
