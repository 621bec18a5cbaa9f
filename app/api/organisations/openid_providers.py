"""OpenID providers by which staff comes in: proposed, approved by two people, ended."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.organisations.own_user import STAFF
from app.api.organisations.users import ReasonBody
from app.auth import allow, allow_public, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Line, PublicId, Strict, moment
from app.http.once import once
from app.http.openid_logins import LeavingLogin, leave
from app.http.own_login import change_login
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.queries import no_dry_run
from app.http.reasons import SentReason
from app.http.revoking import once_revoking
from app.http.signing import unless_awaited
from app.http.validators import Characters, OneOf
from app.ids import parse, public
from app.tokens import USER_LIFETIME
from app.usecases.organisations.approve_openid_provider import approve_openid_provider
from app.usecases.organisations.end_openid_provider import end_openid_provider
from app.usecases.organisations.propose_openid_providers import propose_openid_providers
from app.usecases.organisations.read_openid_providers import read_openid_providers
from app.usecases.organisations.unlink_openid import unlink_openid
from behaviours.json_value import JsonObject
from behaviours.openid_logins import LoginPurpose
from behaviours.openid_providers import (
    APPROVE,
    CALLBACK,
    STATES,
    STEPS,
    AwaitedOpenidProvider,
    EndedOpenidProvider,
    NewOpenidProvider,
    OpenidProvider,
)

blueprint = Blueprint("OpenID providers", __name__, description="Staff that comes in by another.")

APPROVING = STEPS[APPROVE].by
MOST_VALUES = 20


def _values(claim: str) -> plain.List[str]:
    return plain.List(
        Line(required=True, most=200),
        load_default=list,
        validate=Characters(max=MOST_VALUES),
        metadata={
            "description": f"Values of `{claim}` by which a second factor counts as shown; none:"
            " it is always shown here."
        },
    )


class OpenidProviderBody(Strict):
    """A provider as its own administration shows it, with the client that was made there."""

    organisation_id = PublicId(
        "org",
        load_default=None,
        allow_none=True,
        metadata={"description": "Whose users come in by it; null: the programme's own staff."},
    )
    name = Line(required=True, most=100, metadata={"example": "省厅统一认证"})
    issuer = Line(required=True, most=500, metadata={"example": "https://login.example.cn"})
    client_id = Line(required=True, most=256)
    client_secret = plain.String(
        load_default=None,
        allow_none=True,
        validate=Characters(min=1, max=1000),
        metadata={"format": "password", "description": "Kept sealed; null: PKCE alone."},
    )
    redirect_uri = Line(
        required=True,
        most=500,
        metadata={
            "description": f"The address of this installation and {CALLBACK}, as registered there.",
            "example": f"https://tanpuhui.example.cn{CALLBACK}",
        },
    )
    trusted_amr = _values("amr")
    trusted_acr = _values("acr")


class SentOpenidProvider(TypedDict):
    """As ``OpenidProviderBody`` loads it."""

    organisation_id: UUID | None
    name: str
    issuer: str
    client_id: str
    client_secret: str | None
    redirect_uri: str
    trusted_amr: list[str]
    trusted_acr: list[str]


class OpenidProviderFilter(OfAPage):
    """Which providers."""

    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})


class WantedOpenidProviders(WantedPage, total=False):
    """As ``OpenidProviderFilter`` loads it."""

    state: NotRequired[str]


class OpenidProviderAnswer(Schema):
    """A provider; never its client's secret."""

    id = plain.String(metadata={"example": "oip_0199b2c3d4e57f0080000000000000aa"})
    organisation_id = plain.String(allow_none=True)
    name = plain.String()
    issuer = plain.String()
    client_id = plain.String()
    redirect_uri = plain.String()
    trusted_amr = plain.List(plain.String())
    trusted_acr = plain.List(plain.String())
    state = plain.String(metadata={"enum": list(STATES)})
    proposed_at = plain.String(metadata={"format": "date-time"})
    ended_at = plain.String(allow_none=True, metadata={"format": "date-time"})


