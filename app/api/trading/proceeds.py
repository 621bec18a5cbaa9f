"""Proceeds: what sales brought and how it was shared; each person sees their own share."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, allow_public, caller
from app.http.blueprint import Blueprint
from app.http.fields import AS_KG, Moment, MoneyBody, moment, money
from app.http.pages import read_page
from app.ids import public
from app.usecases.trading.read_distributions import read_distributions
from app.usecases.trading.read_own_proceeds import read_own_proceeds
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.trading.proceeds import Distribution, OwnShare

blueprint = Blueprint("proceeds", __name__, description="What units were sold for, and for whom.")


class DistributionAnswer(Schema):
    """Sales of one bundle, shared by the rule of the version of the programme that is named."""

    id = plain.String(metadata={"example": "pdn_0199b2c3d4e57f0080000000000000aa"})
    bundle_id = plain.String()
    programme_version = plain.String(metadata={"description": "Its `proceeds` is the rule."})
    quantity_t = plain.String(metadata={"example": "12"})
    amount = plain.Nested(MoneyBody)
    to_people = plain.Nested(MoneyBody)
    to_sponsors = plain.Nested(MoneyBody, metadata={"description": "To budgets for points."})
    to_programme = plain.Nested(MoneyBody)
    reduction_kg = plain.String(
        metadata={**AS_KG, "description": "What those share by who have a part."}
    )
    made_at = Moment()


class OwnShareAnswer(DistributionAnswer):
    """A distribution with the part of the person who asks."""

    own_reduction_kg = plain.String(metadata=AS_KG)
    own_share = plain.Nested(MoneyBody)


@blueprint.route("/v1/me/proceeds")
@allow("participant", by_word=True)
@blueprint.lists(OwnShareAnswer, "OwnProceeds")
def list_own_proceeds() -> Response:
    """What the person's reductions were sold for, and their own share of it to the fen.

    `own_share` is `to_people` × `own_reduction_kg` / `reduction_kg`, by largest remainder; of equal
    remainders those with the lower id come first. Newest first.
    """
    return read_page(own_share_answer, read_own_proceeds, caller().viewer)


@blueprint.route("/v1/registry/distributions")
@allow_public
@blueprint.lists(DistributionAnswer, "Distributions")
def list_registry_distributions() -> Response:
    """How the proceeds of sales were shared, newest first: totals, and nobody's share."""
    return read_page(distribution_answer, read_distributions)


def distribution_answer(made: Distribution) -> JsonObject:
    """A distribution as everybody may see it."""
    return {
        "id": public("pdn", made.distribution_id),
        "bundle_id": public("bdl", made.bundle_id),
        "programme_version": made.programme_version,
        "quantity_t": str(made.quantity_t),
        "amount": money(made.amount_fen),
        "to_people": money(made.people_fen),
        "to_sponsors": money(made.sponsors_fen),
        "to_programme": money(made.programme_fen),
        "reduction_kg": kg(made.saved_mg),
        "made_at": moment(made.made_at),
    }


def own_share_answer(own: OwnShare) -> JsonObject:
    """A distribution as one of its people sees it."""
    return {
        **distribution_answer(own.distribution),
        "own_reduction_kg": kg(own.saved_mg),
        "own_share": money(own.fen),
    }
