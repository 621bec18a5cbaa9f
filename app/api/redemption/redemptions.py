"""What a person does with points: show a code at a till, or redeem online and fetch it."""

from __future__ import annotations

import io
from typing import NotRequired, TypedDict
from uuid import UUID

import segno
from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, now, wiring
from app.http.dry_run import AsIf, tried
from app.http.fields import ClientReference, Points, PublicId, Strict, moment
from app.http.once import lasting_reference, once
from app.http.pages import read_page
from app.ids import parse
from app.shown.barcode import barcode_svg
from app.shown.redemptions import MOST_ITEMS, OwnRedemption, for_person
from app.usecases.people.see_ward import see_ward
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.usecases.redemption.issue_code import issue_code
from app.usecases.redemption.read_own_code import read_own_code
from app.usecases.redemption.read_redemption import read_redemption as redemption_for
from app.usecases.redemption.read_redemptions import read_redemptions
from app.usecases.redemption.redeem_online import Voucher, redeem_online
from behaviours.guardians import GuardianCannotRedeem
from behaviours.json_value import JsonObject

blueprint = Blueprint("redemptions", __name__, description="Spending points, for people.")


class CodeBody(Strict):
    """Without ``offer_id`` the code buys whatever the till offers."""

    offer_id = PublicId("ofr", allow_none=True, load_default=None)


class SentCodeRequest(TypedDict):
    """As ``CodeBody`` loads it."""

    offer_id: UUID | None


class CodeAnswer(Schema):
    """A code to be shown at a till. It is answered once and stored nowhere in clear."""

    code = plain.String(metadata={"example": "620123456789012345"})
    expires_at = plain.String(metadata={"format": "date-time"})
    qr_svg_url = plain.String(metadata={"example": "/v1/me/codes/620123456789012345/qr.svg"})
    barcode_svg_url = plain.String(
        metadata={"example": "/v1/me/codes/620123456789012345/barcode.svg"}
    )


class OnlineBody(Strict):
    """Which offer, and how many of it."""

    offer_id = PublicId("ofr", required=True)
    quantity = Points(least=1, most=MOST_ITEMS, load_default=1)
    client_reference = ClientReference()


class SentOnlineOrder(TypedDict):
    """As ``OnlineBody`` loads it."""

    offer_id: UUID
    quantity: int
    client_reference: NotRequired[str]


class VoucherAnswer(OwnRedemption):
    """A held redemption with the code that fetches it at the merchant's till."""

    voucher = plain.Nested(CodeAnswer, allow_none=True)


@blueprint.route("/v1/me/codes", methods=["POST"])
@allow("participant", by_word=True)
@blueprint.arguments(CodeBody, required=False)
@blueprint.response(201, CodeAnswer)
def show_code(body: SentCodeRequest) -> Response:
    """Get a fresh code of 18 digits: good for one redemption, until ``expires_at``.

    Nothing is set aside by it; show the next one when it has run out.
    """
    return _shown_code(asking_participant(), body)


@blueprint.route("/v1/me/wards/<participant_id>/codes", methods=["POST"])
@allow("participant")
@blueprint.arguments(CodeBody, required=False)
@blueprint.response(201, CodeAnswer)
def show_code_for_child(body: SentCodeRequest, participant_id: str) -> Response:
    """Get a code for a child's points, where the programme lets a guardian do so."""
    child = parse("par", participant_id)
    wiring().database.transact(see_ward, asking_participant(), child, clock=wiring().clock)
    if not wiring().programme.people.guardian_redeems:
        raise GuardianCannotRedeem
    return _shown_code(child, body)


@blueprint.route("/v1/me/codes/<code>/qr.svg")
@allow("participant", by_word=True)
@blueprint.response(200, content_type="image/svg+xml", description="A picture")
def code_as_qr(code: str) -> Response:
    """The code as a QR picture, for the person who got it."""
    _own_code(code)
    picture = io.BytesIO()
    segno.make_qr(code, error="m").save(picture, kind="svg", scale=8, border=4)
    return Response(picture.getvalue(), content_type="image/svg+xml")


