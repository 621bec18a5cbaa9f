"""Clients: an organisation makes them for its programs, rotates their secrets and revokes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import ClassVar, NotRequired, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.organisations.own_user import STAFF
from app.api.organisations.tokens import CLIENT_LIFETIME_S
from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.attempts import attempt
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import AS_MOMENT, Line, Moment, Strict, moment
from app.http.pages import limit_and_cursor, page
from app.http.queries import no_dry_run
from app.http.revoking import once_revoking
from app.ids import parse
from app.secrecy.one_time_codes import GivenCode
from app.usecases.organisations.end_former_secrets import ChangedClient, end_former_secrets
from app.usecases.organisations.issue_client import issue_client
from app.usecases.organisations.read_clients import read_clients
from app.usecases.organisations.revoke_client import revoke_client
from app.usecases.organisations.rotate_client import rotate_client
from behaviours.clients import STATES, Client, ClientUse, NamedClient, NewSecret
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

blueprint = Blueprint("clients", __name__, description="Programs of organisations.")

_LIFETIME = timedelta(seconds=CLIENT_LIFETIME_S)
_CODE = {"description": "Of the administrator's authenticator, where there is one."}


class NewClientBody(Strict):
    """What the program is called, and what it does."""

    EXAMPLE: ClassVar[JsonObject] = {
        "name": "Ride reporter",
        "purpose": "Reports rides every night.",
        "code": "492039",
    }

    name = Line(required=True, most=100, metadata={"example": "Ride reporter"})
    purpose = Line(required=True, most=300, metadata={"example": "Reports rides every night."})
    code = Line(most=32, metadata=_CODE)


class SentNewClient(TypedDict):
    """As ``NewClientBody`` loads it."""

    name: str
    purpose: str
    code: NotRequired[str]


class RotationBody(Strict):
    """Who asks for a secret shows a code."""

    code = Line(most=32, metadata=_CODE)


class SentRotation(TypedDict):
    """As ``RotationBody`` loads it."""

    code: NotRequired[str]


class FormerSecretAnswer(Schema):
    """A secret that another took the place of, and until when it is good."""

    made_at = plain.String(metadata=AS_MOMENT)
    good_until = plain.String(metadata=AS_MOMENT)


class ClientAnswer(Schema):
    """A client; never its secret."""

    client_id = plain.String(metadata={"example": "provider_5f0c…"})
    name = plain.String()
    purpose = plain.String(allow_none=True)
    role = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    created_at = plain.String(metadata=AS_MOMENT)
    revoked_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    last_used_at = Moment(
        allow_none=True,
        metadata={
            "description": "When a token was last asked for with it, to within some minutes."
        },
    )
    secret_made_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    former_secrets = plain.List(plain.Nested(FormerSecretAnswer))


class NewClientAnswer(ClientAnswer):
    """A client, and its newest secret, which is shown this once."""

    client_secret = plain.String(metadata={"example": "sk_…"})


@blueprint.route("/v1/organisations/<organisation_id>/clients")
@allow(*STAFF)
@blueprint.lists(ClientAnswer, "Clients")
def list_clients_of(organisation_id: str) -> Response:
    """The clients of one's organisation, with their last use; the programme sees all."""
    limit, before = limit_and_cursor()
    found = wiring().database.transact(
        read_clients,
        parse("org", organisation_id),
        by=caller().viewer,
        before=before,
        most=limit + 1,
    )
    return json_answer(page([_shown(each) for each in found], lambda row: row["client_id"]))


@blueprint.route("/v1/organisations/<organisation_id>/clients", methods=["POST"])
@no_dry_run
@allow(*STAFF, step="client.issue")
@blueprint.arguments(NewClientBody)
@blueprint.response(201, NewClientAnswer)
def issue_organisation_client(body: SentNewClient, organisation_id: str) -> Response:
    """A client for a program of the organisation, for its administrator alone.

    The secret is shown this once: nobody of the programme sees it. Was the answer lost, rotate.
    """
    return _told_once(
        partial(
            wiring().database.transact,
            issue_client,
            parse("org", organisation_id),
            ClientUse(body["name"], body["purpose"]),
            GivenCode(body.get("code"), wiring().factor_terms),
            limits=wiring().programme.clients,
            **by_caller(),
        )
    )


@blueprint.route("/v1/organisations/<organisation_id>/clients/<client_id>/rotate", methods=["POST"])
@no_dry_run
@allow(*STAFF, step="client.rotate")
@blueprint.arguments(RotationBody, example={"code": "492039"})
@blueprint.response(201, NewClientAnswer)
def rotate_client_secret(body: SentRotation, organisation_id: str, client_id: str) -> Response:
    """Another secret, for an administrator alone; the one before stays good for a while.

    Until `good_until` of `former_secrets` both work, and a token is good no longer than its secret.
    At most two former ones are good at one time.
    """
    return _told_once(
        partial(
            wiring().database.transact,
            rotate_client,
            NamedClient(parse("org", organisation_id), client_id),
            GivenCode(body.get("code"), wiring().factor_terms),
            limits=wiring().programme.clients,
            **by_caller(),
        )
    )


@blueprint.route(
    "/v1/organisations/<organisation_id>/clients/<client_id>/end-former", methods=["POST"]
)
@allow(*STAFF, step="client.end_former")
@blueprint.response(200, ClientAnswer)
def end_former_client_secrets(organisation_id: str, client_id: str) -> Response:
    """End former secrets at once; tokens that came of them are dead within a second."""
    return _changed(end_former_secrets, organisation_id, client_id)


@blueprint.route("/v1/organisations/<organisation_id>/clients/<client_id>/revoke", methods=["POST"])
@allow(*STAFF, step="client.revoke")
@blueprint.response(200, ClientAnswer)
def revoke_organisation_client(organisation_id: str, client_id: str) -> Response:
    """Revoke a client for good; its tokens are dead within a second.

    By its administrators, and by the programme. What the client had sent before goes on.
    """
    return _changed(revoke_client, organisation_id, client_id)


def _told_once(make: Callable[[], NewSecret | Refusal]) -> Response:
    """The answer with the secret; a wrong code is a guess."""
    made = attempt(f"own:{caller().user_id.hex}", make)
    return json_answer({**_shown(made.client), "client_secret": made.secret}, 201)


def _changed(verb: Callable[..., ChangedClient], organisation_id: str, client_id: str) -> Response:
    def shown(done: ChangedClient) -> JsonObject:
        return _shown(done.client)

    named = NamedClient(parse("org", organisation_id), client_id)
    return once_revoking(shown, required=False)(
        verb, named, token_lifetime=_LIFETIME, **by_caller()
    )


def _shown(client: Client) -> JsonObject:
    use = client.use
    present = [each for each in client.secrets if each.good_until is None]
    return {
        "client_id": client.client_id,
        "name": use.name,
        "purpose": use.purpose,
        "role": client.role,
        "state": client.state,
        "created_at": moment(client.created_at),
        "revoked_at": moment(client.revoked_at) if client.revoked_at else None,
        "last_used_at": moment(use.last_used_at) if use.last_used_at else None,
        "secret_made_at": moment(present[0].made_at) if present else None,
        "former_secrets": [
            {"made_at": moment(each.made_at), "good_until": moment(each.good_until)}
            for each in client.former(wiring().clock.real_now())
            if each.good_until
        ],
    }
