"""A person's sessions: where they are logged in, by whose word, and through which app."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, wiring
from app.http.fields import AS_MOMENT, moment
from app.http.pages import read_page
from app.ids import parse, public
from app.tokens import USER_LIFETIME, tokens
from app.usecases.people.end_own_session import end_own_session
from app.usecases.people.read_own_sessions import read_own_sessions
from behaviours.apps import AppSession
from behaviours.json_value import JsonObject

blueprint = Blueprint("own sessions", __name__, description="Where a person is logged in.")


class SessionAppAnswer(Schema):
    """The app through which a session was opened."""

    id = plain.String(metadata={"example": "app_0199b2c3d4e57f0080000000000000aa"})
    name_zh = plain.String(metadata={"example": "湖滨地铁"})
    name_en = plain.String(metadata={"example": "Lakeside Metro"})


class PersonSessionAnswer(Schema):
    """A session that goes on."""

    id = plain.String(metadata={"example": "ses_0199b2c3d4e57f0080000000000000aa"})
    app = plain.Nested(
        SessionAppAnswer,
        allow_none=True,
        metadata={"description": "null: whoever came in named no app."},
    )
    provider_id = plain.String(
        allow_none=True,
        metadata={"description": "By whose word it was opened; null: by your own login."},
    )
    started_at = plain.String(metadata=AS_MOMENT)
    last_used_at = plain.String(metadata=AS_MOMENT)
    expires_at = plain.String(metadata=AS_MOMENT)
    current = plain.Boolean(metadata={"description": "The one in which this was asked."})


@blueprint.route("/v1/me/sessions")
@allow("participant", by_word=True)
@blueprint.lists(PersonSessionAnswer, "PersonSessions")
def list_own_sessions() -> Response:
    """Where I am logged in, newest first: through which app, and by whose word if not by mine.

    A session of a provider's word ends when I unlink the provider, and each ends with its app.
    """
    return read_page(
        lambda session: _shown(session, current=session.session_id == caller().login_id),
        read_own_sessions,
        asking_participant(),
        clock=wiring().clock,
    )


@blueprint.route("/v1/me/sessions/<session_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(200, Schema)
def end_one_session(session_id: str) -> JsonObject:
    """End one of my sessions, wherever it is; its tokens are dead within a second.

    Again changes nothing. It needs a login of my own: who came in by a provider's word ends no
    other session; `POST /v1/auth/revoke` ends the token that one holds.
    """
    names = wiring().database.transact(
        end_own_session,
        asking_participant(),
        parse("ses", session_id),
        access_lifetime=USER_LIFETIME,
        clock=wiring().clock,
    )
    tokens().take_note(names)
    return {}


def _shown(session: AppSession, *, current: bool) -> JsonObject:
    app = session.app
    return {
        "id": public("ses", session.session_id),
        "app": {"id": public("app", app.app_id), "name_zh": app.name_zh, "name_en": app.name_en}
        if app
        else None,
        "provider_id": public("org", session.provider_id) if session.provider_id else None,
        "started_at": moment(session.started_at),
        "last_used_at": moment(session.last_used_at),
        "expires_at": moment(session.expires_at),
        "current": current,
    }