@blueprint.route("/v1/me/codes/<code>/barcode.svg")
@allow("participant", by_word=True)
@blueprint.response(200, content_type="image/svg+xml", description="A picture")
def code_as_barcode(code: str) -> Response:
    """The code as a Code 128 barcode, for tills that read no QR."""
    _own_code(code)
    return Response(barcode_svg(code), content_type="image/svg+xml")


@blueprint.route("/v1/redemptions", methods=["POST"])
@allow("participant")
@tried(blueprint, OnlineBody, VoucherAnswer)
def redeem(query: AsIf, body: SentOnlineOrder) -> Response:
    """Redeem online: points and items are held for 24 hours, and a voucher fetches them.

    The merchant's till captures the voucher's code like any other. What is not fetched, or is
    cancelled before, returns. Of what is no goods nothing is fetched: it is theirs at once, and
    the codes of a voucher offer are read at `…/codes`.
    """
    person, wanted = asking_participant(), (body["offer_id"], body["quantity"])
    key, zone, clock = wiring().settings.identity_key, wiring().zone, wiring().clock
    if not query["dry_run"]:
        return once(_voucher_answer, status=201)(
            redeem_online,
            person,
            *wanted,
            client_reference=lasting_reference(body.get("client_reference")),
            code_key=key,
            zone=zone,
            clock=clock,
        )
    voucher = wiring().database.transact(
        redeem_online,
        person,
        *wanted,
        client_reference="",
        code_key=key,
        zone=zone,
        clock=clock,
        dry_run=True,
    )
    return json_answer({**for_person(voucher.redemption, stored=False), "voucher": None})


@blueprint.route("/v1/me/redemptions")
@allow("participant", by_word=True)
@blueprint.lists(OwnRedemption, "RedemptionPage")
def list_redemptions() -> Response:
    """All of the person's redemptions, newest first."""
    return read_page(for_person, read_redemptions, caller().viewer)


@blueprint.route("/v1/redemptions/<redemption_id>")
@allow("participant", by_word=True)
@blueprint.response(200, OwnRedemption)
def read_redemption(redemption_id: str) -> JsonObject:
    """One of the person's redemptions, however it was made."""
    identifier, viewer = parse("rdm", redemption_id), caller().viewer
    return for_person(wiring().database.transact(redemption_for, viewer, identifier))


@blueprint.route("/v1/redemptions/<redemption_id>/cancel", methods=["POST"])
@allow("participant")
@blueprint.keyed
@blueprint.response(200, OwnRedemption)
def cancel(redemption_id: str) -> Response:
    """Give an online redemption up before it is fetched; points and items return at once."""
    identifier, person = parse("rdm", redemption_id), asking_participant()
    return once(for_person)(cancel_redemption, person, identifier, clock=wiring().clock)


def _voucher_answer(voucher: Voucher) -> JsonObject:
    redemption = voucher.redemption
    # A code is shown once; whoever repeats the request later asks for a new one.
    if not voucher.code:
        return {**for_person(redemption), "voucher": None}
    assert redemption.expires_at is not None, "what is held is held until a moment"
    code = _code(voucher.code, moment(redemption.expires_at))
    return {**for_person(redemption), "voucher": code}


def _code(code: str, expires_at: str) -> dict[str, str]:
    return {
        "code": code,
        "expires_at": expires_at,
        "qr_svg_url": f"/v1/me/codes/{code}/qr.svg",
        "barcode_svg_url": f"/v1/me/codes/{code}/barcode.svg",
    }


def _own_code(code: str) -> None:
    """Refuse to draw what is not a code of the caller that can still be shown."""
    key = wiring().settings.identity_key
    wiring().database.transact(read_own_code, caller().viewer, code, code_key=key, now=now())


def _shown_code(participant_id: UUID, body: SentCodeRequest) -> Response:
    shown = wiring().database.transact(
        issue_code,
        participant_id,
        offer_id=body["offer_id"],
        code_key=wiring().settings.identity_key,
        lifetime=wiring().programme.code_lifetime,
        clock=wiring().clock,
    )
    return json_answer(_code(shown.code, moment(shown.expires_at)), 201)
