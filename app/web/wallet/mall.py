"""The mall: what points buy, buying it, and what one bought."""

from __future__ import annotations

import re
import secrets
from typing import Final, NotRequired

from flask import Response, request

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.faults import invalid
from app.http.fields import Line
from app.http.pages import cursor_id, page
from app.ids import parse, public
from app.shown.redemptions import MOST_ITEMS, for_everybody, for_person
from app.tokens import Caller
from app.usecases.people.read_account import read_account
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.usecases.redemption.read_codes import read_codes
from app.usecases.redemption.read_offer import read_offer
from app.usecases.redemption.read_offers_on_sale import read_offers_on_sale
from app.usecases.redemption.read_redemption import read_redemption
from app.usecases.redemption.read_redemptions import read_redemptions
from app.usecases.redemption.redeem_online import redeem_online
from app.web.account.browser import check_form, field
from app.web.cookies import cookie, forget, set_cookie
from app.web.page_query import PageQuery, SentPageQuery
from app.web.reading import Pages
from app.web.wallet.code import drawn
from app.web.wallet.session import (
    MOST_TYPED,
    VOUCHER,
    of_person,
    on,
    own_login,
    person_of,
    wallet_page,
)
from behaviours.refusal import Refusal
from rewards.redemption.redemption import HELD

blueprint = Pages("wallet_mall_pages", __name__, description="What points buy, for a person.")

# The digits that fetch what was just redeemed: they are told once, so this browser keeps them.
_KEPT_S: Final = 24 * 3600
_LONGEST_KEY: Final = 64
_WHOLE: Final = re.compile(r"[0-9]{1,4}")


class OfferAsked(PageQuery):
    """What was typed before the session ended comes back with who logged in again."""

    quantity = Line(most=MOST_TYPED, metadata={"description": "What the form begins with."})


class SentOfferPage(SentPageQuery):
    """As ``OfferAsked`` loads it."""

    quantity: NotRequired[str]


@blueprint.route("/wallet/mall")
@allow_public
@blueprint.paged
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_mall(who: Caller) -> Response:
    """What is on sale for people of one's region."""
    most, before = cursor_id()
    transact = wiring().database.transact
    account = transact(read_account, viewer=who.viewer, now=now(), zone=wiring().zone)
    found = transact(
        read_offers_on_sale, region=account.saved.region, now=now(), before=before, most=most
    )
    listed = page([for_everybody(each) for each in found], lambda row: str(row["id"])[4:])
    return wallet_page(
        "wallet_mall.html",
        rows=listed["data"],
        next_cursor=listed["next_cursor"],
        available=account.points.available,
    )


@blueprint.route("/wallet/mall/<offer_id>")
@allow_public
@blueprint.arguments(OfferAsked, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
@blueprint.alt_response(303, description="To the login")
@of_person
def show_offer(who: Caller, _asked: SentOfferPage, offer_id: str) -> Response:
    """One offer, and the form that redeems it."""
    return _offer(who, offer_id)


@blueprint.route("/wallet/mall/<offer_id>", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the redemption")
@of_person
def send_redemption(who: Caller, offer_id: str) -> Response:
    """Redeem online; the same form again is the same redemption."""
    try:
        check_form()
        own_login(who)
        made = wiring().database.transact(
            redeem_online,
            person_of(who),
            parse("ofr", offer_id),
            _quantity(field("quantity")),
            client_reference=f"wallet:{field('idempotency_key')[:_LONGEST_KEY]}",
            code_key=wiring().settings.identity_key,
            zone=wiring().zone,
            clock=wiring().clock,
        )
    except Refusal as refused:
        return _offer(who, offer_id, refused)
    identifier = public("rdm", made.redemption.redemption_id)
    answer = on(f"/wallet/redemptions/{identifier}")
    if made.code:
        set_cookie(answer, VOUCHER, f"{identifier}~{made.code}", max_age_s=_KEPT_S)
    return answer


@blueprint.route("/wallet/redemptions")
@allow_public
@blueprint.paged
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_redemptions(who: Caller) -> Response:
    """All that one redeemed, newest first."""
    most, before = cursor_id()
    found = wiring().database.transact(read_redemptions, who.viewer, before=before, most=most)
    listed = page([for_person(each) for each in found], lambda row: str(row["id"])[4:])
    return wallet_page(
        "wallet_redemptions.html", rows=listed["data"], next_cursor=listed["next_cursor"]
    )


@blueprint.route("/wallet/redemptions/<redemption_id>")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_redemption(who: Caller, redemption_id: str) -> Response:
    """One redemption; of what is to be fetched the code, in the browser that redeemed it."""
    return _redemption(who, redemption_id)


@blueprint.route("/wallet/redemptions/<redemption_id>/cancel", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the redemption")
@of_person
def send_cancel(who: Caller, redemption_id: str) -> Response:
    """Give it up before it is fetched; again changes nothing."""
    try:
        check_form()
        own_login(who)
        wiring().database.transact(
            cancel_redemption, person_of(who), parse("rdm", redemption_id), clock=wiring().clock
        )
    except Refusal as refused:
        return _redemption(who, redemption_id, refused)
    answer = on(f"/wallet/redemptions/{redemption_id}")
    forget(answer, VOUCHER)
    return answer


def _quantity(typed: str) -> int:
    """Raises ValidationFailed."""
    told = typed.strip()
    if not _WHOLE.fullmatch(told) or not 1 <= int(told) <= MOST_ITEMS:
        raise invalid("/quantity", "OUT_OF_RANGE", "number", least=1, most=MOST_ITEMS)
    return int(told)


def _offer(who: Caller, offer_id: str, refused: Refusal | None = None) -> Response:
    transact = wiring().database.transact
    found = transact(read_offer, None, parse("ofr", offer_id))
    account = transact(read_account, viewer=who.viewer, now=now(), zone=wiring().zone)
    return wallet_page(
        "wallet_offer.html",
        refused,
        one=for_everybody(found),
        available=account.points.available,
        may_redeem=who.through is None,
        # Drawn again after a refusal it is another one; sent twice it is the same.
        key=secrets.token_urlsafe(16),
        quantity=request.values.get("quantity", "1")[:10],
    )


def _redemption(who: Caller, redemption_id: str, refused: Refusal | None = None) -> Response:
    known, transact = parse("rdm", redemption_id), wiring().database.transact
    found = transact(read_redemption, who.viewer, known)
    codes = transact(read_codes, who.viewer, known, identity_key=wiring().settings.identity_key)
    kept, _, code = (cookie(VOUCHER) or "").partition("~")
    is_open = found.state == HELD
    shows_code = is_open and kept == redemption_id and code.isascii() and code.isdigit()
    return wallet_page(
        "wallet_redemption.html",
        refused,
        one=for_person(found),
        codes=codes,
        is_open=is_open,
        may_cancel=is_open and who.through is None,
        code=drawn(code) if shows_code else None,
    )
