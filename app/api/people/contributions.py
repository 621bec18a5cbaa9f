"""Contributions: which of my reductions may be pooled into bundles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, wiring
from app.http.fields import DecimalText, Line, Moment, PublicId, Strict, moment
from app.http.once import once
from app.http.pages import read_page
from app.http.periods import PeriodBody, SentPeriod
from app.ids import parse, public
from app.usecases.people.entrust import Entrustment, entrust
from app.usecases.people.read_capped import read_capped
from app.usecases.people.read_contributions import read_contributions
from app.usecases.people.withdraw_entrustment import withdraw_entrustment
from app.usecases.pooling.read_drafts import read_drafts
from behaviours.json_value import JsonObject
from behaviours.mandates import Caps, caps_of
from behaviours.people import Contribution
from behaviours.rules.units import kg
from rewards.pooling.bundle import Bundle
from rewards.pooling.eligibility import LeftToPerson

blueprint = Blueprint("contributions", __name__, description="What a person lets be pooled.")


class CapsBody(Strict):
    """At least one: kilograms CO2e of a vintage year or of a bundle, per cent of a bundle.

    Reductions go in in the order in which they were done, each that fits. What does not fit stays
    mine, and a later bundle may take it.
    """

    per_year_kg = DecimalText(metadata={"example": "100"})
    per_bundle_kg = DecimalText(metadata={"example": "20.5"})
    share_percent = plain.Integer(
        strict=True,
        metadata={"description": "Of what qualifies for the bundle: 1 to 100.", "example": 50},
    )


class SentCaps(TypedDict, total=False):
    """As ``CapsBody`` loads it."""

    per_year_kg: Decimal
    per_bundle_kg: Decimal
    share_percent: int


class EntrustmentBody(PeriodBody):
    """Reductions of a period, of one methodology or of all."""

    methodology = Line(metadata={"description": "Left out: every methodology."})
    text_version = Line(required=True, most=64)
    bundle_id = PublicId(
        "bdl",
        metadata={"description": "A draft that this is for, and no other bundle. Left out: every."},
    )
    caps = plain.Nested(
        CapsBody, metadata={"description": "How much of it may be pooled. Left out: all of it."}
    )


class SentEntrustment(SentPeriod):
    """As ``EntrustmentBody`` loads it."""

    methodology: NotRequired[str]
    text_version: str
    bundle_id: NotRequired[UUID]
    caps: NotRequired[SentCaps]


class ContributionFields(Schema):
    """An entrustment as it stands."""

    id = plain.String(metadata={"example": "ctb_0199b2c3d4e57f0080000000000000aa"})
    methodology = plain.String(allow_none=True)
    text_version = plain.String()
    granted_at = Moment()
    withdrawn_at = Moment(allow_none=True)
    bundle_id = plain.String(allow_none=True, metadata={"description": "Null: every bundle."})
    caps = plain.Dict(
        allow_none=True,
        metadata={
            "description": "Null: all of it may be pooled.",
            "example": {"per_year_kg": "100.000000", "per_bundle_kg": None, "share_percent": 50},
        },
    )


class CappedAnswer(Schema):
    """A reduction that is still mine because of a cap, or was until `bundle_id` took it."""

    id = plain.String(metadata={"example": "act_0199b2c3d4e57f0080000000000000aa"})
    reduction_kg = plain.String(metadata={"example": "0.046000"})
    left_out_of = plain.List(
        plain.String(), metadata={"description": "The bundles that it qualified for."}
    )
    bundle_id = plain.String(allow_none=True, metadata={"description": "Null: it is in none."})


class DraftAnswer(Schema):
    """A bundle that is to be gathered, and of what."""

    id = plain.String(metadata={"example": "bdl_0199b2c3d4e57f0080000000000000aa"})
    methodology_code = plain.String(allow_none=True)
    vintage = plain.Integer()
    region = plain.String(allow_none=True)
    unit_class = plain.String()


# `from` is no name that Python lets a class body assign to.
_DAYS: dict[str, plain.Field[Any]] = {"from": plain.Date(), "to": plain.Date()}
ContributionAnswer = ContributionFields.from_dict(_DAYS, name="Contribution")
Draft = DraftAnswer.from_dict(_DAYS, name="Draft")


@blueprint.route("/v1/me/contributions")
@allow("participant")
@blueprint.lists(ContributionAnswer, "Contributions")
def list_contributions() -> Response:
    """My contributions, newest first, also those I have withdrawn."""
    return read_page(as_json, read_contributions, viewer=caller().viewer)


@blueprint.route("/v1/me/contributions/capped")
@allow("participant")
@blueprint.lists(CappedAnswer, "CappedReductions")
def list_capped() -> Response:
    """My reductions that qualified for a bundle and that my caps kept out of it."""
    return read_page(capped_answer, read_capped, viewer=caller().viewer)


@blueprint.route("/v1/me/drafts")
@allow("participant")
@blueprint.lists(Draft, "Drafts")
def list_drafts() -> Response:
    """Bundles that are to be gathered: I may entrust reductions for one of them alone."""
    return read_page(draft_answer, read_drafts)


@blueprint.route("/v1/me/contributions", methods=["POST"])
@allow("participant")
@blueprint.arguments(
    EntrustmentBody,
    keyed=True,
    example={"from": "2026-01-01", "to": "2026-12-31", "text_version": "2026-01"},
)
@blueprint.response(201, ContributionAnswer)
def contribute(body: SentEntrustment) -> Response:
    """Entrust my reductions of a period, so that they may be verified, pooled and sold."""
    entrustment = Entrustment(
        body["from"],
        body["to"],
        body["text_version"],
        body.get("methodology"),
        body.get("bundle_id"),
        _caps(body["caps"]) if "caps" in body else None,
    )

    def shown(made: list[Contribution]) -> JsonObject:
        [contribution] = made
        return as_json(contribution)

    return once(shown, status=201)(
        entrust,
        asking_participant(),
        [entrustment],
        methodologies={version.code for version in wiring().rulebook.versions()},
        clock=wiring().clock,
    )


@blueprint.route("/v1/me/contributions/<contribution_id>", methods=["DELETE"])
@allow("participant")
@blueprint.response(204)
def withdraw(contribution_id: str) -> Response:
    """Withdraw a contribution: what is not sealed yet is taken out, what is sealed stays."""
    participant_id, known = asking_participant(), parse("ctb", contribution_id)
    wiring().database.transact(withdraw_entrustment, participant_id, [known], clock=wiring().clock)
    return Response(status=204)


def _caps(sent: SentCaps) -> Caps:
    return caps_of(
        per_year_kg=sent.get("per_year_kg"),
        per_bundle_kg=sent.get("per_bundle_kg"),
        percent=sent.get("share_percent"),
    )


def capped_answer(left: LeftToPerson) -> JsonObject:
    """What a cap left with its person, as an answer."""
    return {
        "id": public("act", left.action_id),
        "reduction_kg": kg(left.saved_mg),
        "left_out_of": [public("bdl", each) for each in left.bundles],
        "bundle_id": public("bdl", left.went_into) if left.went_into else None,
    }


def draft_answer(draft: Bundle) -> JsonObject:
    """A draft as people see it."""
    return {
        "id": public("bdl", draft.bundle_id),
        "methodology_code": draft.methodology,
        "vintage": draft.vintage,
        "region": draft.region,
        "unit_class": draft.unit_class,
        "from": draft.occurred_from.isoformat(),
        "to": draft.occurred_to.isoformat(),
    }


def as_json(contribution: Contribution) -> JsonObject:
    """A contribution as an answer."""
    withdrawn_at, bundle_id = contribution.withdrawn_at, contribution.bundle_id
    return {
        "id": public("ctb", contribution.contribution_id),
        "methodology": contribution.methodology,
        "from": contribution.occurred_from.isoformat(),
        "to": contribution.occurred_to.isoformat(),
        "text_version": contribution.text_version,
        "granted_at": moment(contribution.granted_at),
        "withdrawn_at": moment(withdrawn_at) if withdrawn_at else None,
        "bundle_id": public("bdl", bundle_id) if bundle_id else None,
        "caps": _caps_shown(contribution.caps) if contribution.caps else None,
    }


def _caps_shown(caps: Caps) -> JsonObject:
    return {
        "per_year_kg": None if caps.per_year_mg is None else kg(caps.per_year_mg),
        "per_bundle_kg": None if caps.per_bundle_mg is None else kg(caps.per_bundle_mg),
        "share_percent": caps.percent,
    }
