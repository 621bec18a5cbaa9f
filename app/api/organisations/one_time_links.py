"""One-time links: how a user comes in first, and again after losing a secret."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flask import Response, redirect, request
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.accepted_links import accept_sent_link
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Strict
from app.http.queries import no_dry_run
from app.http.validators import Characters
from app.shown.users import (
    LINK_PAGES,
    OpenedLinkAnswer,
    UserAnswer,
    opened_link_answer,
    user_answer,
)
from app.usecases.organisations.read_link import read_link
from behaviours.json_value import JsonObject
from behaviours.one_time_links import MOST_PASSWORD, ShownSecrets

blueprint = Blueprint("one-time links", __name__, description="How users come in.")

# What a program asks for, and a browser.
_FORMS = ("application/json", "text/html")


class LinkUseBody(Strict):
    """What the link asks for: see its `purpose`."""

    password = plain.String(
        required=True,
        validate=Characters(min=1, max=MOST_PASSWORD),
        metadata={
            "format": "password",
            "description": "The new one; where an authenticator is set up anew, the present one.",
        },
    )
    code = Line(
        most=32,
        metadata={"description": "Six digits of the authenticator. Needed in live mode."},
    )
    release_code = Line(
        most=64,
        metadata={"description": "Of a `recovery`: as the first of the two who signed has it."},
    )


class SentLinkUse(TypedDict):
    """As ``LinkUseBody`` loads it."""

    password: str
    code: NotRequired[str]
    release_code: NotRequired[str]


class AcceptedAnswer(Schema):
    """Who can come in now, and codes to keep on paper: each replaces the authenticator once."""

    user = plain.Nested(UserAnswer)
    recovery_codes = plain.List(plain.String())


@blueprint.route("/v1/one-time-links/<link>")
@allow_public
@blueprint.response(200, OpenedLinkAnswer)
@blueprint.alt_response(303, description="For a browser: to the page of the link")
def open_link(link: str) -> Response:
    """What a link is for, whose it is, and the authenticator to set up. It stays good.

    To `join`, set up the authenticator and send a new password with a code. To another `password`
    leads a new password with a code of the authenticator that the user has. To another `factor`,
    the authenticator, lead the present password and a code of the new one. A `recovery` takes a
    new password, a code of the new authenticator, and the release code.
    """
    if request.accept_mimetypes.best_match(_FORMS) == _FORMS[1]:
        page = redirect(f"{LINK_PAGES}{link}", 303)
        assert isinstance(page, Response)
        return page
    opened = wiring().database.transact(read_link, link, now=wiring().clock.real_now())
    answer = json_answer(
        opened_link_answer(
            opened,
            programme=wiring().programme.name_en,
            identity_key=wiring().settings.identity_key,
        )
    )
    answer.vary.add("Accept")
    return answer


@blueprint.route("/v1/one-time-links/<link>", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.arguments(
    LinkUseBody, example={"password": "correct horse battery staple", "code": "492039"}
)
@blueprint.response(200, AcceptedAnswer)
def use_link(body: SentLinkUse, link: str) -> JsonObject:
    """Use a link: it is good once. Every session that the user had ends.

    The code that was sent is used up too: log in with the next one.
    """
    shown = ShownSecrets(body["password"], body.get("code"), body.get("release_code"))
    accepted = accept_sent_link(link, shown)
    return {"user": user_answer(accepted.user), "recovery_codes": list(accepted.recovery_codes)}
