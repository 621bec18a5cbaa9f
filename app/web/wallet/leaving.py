"""What one takes along and the way out: both ask for a login of one's own, just now."""

from __future__ import annotations

from flask import Response, request

from app.auth import allow_public
from app.http.answers import json_answer
from app.http.current import now, wiring
from app.http.languages import LANGUAGE
from app.http.queries import no_dry_run
from app.ids import public
from app.shown.departures import departure_receipt
from app.shown.exports import EXPORT_HEADERS, export_document
from app.shown.points import points_answer
from app.tokens import LONGEST_LIFETIME, Caller, tokens
from app.usecases.people.close_account import close_account
from app.usecases.people.read_account import read_account
from app.usecases.people.read_export import read_export
from app.web.account.browser import check_form, field
from app.web.reading import Pages
from app.web.wallet.session import (
    LOGIN,
    is_fresh,
    logged_out,
    of_person,
    on,
    page_behind,
    person_of,
    wallet_page,
)
from behaviours.refusal import Invalid, Refusal

blueprint = Pages("wallet_leaving_pages", __name__, description="Taking along, and leaving.")


class LeavingUnconfirmed(Invalid):
    """The box that says that somebody knows what follows was not ticked."""


@blueprint.route("/wallet/export")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_export(who: Caller) -> Response:
    """What the export holds, and the button that makes it."""
    return wallet_page("wallet_export.html") if is_fresh(who) else _once_more()


@blueprint.route("/wallet/export", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="application/json", description="The export, a file")
@blueprint.alt_response(303, description="To the login")
@of_person
def send_export(who: Caller) -> Response:
    """Everything that is kept of the person, signed."""
    try:
        check_form()
    except Refusal as refused:
        return wallet_page("wallet_export.html", refused)
    if not is_fresh(who):
        return _once_more()
    document = export_document(
        wiring().database.transact(read_export, viewer=who.viewer),
        person_of(who),
        signing_key=wiring().settings.signing_key,
        now=now(),
    )
    answer = json_answer(document)
    answer.headers.update({**EXPORT_HEADERS, "Cache-Control": "no-store"})
    return answer


@blueprint.route("/wallet/leave")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_leaving(who: Caller) -> Response:
    """What follows when one leaves, in numbers."""
    return _leaving(who) if is_fresh(who) else _once_more()


@blueprint.route("/wallet/leave", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def send_leaving(who: Caller) -> Response:
    """Close the account for good; the receipt is in the answer, as nobody can ask for it again."""
    if not is_fresh(who):
        return _once_more()
    try:
        check_form()
        if field("sure") != "yes":
            raise LeavingUnconfirmed(pointer="/sure")
        left, revoked = wiring().database.transact(
            close_account,
            [person_of(who)],
            access_lifetime=LONGEST_LIFETIME,
            clock=wiring().clock,
            rulebook=wiring().rulebook,
            tombstone_months=wiring().programme.people.tombstone_months,
        )
    except Refusal as refused:
        return _leaving(who, refused)
    tokens().take_note(revoked)
    [receipt] = (departure_receipt(each, wiring().settings.signing_key) for each in left)
    return logged_out(wallet_page("wallet_left.html", receipt=receipt))


def _leaving(who: Caller, refused: Refusal | None = None) -> Response:
    found = wiring().database.transact(
        read_account, viewer=who.viewer, now=now(), zone=wiring().zone
    )
    return wallet_page(
        "wallet_leave.html",
        refused,
        id=public("par", found.participant_id),
        points=points_answer(found.points),
        actions=found.saved.actions,
        saved_mg=found.saved.saved_mg,
        months=wiring().programme.people.tombstone_months,
    )


def _once_more() -> Response:
    return on(LOGIN, then=page_behind(request.path), again="1")
