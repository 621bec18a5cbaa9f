"""Cashiers of a merchant: added, limited, listed, ended; and what one reads of themselves."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.codes import Code
from app.http.current import asking_organisation, by_caller, now, wiring
from app.http.fields import Line, Moment, Points, Strict, moment
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_one, read_page
from app.http.reasons import Reasoned, SentReason
from app.http.revoking import once_revoking
from app.http.validators import Count, OneOf
from app.ids import parse
from app.shown.users import OneTimeLinkAnswer, UserAnswer, link_answer, user_answer
from app.tokens import USER_LIFETIME
from app.usecases.redemption.add_cashiers import AddedCashier, NewCashier, add_cashiers
from app.usecases.redemption.end_cashier import EndedCashier, end_cashier
from app.usecases.redemption.limit_cashier import limit_cashier
from app.usecases.redemption.read_cashiers import read_cashiers
from app.usecases.redemption.read_own_till import OwnTill, read_own_till
from behaviours.json_value import JsonObject
from behaviours.users import STATES, USERNAME, User
from behaviours.viewer import CASHIER
from rewards.redemption.cashiers import CashierTerms, StatedTerms
from rewards.redemption.stores import MERCHANT

blueprint = Blueprint("staff", __name__, description="Who stands at a merchant's tills.")

MOST_STORES: Final = 100
MOST: Final = 1_000_000_000


def _limit(what: str) -> Points:
    said = {"description": f"{what}; null: no limit."}
    return Points(least=1, most=MOST, allow_none=True, load_default=None, metadata=said)


class CashierTermsBody(Strict):
    """Where a cashier sells, and how much."""

    stores = plain.List(
        Line(most=64), required=True, validate=Count(min=1, max=MOST_STORES),
        metadata={"example": ["store-12"], "description": "As the merchant stated them."},
    )  # fmt: skip
    most_points_per_sale = _limit("Points of one sale")
    most_points_per_day = _limit("Points of all sales of a civil day, refunded ones included")
    most_sales_per_day = _limit("Sales of a civil day, refunded ones included")
    may_refund = plain.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether they take back what their stores sold."},
    )


class SentTerms(TypedDict):
    """As ``CashierTermsBody`` loads it."""

    stores: list[str]
    most_points_per_sale: int | None
    most_points_per_day: int | None
    most_sales_per_day: int | None
    may_refund: bool


class CashierBody(CashierTermsBody):
    """Somebody who is to stand at tills."""

    username = Code(USERNAME, required=True, metadata={"example": "xiao.wang"})
    display_name = Line(required=True, most=100, metadata={"example": "小王"})


class SentCashier(SentTerms):
    """As ``CashierBody`` loads it."""

    username: str
    display_name: str


class EndBody(Reasoned):
    """Why they stand at no till any more; it is kept."""


class StaffFilter(OfAPage):
    """Which cashiers."""

    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})


class WantedStaff(WantedPage, total=False):
    """As ``StaffFilter`` loads it."""

    state: str


class CashierAnswer(UserAnswer):
    """A cashier, and what holds of them."""

    stores = plain.List(plain.String())
    most_points_per_sale = plain.Integer(allow_none=True)
    most_points_per_day = plain.Integer(allow_none=True)
    most_sales_per_day = plain.Integer(allow_none=True)
    may_refund = plain.Boolean()
    stated_at = Moment()


class AddedCashierAnswer(CashierAnswer):
    """A cashier with the link by which they come in."""

    link = plain.Nested(OneTimeLinkAnswer)


class SoldToday(Schema):
    """What a cashier sold today, refunded sales included."""

    sales = plain.Integer()
    points = plain.Integer()


class OwnTillAnswer(CashierAnswer):
    """A cashier as they read themselves."""

    today = plain.Nested(SoldToday)


@blueprint.route("/v1/merchant/staff")
@allow(MERCHANT)
@blueprint.lists(CashierAnswer, "StaffList", narrowed_by=StaffFilter)
def list_staff(wanted: WantedStaff) -> Response:
    """Your cashiers, newest first, with where each sells and how much."""
    return read_page(_shown, read_cashiers, asking_organisation(), state=wanted.get("state"))


@blueprint.route("/v1/merchant/staff", methods=["POST"])
@allow(MERCHANT, step="cashier.add")
@blueprint.arguments(
    CashierBody,
    example={
        "username": "xiao.wang",
        "display_name": "小王",
        "stores": ["store-12"],
        "most_points_per_sale": 2000,
        "most_sales_per_day": 300,
        "may_refund": False,
    },
)
@blueprint.response(201, AddedCashierAnswer)
def add_staff(body: SentCashier) -> Response:
    """Add a cashier with a login of their own: by an administrator of the merchant.

    The link in the answer is shown this once: hand it to the person and to nobody else. Their
    tokens open the till of their stores, up to their limits, and nothing else.
    """
    new = NewCashier(body["username"], body["display_name"], _terms(body))
    return once(_first, status=201, required=False)(
        add_cashiers, asking_organisation(), [new], **by_caller()
    )


@blueprint.route("/v1/merchant/staff/me")
@allow(CASHIER)
@blueprint.response(200, OwnTillAnswer)
def show_own_till() -> Response:
    """What you may do at the till, and what you sold today."""
    return read_one(_own, read_own_till, caller().viewer, now=now(), zone=wiring().zone)


@blueprint.route("/v1/merchant/staff/<cashier_id>/limits", methods=["POST"])
@allow(MERCHANT, step="cashier.limit")
@blueprint.arguments(CashierTermsBody, example={"stores": ["store-12"], "may_refund": True})
@blueprint.response(200, CashierAnswer)
def limit_staff(body: SentTerms, cashier_id: str) -> Response:
    """State anew where a cashier sells and how much; it holds from their next sale on."""
    return once(_shown, required=False)(
        limit_cashier, parse("usr", cashier_id), _terms(body), **by_caller()
    )


@blueprint.route("/v1/merchant/staff/<cashier_id>/end", methods=["POST"])
@allow(MERCHANT, step="cashier.end")
@blueprint.arguments(EndBody, example={"reason": "Left on 1 March."})
@blueprint.response(200, CashierAnswer)
def end_staff(body: SentReason, cashier_id: str) -> Response:
    """End a cashier: their tokens are dead within a second, and what they sold keeps their name."""
    return once_revoking(_ended, required=False)(
        end_cashier,
        parse("usr", cashier_id),
        reason=body["reason"],
        access_lifetime=USER_LIFETIME,
        **by_caller(),
    )


def _terms(sent: Any) -> CashierTerms:
    stores = tuple(dict.fromkeys(sent["stores"]))
    return CashierTerms(stores, *(sent[name] for name in CashierTerms._fields[1:]))


def _of_terms(stated: StatedTerms) -> JsonObject:
    terms = stated.terms._asdict()
    return {**terms, "stores": list(stated.terms.stores), "stated_at": moment(stated.stated_at)}


def _shown(cashier: tuple[User, StatedTerms]) -> JsonObject:
    user, stated = cashier
    return {**user_answer(user), **_of_terms(stated)}


def _own(till: OwnTill) -> JsonObject:
    return {**_shown(till.cashier), "today": dict(till.today._asdict())}


def _ended(ended: EndedCashier) -> JsonObject:
    return _shown(ended.cashier)


def _first(added: list[AddedCashier]) -> JsonObject:
    [one] = added
    assert one.invited.link is not None, "an invitation has a link"
    shown = _shown((one.invited.user, one.stated))
    return {**shown, "link": link_answer(one.invited.link)}
