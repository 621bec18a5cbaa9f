"""Users: who acts for the programme and for organisations; they are invited, helped and ended."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.organisations.own_user import STAFF
from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.codes import Code
from app.http.current import by_caller, wiring
from app.http.fields import Line, PublicId, Region, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.reasons import Reasoned, SentReason
from app.http.revoking import once_revoking
from app.http.signing import unless_awaited
from app.http.validators import OneOf
from app.ids import parse
from app.shown.users import (
    InvitedAnswer,
    SeenUserAnswer,
    SessionAnswer,
    UserAnswer,
    invited_answer,
    link_answer,
    seen_user_answer,
    session_answer,
    user_answer,
)
from app.tokens import USER_LIFETIME, tokens
from app.usecases.organisations.end_session import end_session
from app.usecases.organisations.end_user import EndedUser, end_user
from app.usecases.organisations.invite_user import InvitedUser, invite_user
from app.usecases.organisations.invite_users import NewStaff, invite_users
from app.usecases.organisations.limit_area import limit_area
from app.usecases.organisations.link_password import link_password
from app.usecases.organisations.make_link import MadeLink
from app.usecases.organisations.propose_users import ProposedUser, propose_users
from app.usecases.organisations.read_sessions import read_sessions
from app.usecases.organisations.read_user import read_user
from app.usecases.organisations.read_users import read_users
from app.usecases.organisations.reset_factor import reset_factor
from behaviours.json_value import JsonObject
from behaviours.users import DUTIES, MEMBER, PROGRAMME_ROLES, STATES, USERNAME, User

blueprint = Blueprint("users", __name__, description="Who acts for the programme and for others.")


def _username() -> Code:
    return Code(USERNAME, required=True, metadata={"example": "li.wei"})


class ProposalBody(Strict):
    """Somebody who is to act for the programme."""

    username = _username()
    display_name = Line(required=True, most=100, metadata={"example": "李伟"})
    role = plain.String(
        required=True, validate=OneOf(PROGRAMME_ROLES), metadata={"enum": list(PROGRAMME_ROLES)}
    )


class SentProposal(TypedDict):
    """As ``ProposalBody`` loads it."""

    username: str
    display_name: str
    role: str


class StaffBody(Strict):
    """Somebody who is to act for an organisation."""

    username = _username()
    display_name = Line(required=True, most=100, metadata={"example": "李伟"})
    duty = plain.String(
        load_default=MEMBER,
        validate=OneOf(DUTIES),
        metadata={
            "enum": list(DUTIES),
            "description": "An administrator lets in and ends the organisation's users.",
        },
    )


class SentStaff(TypedDict):
    """As ``StaffBody`` loads it."""

    username: str
    display_name: str
    duty: str


class ReasonBody(Reasoned):
    """Why; it is kept."""


class AreaBody(ReasonBody):
    """The city that a user answers for; null: no limit."""

    region = Region(
        required=True,
        allow_none=True,
        metadata={"example": "CN-330100", "description": "A city; null lifts the limit."},
    )


class SentArea(SentReason):
    """As ``AreaBody`` loads it."""

    region: str | None


class AreaAnswer(UserAnswer):
    """A user, the city that they answer for now, and who has yet to sign another."""

    region = plain.String(allow_none=True, metadata={"example": "CN-330100"})
    awaiting = plain.List(plain.String(metadata={"enum": list(PROGRAMME_ROLES)}))


class UserFilter(OfAPage):
    """Which users."""

    organisation_id = PublicId("org")
    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})


class WantedUsers(WantedPage, total=False):
    """As ``UserFilter`` loads it."""

    organisation_id: NotRequired[UUID]
    state: NotRequired[str]


class AwaitingUser(UserAnswer):
    """A user, and whose signatures their end awaits."""

    awaiting = plain.List(plain.String())


class ResetAnswer(InvitedAnswer):
    """A user, how many people have yet to sign, and the link once nobody has."""

    awaiting = plain.Integer()  # type: ignore[assignment]


@blueprint.route("/v1/users")
@allow(*STAFF)
@blueprint.lists(UserAnswer, "UserList", narrowed_by=UserFilter)
def list_users(wanted: WantedUsers) -> Response:
    """Users of one's organisation; operators and authorities see all. Newest first."""
    return read_page(
        user_answer,
        read_users,
        by=caller().viewer,
        organisation_id=wanted.get("organisation_id"),
        state=wanted.get("state"),
    )


@blueprint.route("/v1/users", methods=["POST"])
@allow(*PROGRAMME_ROLES, step="user.propose")
@blueprint.arguments(
    ProposalBody, example={"username": "li.wei", "display_name": "李伟", "role": "operator"}
)
@blueprint.response(202, InvitedAnswer)
def propose_user(body: SentProposal) -> Response:
    """Propose somebody to act for the programme, and sign; the other role invites them."""
    return once(_first, status=202, required=False)(
        propose_users, [ProposedUser(**body)], **by_caller()
    )


@blueprint.route("/v1/organisations/<organisation_id>/users", methods=["POST"])
@allow(*STAFF, step="user.invite")
@blueprint.arguments(
    StaffBody,
    example={"username": "wang.fang", "display_name": "王芳", "duty": "administrator"},
)
@blueprint.response(201, InvitedAnswer)
def invite_staff(body: SentStaff, organisation_id: str) -> Response:
    """Invite somebody to act for an organisation: by one of its administrators, or the programme.

    The link in the answer is shown this once: hand it to the person and to nobody else.
    """
    return once(_first, status=201, required=False)(
        invite_users, parse("org", organisation_id), [NewStaff(**body)], **by_caller()
    )