class AwaitedOpenidProviderAnswer(OpenidProviderAnswer):
    """A provider, and the roles that have yet to sign."""

    awaiting = plain.List(plain.String())


class ByProviderBody(Strict):
    """Base of bodies that name the provider to come in by."""

    openid_provider_id = PublicId("oip", required=True)


class SentByProvider(TypedDict):
    """As ``ByProviderBody`` loads it."""

    openid_provider_id: UUID


class OpenidLoginBody(ByProviderBody):
    """By which provider to come in, and whether for the first time."""

    link = Line(most=128, metadata={"description": "A one-time link to join by: `otl_…`."})


class SentOpenidLogin(SentByProvider):
    """As ``OpenidLoginBody`` loads it."""

    link: NotRequired[str]


class OwnOpenidLoginBody(ByProviderBody):
    """The provider to come in by from now on, and a code of the authenticator."""

    code = Line(most=32, metadata={"description": "Needed where there is an authenticator."})


class SentOwnOpenidLogin(SentByProvider):
    """As ``OwnOpenidLoginBody`` loads it."""

    code: NotRequired[str]


class OpenidUnlinkingBody(Strict):
    """A code of the authenticator."""

    code = Line(most=32, metadata={"description": "Needed where there is an authenticator."})


class SentOpenidUnlinking(TypedDict):
    """As ``OpenidUnlinkingBody`` loads it."""

    code: NotRequired[str]


class OpenidLoginAnswer(Schema):
    """Where to send the person, and what the program keeps until they come back."""

    authorization_url = plain.String()
    state = plain.String(metadata={"example": "ost_…"})
    login_secret = plain.String(metadata={"example": "ols_…"})
    expires_at = plain.String(metadata={"format": "date-time"})


@blueprint.route("/v1/openid-providers")
@allow(*STAFF)
@blueprint.lists(OpenidProviderAnswer, "OpenidProviderList", narrowed_by=OpenidProviderFilter)
def list_openid_providers(wanted: WantedOpenidProviders) -> Response:
    """Those of one's organisation, newest first; who acts for the programme sees all."""
    return read_page(_shown, read_openid_providers, by=caller().viewer, state=wanted.get("state"))


@blueprint.route("/v1/openid-providers", methods=["POST"])
@allow(*STAFF, step="openid_provider.propose")
@blueprint.arguments(
    OpenidProviderBody,
    example={
        "name": "省厅统一认证",
        "issuer": "https://login.example.cn",
        "client_id": "tanpuhui",
        "client_secret": "…",
        "redirect_uri": f"https://tanpuhui.example.cn{CALLBACK}",
        "trusted_amr": ["mfa"],
    },
)
@blueprint.response(202, AwaitedOpenidProviderAnswer)
def propose_openid_provider(body: SentOpenidProvider) -> Response:
    """Propose a provider: for an organisation by its administrator, or by the programme.

    An operator and an authority sign it, over which statements of it count as a second factor;
    who acts for the programme has signed with the proposal.
    """
    new = NewOpenidProvider(
        body["organisation_id"],
        body["name"],
        body["issuer"],
        body["client_id"],
        body["client_secret"],
        body["redirect_uri"],
        tuple(body["trusted_amr"]),
        tuple(body["trusted_acr"]),
    )

    def shown(made: list[AwaitedOpenidProvider]) -> JsonObject:
        [one] = made
        return _awaited(one)

    return once(shown, status=202, required=False)(
        propose_openid_providers,
        [new],
        tls_only=wiring().openid.open_net_only,
        identity_key=wiring().settings.identity_key,
        **by_caller(),
    )


@blueprint.route("/v1/openid-providers/<provider_id>/approve", methods=["POST"])
@allow(*APPROVING, step="openid_provider.approve")
@blueprint.signed(200, AwaitedOpenidProviderAnswer)
def sign_openid_provider(provider_id: str) -> Response:
    """Sign; with the second signature, of another person and role, users come in by it."""

    return once(_awaited, status=unless_awaited(200), required=False)(
        approve_openid_provider, parse("oip", provider_id), **by_caller()
    )


