"""Consents: who may report what, given and taken back by one press each."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from app.auth import allow_public
from app.http.answers import json_answer
from app.http.current import wiring
from app.http.languages import LANGUAGE
from app.http.pages import cursor_id, page
from app.ids import parse, public
from app.shown.consents import consent_answer
from app.shown.receipts import receipts_of
from app.tokens import Caller
from app.usecases.organisations.read_names import read_names
from app.usecases.people.give_consent import ConsentTerms, give_consent
from app.usecases.people.read_consents import read_consents
from app.usecases.people.read_receipt import read_receipt
from app.usecases.people.withdraw_consent import withdraw_consent
from app.web.account.browser import check_form, field
from app.web.account.pages import language
from app.web.reading import Pages
from app.web.wallet.session import of_person, on, own_login, person_of, wallet_page
from behaviours.json_value import JsonObject
from behaviours.people import Consent
from behaviours.refusal import Refusal

blueprint = Pages("wallet_consent_pages", __name__, description="Consents in the wallet.")
CONSENTS = "/wallet/consents"


@blueprint.route("/wallet/consents")
@allow_public
@blueprint.paged
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_consents(who: Caller) -> Response:
    """What one agreed to, newest first, also what was taken back."""
    return _consents(who)


@blueprint.route("/wallet/consents", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the consents")
@of_person
def send_consent(who: Caller) -> Response:
    """Agree; again to the same is one consent."""
    try:
        check_form()
        own_login(who)
        terms = ConsentTerms(
            parse("org", field("provider_id")), field("scene"), field("text_version")
        )
        wiring().database.transact(
            give_consent, person_of(who), [terms], scenes=wiring().scenes, clock=wiring().clock
        )
    except Refusal as refused:
        return _consents(who, refused)
    return on(CONSENTS)


@blueprint.route("/wallet/consents/<consent_id>")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_consent(who: Caller, consent_id: str) -> Response:
    """One consent: the words that were agreed to."""
    consent, text = wiring().database.transact(
        read_receipt,
        person_of(who),
        parse("con", consent_id),
        viewer=who.viewer,
        scenes=wiring().scenes,
    )
    names = wiring().database.transact(read_names, [consent.organisation_id])
    body = text.bodies.get(language()) or next(iter(text.bodies.values()), None)
    return wallet_page(
        "wallet_consent.html",
        one=consent_answer(consent),
        provider=names.get(consent.organisation_id, ""),
        words=body.body if body else "",
    )


@blueprint.route("/wallet/consents/<consent_id>/receipt")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="application/json", description="The signed receipt")
@blueprint.alt_response(303, description="To the login")
@of_person
def load_receipt(who: Caller, consent_id: str) -> Response:
    """The signed receipt as a file, by a login of one's own."""
    own_login(who)
    consent, text = wiring().database.transact(
        read_receipt,
        person_of(who),
        parse("con", consent_id),
        viewer=who.viewer,
        scenes=wiring().scenes,
    )
    key = wiring().settings.signing_key
    answer = json_answer(receipts_of(person_of(who), consent, text, signing_key=key))
    answer.headers["Content-Disposition"] = f'attachment; filename="{consent_id}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/wallet/consents/<consent_id>/withdraw", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the consents")
@of_person
def send_withdrawal(who: Caller, consent_id: str) -> Response:
    """Take a consent back; by a provider's word only one of that provider."""
    try:
        check_form()
        wiring().database.transact(
            withdraw_consent,
            person_of(who),
            [parse("con", consent_id)],
            clock=wiring().clock,
            of=who.through,
        )
    except Refusal as refused:
        return _consents(who, refused)
    return on(CONSENTS)


def _consents(who: Caller, refused: Refusal | None = None) -> Response:
    most, before = cursor_id()
    transact = wiring().database.transact
    found = transact(read_consents, viewer=who.viewer, before=before, most=most)
    names = transact(read_names, {each.organisation_id for each in found})
    listed = page([_in_a_list(each, names) for each in found], lambda row: str(row["id"])[4:])
    return wallet_page(
        "wallet_consents.html",
        refused,
        rows=listed["data"],
        next_cursor=listed["next_cursor"],
        may_agree=who.through is None,
        by_word_of=public("org", who.through) if who.through else None,
    )


def _in_a_list(consent: Consent, names: dict[UUID, str]) -> JsonObject:
    return {**consent_answer(consent), "provider": names.get(consent.organisation_id, "")}
