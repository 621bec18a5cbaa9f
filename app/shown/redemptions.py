"""How offers and redemptions are shown: to the merchant, to the person, to everybody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, MoneyBody, moment, money
from app.ids import public
from app.shown.points import WhyTakenBackAnswer, why_taken_back
from app.shown.standing import PartyAnswer, party
from app.shown.titles import titles
from behaviours.json_value import JsonObject
from rewards.redemption.code_use import CodeUsed
from rewards.redemption.kinds import CATEGORIES, IN_STOCK, KINDS, SOLD_OUT, STOCK_STATES
from rewards.redemption.offer import REFUND_RULES, STATES as OFFER_STATES, Offer, ShownOffer
from rewards.redemption.redemption import CHANNELS, STATES, Redemption
from rewards.redemption.taken_back import SaleTakenBack

# Of one sale; more is a slip of the finger.
MOST_ITEMS = 1_000
# Why something was taken back, in the words of who did.
MOST_REASON = 200
RDM = {"example": "rdm_0199b2c3d4e57f0080000000000000aa"}
FOR_WHOM = {
    "example": ["CN-330100"],
    "description": "For people whose account is of one of these provinces or cities when they spend"
    " their points; empty: for everybody.",
}
WHO = {
    "example": "usr_0199b2c3d4e57f0080000000000000aa",
    "description": "The cashier; null: the merchant's own program.",
}
A_KIND = {
    "enum": list(KINDS),
    "description": "goods are fetched at a till; anything else is theirs at once, online too, and a"
    " voucher is a code out of the offer's pool.",
}
A_CATEGORY = {"enum": list(CATEGORIES)}
WHEN_SHOWN = {
    "description": "When the mall shows it, which may begin before opens_at and end after"
    " closes_at; null: while it can be had."
}
HANDED_AGAIN = {"description": "Whether codes of vouchers that were taken back are handed again."}
OFR = {"example": "ofr_0199b2c3d4e57f0080000000000000aa"}


class OfferName(Schema):
    """Which offer, in both languages."""

    id = plain.String(metadata=OFR)
    title_zh = plain.String(metadata={"example": "拿铁一杯"})
    title_en = plain.String(metadata={"example": "One latte"})


class OfferAnswer(OfferName):
    """An offer as everybody sees it. ``points`` is the price of one item."""

    merchant = plain.Nested(
        PartyAnswer,
        metadata={"description": "While it is suspended or closed, nothing is sold or fetched."},
    )
    points = plain.Integer(metadata={"example": 300})
    per_person_limit = plain.Integer(allow_none=True)
    left = plain.Integer(metadata={"description": "Items that nobody has taken."})
    reversal_window_s = plain.Integer()
    refund_of_expired = plain.String(
        metadata={
            "enum": list(REFUND_RULES),
            "description": "Of points that are refunded after they expired: they stay expired, or"
            " come back for refund_valid_days. A hold that lapses always goes back to its lots.",
        }
    )
    refund_valid_days = plain.Integer(allow_none=True)
    stock_state = plain.String(metadata={"enum": list(STOCK_STATES)})
    stock_per_day = plain.Integer(
        allow_none=True,
        metadata={"description": "Sold at most in one civil day of the programme; null: any."},
    )
    stock_per_store = plain.Integer(
        allow_none=True, metadata={"description": "Handed over at most in one store; null: any."}
    )
    kind = plain.String(metadata=A_KIND)
    category = plain.String(metadata=A_CATEGORY)
    text_zh = plain.String()
    text_en = plain.String()
    shown_from = plain.String(allow_none=True, metadata=WHEN_SHOWN)
    shown_until = plain.String(allow_none=True, metadata=WHEN_SHOWN)
    regions = plain.List(plain.String(), metadata=FOR_WHOM)
    opens_at = Moment()
    closes_at = Moment()


class OwnOffer(OfferAnswer):
    """An offer as its merchant sees it; ``revision`` is what If-Match takes."""

    state = plain.String(metadata={"enum": list(OFFER_STATES)})
    stock_total = plain.Integer()
    settlement = plain.Nested(MoneyBody)
    reuses_codes = plain.Boolean(metadata=HANDED_AGAIN)
    revision = plain.Integer()


class TakenBackAnswer(WhyTakenBackAnswer):
    """Items that were taken back at one time."""

    quantity = plain.Integer()
    points = plain.Integer()
    reversed_at = plain.String(metadata={"format": "date-time"})


class TakenBackHereAnswer(TakenBackAnswer):
    """The same, as the merchant sees it."""

    cashier_id = plain.String(allow_none=True, metadata=WHO)


class _Redemption(Schema):
    id = plain.String(allow_none=True, metadata=RDM)
    state = plain.String(metadata={"enum": list(STATES)})
    channel = plain.String(metadata={"enum": list(CHANNELS)})
    offer = plain.Nested(OfferName)
    quantity = plain.Integer()
    reversed_quantity = plain.Integer()
    points = plain.Integer(metadata={"description": "For all items, reversed ones included."})
    reversals = plain.List(plain.Nested(TakenBackAnswer))
    captured_at = plain.String(allow_none=True)
    closed_at = plain.String(allow_none=True)


class RedemptionAnswer(_Redemption):
    """A redemption as its merchant sees it: nothing about the person."""

    out_request_no = plain.String(allow_none=True)
    store_id = plain.String(allow_none=True)
    cashier_id = plain.String(allow_none=True, metadata=WHO)
    reversals = plain.List(plain.Nested(TakenBackHereAnswer))
    settlement = plain.Nested(
        MoneyBody, metadata={"description": "Due to the merchant for what is not reversed."}
    )
    reversible_until = plain.String(allow_none=True)


class OwnRedemption(_Redemption):
    """A redemption as its person sees it."""

    created_at = plain.String()
    expires_at = plain.String(allow_none=True)


def for_merchant(redemption: Redemption, *, stored: bool = True) -> JsonObject:
    """``stored`` False: what a dry run would have made; it has no id."""
    r = redemption
    return {
        "id": public("rdm", r.redemption_id) if stored else None,
        "state": r.state,
        "channel": r.channel,
        "out_request_no": r.out_request_no,
        "store_id": r.store_id,
        "cashier_id": _cashier(r.cashier_id),
        "offer": _offer_name(r),
        "quantity": r.quantity,
        "reversed_quantity": r.reversed_quantity,
        "points": r.points,
        "reversals": [
            {**taken_back(each), "cashier_id": _cashier(each.why.cashier_id)}
            for each in r.taken_back
        ],
        "settlement": money(r.quantity_left * r.settlement_fen_each),
        "captured_at": _moment(r.captured_at),
        "reversible_until": _moment(r.reversible_until),
        "closed_at": _moment(r.closed_at),
    }


def for_person(redemption: Redemption, *, stored: bool = True) -> JsonObject:
    """``stored`` False: what a dry run would have made; it has no id."""
    r = redemption
    return {
        "id": public("rdm", r.redemption_id) if stored else None,
        "state": r.state,
        "channel": r.channel,
        "offer": _offer_name(r),
        "quantity": r.quantity,
        "reversed_quantity": r.reversed_quantity,
        "points": r.points,
        "reversals": [taken_back(each) for each in r.taken_back],
        "created_at": moment(r.created_at),
        "captured_at": _moment(r.captured_at),
        "closed_at": _moment(r.closed_at),
        "expires_at": _moment(r.expires_at),
    }


def what_was_used(used: CodeUsed) -> JsonObject:
    """The details of a used code: what it redeemed, for its own merchant; else nothing."""
    return {"redemption": for_merchant(used.redemption)} if used.redemption else {}


def offer_name(offer: Offer) -> dict[str, str]:
    return {
        "id": public("ofr", offer.offer_id),
        **titles(offer),
    }


def for_everybody(shown: ShownOffer) -> JsonObject:
    o = shown.offer
    return {
        **offer_name(o),
        "merchant": party(shown.merchant),
        "points": o.points,
        "per_person_limit": o.per_person_limit,
        "left": shown.left,
        "stock_state": IN_STOCK if shown.left else SOLD_OUT,
        "stock_per_day": o.stock_per_day,
        "stock_per_store": o.stock_per_store,
        "kind": o.kind,
        "category": o.category,
        "text_zh": o.text_zh,
        "text_en": o.text_en,
        "shown_from": _moment(o.shown_from),
        "shown_until": _moment(o.shown_until),
        "reversal_window_s": o.reversal_window_s,
        "refund_of_expired": o.refund_rule,
        "refund_valid_days": o.refund_valid_days,
        "regions": list(o.regions),
        "opens_at": moment(o.opens_at),
        "closes_at": moment(o.closes_at),
    }


def for_owner(shown: ShownOffer) -> JsonObject:
    o = shown.offer
    return {
        **for_everybody(shown),
        "state": o.state,
        "stock_total": o.stock_total,
        "settlement": money(o.settlement_fen),
        "reuses_codes": o.reuses_codes,
        "revision": o.revision,
    }


def taken_back(each: SaleTakenBack) -> JsonObject:
    """Items that were taken back, as everybody who may see the redemption reads of it."""
    return {
        **why_taken_back(each.why),
        "quantity": each.quantity,
        "points": each.points,
        "reversed_at": moment(each.at),
    }


def _cashier(cashier_id: UUID | None) -> str | None:
    return None if cashier_id is None else public("usr", cashier_id)


def _offer_name(redemption: Redemption) -> dict[str, str]:
    return {
        "id": public("ofr", redemption.offer_id),
        **titles(redemption),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment(at)
