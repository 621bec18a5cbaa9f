"""Ways back for users who lost everything that proves them: begun by two, stopped by anybody."""

from __future__ import annotations

from flask import Response

from app.api.organisations.own_user import STAFF
from app.api.organisations.users import ReasonBody
from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.once import once, step_of
from app.http.reasons import SentReason
from app.ids import parse
from app.shown.users import RecoveryAnswer, UserAnswer, link_answer, user_answer
from app.usecases.organisations.sign_recovery import SignedRecovery, sign_recovery
from app.usecases.organisations.stop_recovery import stop_recovery
from behaviours.json_value import JsonObject

blueprint = Blueprint("recoveries", __name__, description="Ways back for who lost everything.")


@blueprint.route("/v1/users/<user_id>/recovery", methods=["POST"])
@allow(*STAFF, step="user.recover")
@blueprint.arguments(ReasonBody, example={"reason": "Phone and paper burnt on 2 March."})
@blueprint.signed(201, RecoveryAnswer, description="Another person has yet to sign")
def sign_user_recovery(body: SentReason, user_id: str) -> Response:
    """Sign that a user lost both the password and the second factor.

    The first of two people gets a release code, the second one a link; the user needs both, so that
    neither can become them. The link is good after a day, in which the user and everybody who
    administers them can stop it. A new password and a new authenticator come with it.
    """

    def shown(done: SignedRecovery) -> JsonObject:
        link = link_answer(done.link) if done.link else None
        return {**user_answer(done.user), "release_code": done.release_code, "link": link}

    return once(shown, status=lambda done: 201 if done.link else 202, required=False)(
        sign_recovery,
        parse("usr", user_id),
        reason=body["reason"],
        signed_for=wiring().programme.signed_for,
        identity_key=wiring().settings.identity_key,
        **by_caller(),
    )


@blueprint.route("/v1/users/<user_id>/recovery/stop", methods=["POST"])
@allow(*STAFF, step="user.stop_recovery")
@blueprint.arguments(ReasonBody, example={"reason": "I have lost nothing."})
@blueprint.response(200, UserAnswer)
def stop_user_recovery(body: SentReason, user_id: str) -> Response:
    """Stop a way back, by the user or by anybody who administers them: both have to sign anew."""
    return step_of("usr", user_answer)(
        stop_recovery,
        user_id,
        reason=body["reason"],
        signed_for=wiring().programme.signed_for,
        **by_caller(),
    )
