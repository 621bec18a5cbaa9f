"""Users, their sessions and one-time links, as answers."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from app.secrecy.one_time_codes import authenticator
from app.usecases.organisations.invite_user import InvitedUser
from app.usecases.organisations.make_link import MadeLink
from app.usecases.organisations.read_link import OpenedLink
from app.usecases.organisations.read_user import UserSeen
from behaviours.json_value import JsonObject
from behaviours.one_time_links import LEAST_PASSWORD, PURPOSES
from behaviours.sessions import UserSession
from behaviours.users import DUTIES, STATES, User
from behaviours.viewer import CASHIER

# Where a browser that opens a one-time link is led to.
LINK_PAGES = "/links/"


class UserAnswer(Schema):
    """Somebody who acts for the programme, or for an organisation."""

    id = plain.String(metadata={"example": "usr_0199b2c3d4e57f0080000000000000aa"})
    username = plain.String(metadata={"example": "li.wei"})
    display_name = plain.String(metadata={"example": "李伟"})
    role = plain.String()
    organisation_id = plain.String(allow_none=True)
    duty = plain.String(allow_none=True, metadata={"enum": [*DUTIES, CASHIER, None]})
    state = plain.String(metadata={"enum": list(STATES)})
    created_at = plain.String(metadata=AS_MOMENT)
    ended_at = plain.String(allow_none=True, metadata=AS_MOMENT)


class SeenUserAnswer(UserAnswer):
    """A user, and what proves them besides the password."""

    second_factor = plain.Boolean()
    recovery_codes_left = plain.Integer()
    openid_providers = plain.List(
        plain.String(), metadata={"description": "By which the user comes in, too."}
    )
    recovery_from = plain.String(
        allow_none=True,
        metadata={
            **AS_MOMENT,
            "description": "When a way back is good; it can be stopped till then.",
        },
    )


class OneTimeLinkAnswer(Schema):
    """A one-time link, shown this once. Who opens it is told what to send."""

    purpose = plain.String(metadata={"enum": list(PURPOSES)})
    url = plain.String(metadata={"example": "/v1/one-time-links/otl_…"})
    good_from = plain.String(
        allow_none=True, metadata={**AS_MOMENT, "description": "Null: at once."}
    )
    expires_at = plain.String(metadata=AS_MOMENT)


class RecoveryAnswer(UserAnswer):
    """A user, and what the signer is given: the first one a release code, the second one a link."""

    release_code = plain.String(allow_none=True, metadata={"description": "Shown this once."})
    link = plain.Nested(OneTimeLinkAnswer, allow_none=True)


class InvitedAnswer(UserAnswer):
    """A user, whose signatures are awaited, and the link once there is one."""

    awaiting = plain.List(plain.String())
    link = plain.Nested(OneTimeLinkAnswer, allow_none=True)


class SessionAnswer(Schema):
    """A login that goes on."""

    id = plain.String(metadata={"example": "ses_0199b2c3d4e57f0080000000000000aa"})
    started_at = plain.String(metadata=AS_MOMENT)
    last_used_at = plain.String(metadata=AS_MOMENT)
    expires_at = plain.String(metadata=AS_MOMENT)
    address = plain.String()
    user_agent = plain.String(allow_none=True)
    openid_provider_id = plain.String(
        allow_none=True, metadata={"description": "By which it began; null: by a password."}
    )
    current = plain.Boolean(metadata={"description": "Whether it is the one that asks."})


class AuthenticatorAnswer(Schema):
    """What an authenticator app is given: the secret to type, or the address of a QR code."""

    secret = plain.String()
    otpauth_uri = plain.String()


class OpenedLinkAnswer(Schema):
    """What a link is for, and what to send to it."""

    purpose = plain.String(metadata={"enum": list(PURPOSES)})
    username = plain.String()
    display_name = plain.String()
    role = plain.String()
    organisation = plain.String(allow_none=True)
    expires_at = plain.String(metadata=AS_MOMENT)
    least_password_length = plain.Integer()
    authenticator = plain.Nested(AuthenticatorAnswer, allow_none=True)


def user_answer(user: User) -> JsonObject:
    """A user as an answer."""
    whose = user.organisation_id
    return {
        "id": public("usr", user.user_id),
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role,
        "organisation_id": public("org", whose) if whose else None,
        "duty": user.duty,
        "state": user.state,
        "created_at": moment(user.created_at),
        "ended_at": moment(user.ended_at) if user.ended_at else None,
    }


def seen_user_answer(seen: UserSeen) -> JsonObject:
    """A user with what proves them."""
    return {
        **user_answer(seen.user),
        "second_factor": seen.has_factor,
        "recovery_codes_left": seen.codes_left,
        "openid_providers": [public("oip", each) for each in seen.openid_providers],
        "recovery_from": moment(seen.recovery_from) if seen.recovery_from else None,
    }


def link_path(token: str) -> str:
    """Where a one-time link leads, below the address of the installation."""
    return f"/v1/one-time-links/{token}"


def link_answer(link: MadeLink) -> JsonObject:
    """A link with its token."""
    return {
        "purpose": link.purpose,
        "url": link_path(link.token),
        "good_from": moment(link.good_from) if link.good_from else None,
        "expires_at": moment(link.expires_at),
    }


def invited_answer(invited: InvitedUser) -> JsonObject:
    """A user, what is awaited, and the link."""
    return {
        **user_answer(invited.user),
        "awaiting": list(invited.awaiting),
        "link": link_answer(invited.link) if invited.link else None,
    }


def session_answer(session: UserSession, current: bool) -> JsonObject:
    """A session; ``current``: it is the one that asks."""
    by = session.openid_provider_id
    return {
        "id": public("ses", session.session_id),
        "started_at": moment(session.started_at),
        "last_used_at": moment(session.last_used_at),
        "expires_at": moment(session.expires_at),
        "address": session.address,
        "user_agent": session.user_agent,
        "openid_provider_id": public("oip", by) if by else None,
        "current": current,
    }


def opened_link_answer(opened: OpenedLink, *, programme: str, identity_key: bytes) -> JsonObject:
    """What a link is for; with the authenticator that it sets up, in the programme's name."""
    user, link = opened.user, opened.link
    shown: JsonObject | None = None
    if link.sets_up_factor:
        totp = authenticator(link.factor_id, identity_key)
        uri = totp.provisioning_uri(name=user.username, issuer_name=programme)
        shown = {"secret": totp.secret, "otpauth_uri": uri}
    return {
        "purpose": link.purpose,
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role,
        "organisation": opened.organisation,
        "expires_at": moment(link.expires_at),
        "least_password_length": LEAST_PASSWORD,
        "authenticator": shown,
    }
