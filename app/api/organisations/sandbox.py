"""Sandboxes: where providers try their programs, in books of their own."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import ClassVar, NotRequired, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.organisations.issuers import number_kinds
from app.api.organisations.tokens import CLIENT_LIFETIME_S
from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.attempts import attempt
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line, Moment, Strict, moment
from app.http.queries import no_dry_run
from app.http.sandbox import in_sandbox_books, sandbox_wiring, tell_sandbox
from app.http.validators import Count
from app.ids import parse, public
from app.secrecy.one_time_codes import GivenCode
from app.usecases.organisations.open_sandbox import open_sandbox
from app.usecases.organisations.prove_sandbox_owner import prove_sandbox_owner
from app.usecases.organisations.read_sandbox import read_sandbox
from behaviours.json_value import JsonObject
from behaviours.sandbox import MOST_CLIENTS, OpenedSandbox, check_sees_sandbox

blueprint = Blueprint("sandbox", __name__, description="Where providers try their programs.")

_LIFETIME = timedelta(seconds=CLIENT_LIFETIME_S)


class SandboxBody(Strict):
    """What the programs are called that are to be tried."""

    EXAMPLE: ClassVar[JsonObject] = {"clients": ["Rides"], "anew": False, "code": "492039"}

    clients = plain.List(
        Line(most=100),
        load_default=lambda: ["sandbox"],
        validate=Count(min=1, max=MOST_CLIENTS),
        metadata={"description": "Names; a client is made for each.", "example": ["Rides"]},
    )
    anew = plain.Boolean(
        load_default=False,
        metadata={"description": "Whether an empty one takes the place of the present one."},
    )
    code = Line(
        most=32,
        metadata={"description": "Of the administrator's authenticator, where there is one."},
    )


class SentSandbox(TypedDict):
    """As ``SandboxBody`` loads it."""

    clients: list[str]
    anew: bool
    code: NotRequired[str]


class SandboxClientAnswer(Schema):
    """A client of the sandbox; ``client_secret`` only in the answer that made it."""

    client_id = plain.String(metadata={"example": "sandbox_5f0c…"})
    name = plain.String()
    client_secret = plain.String(metadata={"example": "sk_…"})


class SandboxAnswer(Schema):
    """A provider's sandbox."""

    organisation_id = plain.String(
        metadata={"description": "Of the provider in the sandbox; it means nothing outside of it."}
    )
    opened_at = Moment()
    programme = plain.String(metadata={"description": "Whose rules hold, marked as a sandbox."})
    issuer = plain.String(
        metadata={"description": "Whose the provider's numbers are there; need not be named."}
    )
    clients = plain.List(plain.Nested(SandboxClientAnswer))


@blueprint.route("/v1/organisations/<organisation_id>/sandbox")
@allow("provider", "operator", "authority")
@blueprint.response(200, SandboxAnswer)
def read_organisation_sandbox(organisation_id: str) -> Response:
    """A provider's sandbox and its clients; the secrets were shown when they were made."""
    owner_id = parse("org", organisation_id)
    check_sees_sandbox(caller().viewer, owner_id)
    found = in_sandbox_books(
        read_sandbox,
        owner_id,
        kinds=number_kinds(sandbox_wiring().rulebook),
    )
    return json_answer(_shown(found))


@blueprint.route("/v1/organisations/<organisation_id>/sandbox", methods=["POST"])
@no_dry_run
@allow("provider", "operator", step="sandbox.ask")
@blueprint.arguments(SandboxBody, required=False)
@blueprint.response(201, SandboxAnswer)
def open_organisation_sandbox(body: SentSandbox, organisation_id: str) -> Response:
    """Open a sandbox for a provider, also for one that has only applied; secrets are shown once.

    By its administrator, or by an operator who hands the secrets on. With a token of such a client
    the same routes at the same addresses work in the sandbox, and say so in each answer
    (`Tanpuhui-Sandbox: true`). `anew: true` ends the present one, its clients and tokens, and opens
    an empty one.
    """
    asked = attempt(
        f"own:{caller().user_id.hex}",
        partial(
            wiring().database.transact,
            prove_sandbox_owner,
            parse("org", organisation_id),
            GivenCode(body.get("code"), wiring().factor_terms),
            **by_caller(),
        ),
    )
    parts = sandbox_wiring()
    opened = in_sandbox_books(
        open_sandbox,
        asked,
        body["clients"],
        anew=body["anew"],
        kinds=number_kinds(parts.rulebook),
        token_lifetime=_LIFETIME,
        clock=parts.clock,
    )
    tell_sandbox(opened.revoked)
    return json_answer(_shown(opened), 201)


def _shown(opened: OpenedSandbox) -> JsonObject:
    sandbox = opened.sandbox
    return {
        "organisation_id": public("org", sandbox.organisation_id),
        "opened_at": moment(sandbox.opened_at),
        "programme": sandbox_wiring().programme.name_en,
        "issuer": opened.issuer,
        "clients": [
            {name: value for name, value in each._asdict().items() if value is not None}
            for each in opened.clients
        ],
    }