@blueprint.route("/v1/openid-providers/<provider_id>/end", methods=["POST"])
@allow(*STAFF, step="openid_provider.end")
@blueprint.arguments(ReasonBody, example={"reason": "Another one takes its place."})
@blueprint.response(200, OpenidProviderAnswer)
def end_provider(body: SentReason, provider_id: str) -> Response:
    """End a provider: nobody comes in by it any more, and sessions that began by it are over."""

    def shown(done: EndedOpenidProvider) -> JsonObject:
        return _shown(done.provider)

    return once_revoking(shown, required=False)(
        end_openid_provider,
        parse("oip", provider_id),
        reason=body["reason"],
        access_lifetime=USER_LIFETIME,
        **by_caller(),
    )


@blueprint.route("/v1/openid-logins", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.arguments(
    OpenidLoginBody, example={"openid_provider_id": "oip_0199b2c3d4e57f0080000000000000aa"}
)
@blueprint.response(201, OpenidLoginAnswer)
def begin_login(body: SentOpenidLogin) -> Response:
    """Begin to come in by a provider: send the person to `authorization_url`.

    They come back to the provider's `redirect_uri` with `code`, `state` and maybe `iss`: send
    those with the `login_secret` to /v1/auth/token, as `authorization_code`. With the `link` of an
    invitation somebody joins so, and needs no password here. A provider opens the account of who
    joined or was linked by it, and nobody else's, and never gives a right.
    """
    return _left(leave(body["openid_provider_id"], LoginPurpose(link=body.get("link"))))


@blueprint.route("/v1/users/me/openid-logins", methods=["POST"])
@no_dry_run
@allow(*STAFF, step="openid_provider.link_own")
@blueprint.arguments(
    OwnOpenidLoginBody,
    example={"openid_provider_id": "oip_0199b2c3d4e57f0080000000000000aa", "code": "492039"},
)
@blueprint.response(201, OpenidLoginAnswer)
def begin_linking(body: SentOwnOpenidLogin) -> Response:
    """Begin to link oneself to a provider: whoever comes back from there is this user ever after.

    It goes on as at /v1/openid-logins.
    """
    purpose = LoginPurpose(user_id=caller().user_id, code=body.get("code"))
    return _left(leave(body["openid_provider_id"], purpose))


@blueprint.route("/v1/users/me/openid-logins/<provider_id>/end", methods=["POST"])
@no_dry_run
@allow(*STAFF, step="openid_provider.unlink_own")
@blueprint.arguments(OpenidUnlinkingBody, example={"code": "492039"})
@blueprint.response(204, description="Unlinked; the user's other sessions have ended")
def end_linking(body: SentOpenidUnlinking, provider_id: str) -> Response:
    """Unlink oneself from a provider: whoever comes back from there is this user no more."""
    change_login(caller(), unlink_openid, parse("oip", provider_id), body.get("code"))
    return Response(status=204)


def _left(left: LeavingLogin) -> Response:
    begun = left.begun
    return json_answer(
        {
            "authorization_url": left.authorization_url,
            "state": begun.state,
            "login_secret": begun.secret,
            "expires_at": moment(begun.expires_at),
        },
        201,
    )


def _awaited(made: AwaitedOpenidProvider) -> JsonObject:
    return {**_shown(made.provider), "awaiting": list(made.awaiting)}


def _shown(provider: OpenidProvider) -> JsonObject:
    whose = provider.organisation_id
    return {
        "id": public("oip", provider.provider_id),
        "organisation_id": public("org", whose) if whose else None,
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "trusted_amr": list(provider.trusted_amr),
        "trusted_acr": list(provider.trusted_acr),
        "state": provider.state,
        "proposed_at": moment(provider.proposed_at),
        "ended_at": moment(provider.ended_at) if provider.ended_at else None,
    }
