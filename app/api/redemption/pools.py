"""Codes of voucher offers: a merchant loads them, and who redeemed one reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.body import large_body
from app.http.current import wiring
from app.http.faults import invalid
from app.http.fields import Line, Strict
from app.http.validators import Count
from app.ids import parse
from app.usecases.redemption.load_codes import load_codes
from app.usecases.redemption.read_codes import read_codes as codes_for
from app.usecases.redemption.read_pool import read_pool as pool_of
from behaviours.json_value import JsonObject
from rewards.redemption.pool import LONGEST_CODE, MOST_CODES, PoolState

blueprint = Blueprint("pools", __name__, description="Codes that vouchers are.")

_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": f"UTF-8 text, a code a line, at most {MOST_CODES}.",
                    }
                },
            }
        }
    },
}


class CodesBody(Strict):
    """Codes that are added to the pool."""

    codes = plain.List(
        Line(most=LONGEST_CODE, metadata={"example": "TEA-7Q2M-88XK"}),
        required=True,
        validate=Count(min=1, max=MOST_CODES),
    )


class SentVoucherCodes(TypedDict):
    """As ``CodesBody`` loads it."""

    codes: list[str]


class PoolAnswer(Schema):
    """How many codes the pool was given; the codes themselves are shown to who has them only."""

    loaded = plain.Integer()
    free = plain.Integer(metadata={"description": "Not handed out yet: what is left in stock."})
    handed = plain.Integer()
    spoilt = plain.Integer(
        metadata={"description": "Taken back, and not handed out again: the offer says so."}
    )


class CodesAnswer(Schema):
    """The codes of one redemption; none once they were taken back."""

    codes = plain.List(plain.String(metadata={"example": "TEA-7Q2M-88XK"}))


@blueprint.route("/v1/merchant/offers/<offer_id>/codes", methods=["POST"])
@allow("merchant", step="offer.load_codes")
@large_body
@blueprint.arguments(CodesBody)
@blueprint.response(200, PoolAnswer)
def load(body: SentVoucherCodes, offer_id: str) -> Response:
    """Load codes into the pool of a voucher offer, each a further item of its stock.

    Codes that it was given before are not added again, so a list may be sent twice.
    """
    return _loaded(parse("ofr", offer_id), body["codes"])


@blueprint.route("/v1/merchant/offers/<offer_id>/codes/file", methods=["POST"])
@allow("merchant", step="offer.load_codes")
@large_body
@blueprint.doc(requestBody=_FORM)
@blueprint.response(200, PoolAnswer)
def load_file(offer_id: str) -> Response:
    """Load codes from a file, as the list does: text, one code a line."""
    return _loaded(parse("ofr", offer_id), _sent_content())


@blueprint.route("/v1/merchant/offers/<offer_id>/codes")
@allow("merchant")
@blueprint.response(200, PoolAnswer)
def read_pool(offer_id: str) -> JsonObject:
    """How many codes are left, and what became of the others."""
    return _pool(wiring().database.transact(pool_of, caller().viewer, parse("ofr", offer_id)))


@blueprint.route("/v1/redemptions/<redemption_id>/codes")
@allow("participant", by_word=True)
@blueprint.response(200, CodesAnswer)
def read_codes(redemption_id: str) -> Response:
    """The codes that this redemption of vouchers was given."""
    codes = wiring().database.transact(
        codes_for,
        caller().viewer,
        parse("rdm", redemption_id),
        identity_key=wiring().settings.identity_key,
    )
    return json_answer({"codes": [*codes]})


def _loaded(offer_id: UUID, given: Sequence[str] | bytes) -> Response:
    merchant_id = caller().tenant_id
    assert merchant_id is not None, "a merchant has an organisation"
    state = wiring().database.transact(
        load_codes,
        merchant_id,
        offer_id,
        given,
        identity_key=wiring().settings.identity_key,
        clock=wiring().clock,
    )
    return json_answer(_pool(state))


def _sent_content() -> bytes:
    """The one file of this request. Raises ValidationFailed."""
    file = request.files.get("file")
    if file is None:
        raise invalid("/file", "REQUIRED", "file")
    return file.stream.read()


def _pool(state: PoolState) -> JsonObject:
    return {
        "loaded": state.loaded,
        "free": state.free,
        "handed": state.handed,
        "spoilt": state.spoilt,
    }
