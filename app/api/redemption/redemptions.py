"""What a person does with points: show a code at a till, or redeem online and fetch it."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import segno
from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.api.redemption.till import MOST_ITEMS
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.dry_run import DryRun
from app.http.fields import Points, PublicId, Strict, moment
from app.http.once import answer_once
from app.http.pages import limit_and_cursor, page, page_of
from app.ids import UnknownId, parse
from app.shown.barcode import barcode_svg
from app.shown.redemptions import OwnRedemption, for_person
from app.store.database import Connection
from app.store.redemption.codes import get_code
from app.store.redemption.redemptions import get, of_person
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.usecases.redemption.issue_code import issue_code
from app.usecases.redemption.redeem_online import redeem_online
from rewards.redemption import code as codes

blueprint = Blueprint("redemptions", __name__, description="Spending points, for people.")


class CodeBody(Strict):
    """Without ``offer_id`` the code buys whatever the till offers."""

    offer_id = PublicId("ofr", allow_none=True, load_default=None)


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


class VoucherAnswer(OwnRedemption):
    """A held redemption with the code that fetches it at the merchant's till."""

    voucher = plain.Nested(CodeAnswer, allow_none=True)


RedemptionPage = page_of(OwnRedemption, "RedemptionPage")


@blueprint.route("/v1/me/codes", methods=["POST"])
@allow("participant")
@blueprint.arguments(CodeBody, required=False)
@blueprint.response(201, CodeAnswer)
def show_code(body: dict[str, Any]) -> Response:
    """Get a fresh code of 18 digits: good for one minute and for one redemption.

    Nothing is set aside by it; show the next one when it has run out.
    """
    person, present, settings = _person(), now(), wiring().settings
    shown = wiring().database.transact(
        issue_code, person, offer_id=body["offer_id"], code_key=settings.identity_key, now=present
    )
    response = jsonify(_code(shown.code, moment(shown.expires_at)))
    response.status_code = 201
    return response


@blueprint.route("/v1/me/codes/<code>/qr.svg")
@allow("participant")
def code_as_qr(code: str) -> Response:
    """The code as a QR picture, for the person who got it."""
    _own_code(code)
    picture = io.BytesIO()
    segno.make_qr(code, error="m").save(picture, kind="svg", scale=8, border=4)
    return Response(picture.getvalue(), content_type="image/svg+xml")


@blueprint.route("/v1/me/codes/<code>/barcode.svg")
@allow("participant")
def code_as_barcode(code: str) -> Response:
    """The code as a Code 128 barcode, for tills that read no QR."""
    _own_code(code)
    return Response(barcode_svg(code), content_type="image/svg+xml")


@blueprint.route("/v1/redemptions", methods=["POST"])
@allow("participant")
@blueprint.keyed
@blueprint.arguments(DryRun, location="query")
@blueprint.arguments(OnlineBody)
@blueprint.response(201, VoucherAnswer)
@blueprint.alt_response(200, schema=VoucherAnswer, description="What a dry run would have made")
def redeem(query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Redeem online: points and items are held for 24 hours, and a voucher fetches them.

    The merchant's till captures the voucher's code like any other. What is not fetched, or is
    cancelled before, returns.
    """
    person, present, settings = _person(), now(), wiring().settings
    dry = query["dry_run"]

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        voucher = redeem_online(
            connection,
            person,
            body["offer_id"],
            body["quantity"],
            code_key=settings.identity_key,
            now=present,
            dry_run=dry,
        )
        answer = for_person(voucher.redemption, stored=not dry)
        shown = None if dry else _code(voucher.code, answer["expires_at"])
        return {**answer, "voucher": shown}, 200 if dry else 201

    if not dry:
        return answer_once(work)
    answer, status = wiring().database.transact(work)
    response = jsonify(answer)
    response.status_code = status
    return response


@blueprint.route("/v1/me/redemptions")
@allow("participant")
@blueprint.paged
@blueprint.response(200, RedemptionPage)
def list_redemptions() -> dict[str, Any]:
    """All of the person's redemptions, newest first."""
    limit, before = limit_and_cursor()
    person = _person()
    found = wiring().database.transact(of_person, person, before=before, limit=limit + 1)
    rows = [{**for_person(each), "_key": each.redemption_id} for each in found]
    return page(rows, lambda row: row["_key"])


@blueprint.route("/v1/redemptions/<redemption_id>")
@allow("participant")
@blueprint.response(200, OwnRedemption)
def read_redemption(redemption_id: str) -> dict[str, Any]:
    """One of the person's redemptions, however it was made."""
    identifier, person = parse("rdm", redemption_id), _person()
    found = wiring().database.transact(get, person, identifier)
    if found is None:
        raise UnknownId("You have no such redemption.")
    return for_person(found)


@blueprint.route("/v1/redemptions/<redemption_id>/cancel", methods=["POST"])
@allow("participant")
@blueprint.keyed
@blueprint.response(200, OwnRedemption)
def cancel(redemption_id: str) -> Response:
    """Give an online redemption up before it is fetched; points and items return at once."""
    identifier, person, present = parse("rdm", redemption_id), _person(), now()

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        return for_person(cancel_redemption(connection, person, identifier, now=present)), 200

    return answer_once(work)


def _person() -> UUID:
    participant_id = caller().tenant_id
    assert participant_id is not None, "a participant's token names the participant"
    return participant_id


def _code(code: str, expires_at: str) -> dict[str, str]:
    return {
        "code": code,
        "expires_at": expires_at,
        "qr_svg_url": f"/v1/me/codes/{code}/qr.svg",
        "barcode_svg_url": f"/v1/me/codes/{code}/barcode.svg",
    }


def _own_code(code: str) -> None:
    """Refuse to draw what is not a code of the caller that can still be shown."""
    digest = codes.digest(code, wiring().settings.identity_key)
    known = wiring().database.transact(get_code, digest)
    if known is None or known.participant_id != _person() or now() >= known.expires_at:
        raise UnknownId("You have no such code, or its time is over. Ask for a fresh one.")