@blueprint.route("/v1/users/<user_id>")
@allow(*STAFF)
@blueprint.response(200, SeenUserAnswer)
def show_user(user_id: str) -> Response:
    """A user, and what proves them besides the password."""
    seen = wiring().database.transact(
        read_user, parse("usr", user_id), by=caller().viewer, now=wiring().clock.real_now()
    )
    return json_answer(seen_user_answer(seen))


@blueprint.route("/v1/users/<user_id>/invite", methods=["POST"])
@allow(*STAFF, step="user.approve")
@blueprint.signed(201, InvitedAnswer)
def sign_invitation(user_id: str) -> Response:
    """Sign for somebody proposed; of somebody invited, make a link that replaces the last one."""

    return once(invited_answer, status=unless_awaited(201), required=False)(
        invite_user, parse("usr", user_id), **by_caller()
    )


@blueprint.route("/v1/users/<user_id>/password-link", methods=["POST"])
@allow(*STAFF, step="user.link_password")
@blueprint.response(201, InvitedAnswer)
def make_password_link(user_id: str) -> Response:
    """A link to another password, for a user who forgot theirs or is locked.

    It opens with a code of the user's authenticator alone, so nobody else can use it.
    """
    return once(invited_answer, status=201, required=False)(
        link_password, parse("usr", user_id), **by_caller()
    )


@blueprint.route("/v1/users/<user_id>/second-factor/reset", methods=["POST"])
@allow(*STAFF, step="user.reset_factor")
@blueprint.arguments(ReasonBody, example={"reason": "The phone was lost on 2 March."})
@blueprint.signed(201, ResetAnswer, description="Another person has yet to sign")
def sign_factor_reset(body: SentReason, user_id: str) -> Response:
    """Sign that a user lost their authenticator; the second person gets a link to another one.

    It opens with the user's password alone, so nobody else can use it.
    """

    def shown(done: tuple[User, int, MadeLink | None]) -> JsonObject:
        user, awaiting, link = done
        made = link_answer(link) if link else None
        return {**user_answer(user), "awaiting": awaiting, "link": made}

    return once(shown, status=lambda done: 202 if done[1] else 201, required=False)(
        reset_factor, parse("usr", user_id), reason=body["reason"], **by_caller()
    )


@blueprint.route("/v1/users/<user_id>/end", methods=["POST"])
@allow(*STAFF, step="user.end")
@blueprint.arguments(ReasonBody, example={"reason": "Left the company on 1 March."})
@blueprint.signed(200, AwaitingUser)
def sign_end(body: SentReason, user_id: str) -> Response:
    """End a user; who acts for the programme is ended by two people, and never as the last one."""

    def shown(done: EndedUser) -> JsonObject:
        return {**user_answer(done.user), "awaiting": list(done.awaiting)}

    return once_revoking(shown, status=unless_awaited(200), required=False)(
        end_user,
        parse("usr", user_id),
        reason=body["reason"],
        access_lifetime=USER_LIFETIME,
        **by_caller(),
    )


@blueprint.route("/v1/users/<user_id>/area", methods=["POST"])
@allow(*PROGRAMME_ROLES, step="user.limit")
@blueprint.arguments(AreaBody, example={"region": "CN-330100", "reason": "Hangzhou's own desk."})
@blueprint.signed(200, AreaAnswer)
def limit_user(body: SentArea, user_id: str) -> Response:
    """Limit a user of the programme to one city, or lift the limit with `region: null`.

    One of the authority limits. That somebody answers for another city, or for all again, is done
    once an operator and the authority have signed the same; `GET /v1/proposals` has what waits.
    It holds from the user's next request on, whatever token they have. They then see and decide
    what was done in that city alone: holds, actions and complaints; the rest answers 403.
    """

    def shown(done: tuple[User, str | None, list[str]]) -> JsonObject:
        user, region, awaiting = done
        return {**user_answer(user), "region": region, "awaiting": [*awaiting]}

    return once(shown, status=lambda done: 202 if done[2] else 200, required=False)(
        limit_area, parse("usr", user_id), body["region"], reason=body["reason"], **by_caller()
    )


@blueprint.route("/v1/users/<user_id>/sessions")
@allow(*STAFF)
@blueprint.lists(SessionAnswer, "SessionList")
def list_sessions(user_id: str) -> Response:
    """Where a user whom one administers is logged in, newest first."""
    return read_page(
        lambda session: session_answer(session, session.session_id == caller().login_id),
        read_sessions,
        parse("usr", user_id),
        by=caller().viewer,
        now=wiring().clock.real_now(),
    )


@blueprint.route("/v1/users/<user_id>/sessions/<session_id>", methods=["DELETE"])
@allow(*STAFF, step="session.end")
@blueprint.response(200, Schema)
def end_session_of(user_id: str, session_id: str) -> JsonObject:
    """End a session of a user whom one administers; its tokens are dead within a second."""
    names = wiring().database.transact(
        end_session,
        parse("usr", user_id),
        parse("ses", session_id),
        access_lifetime=USER_LIFETIME,
        **by_caller(),
    )
    tokens().take_note(names)
    return {}


def _first(made: list[InvitedUser]) -> JsonObject:
    [one] = made
    return invited_answer(one)
