"""What an enterprise holds, hands on and retires."""

from __future__ import annotations

from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_organisation, wiring
from app.http.fields import ClientReference, Line, PublicId, Strict, Tonnes
from app.http.once import lasting_reference, once
from app.http.pages import read_page
from app.shown.units import (
    Blocks,
    RetirementMade,
    Retirements,
    TransferAnswer,
    block_answer,
    retirement_answer,
    retirement_made,
    transfer_answer,
)
from app.usecases.registry.read_holdings import read_holdings
from app.usecases.registry.read_retirements import read_retirements
from app.usecases.registry.retire_units import retire_units
from app.usecases.registry.transfer_units import transfer_units
from behaviours.json_value import JsonObject
from rewards.registry.retirement import RetirementTerms

blueprint = Blueprint("units", __name__, description="Holdings, transfers and retirements.")


class TransferBody(Strict):
    """Units for another enterprise; all of the block when no quantity is given."""

    block_id = PublicId("blk", required=True)
    to_enterprise_id = PublicId("org", required=True)
    quantity_t = Tonnes(metadata={"example": "2"})
    client_reference = ClientReference()


class SentTransfer(TypedDict):
    """As ``TransferBody`` loads it."""

    block_id: UUID
    to_enterprise_id: UUID
    quantity_t: NotRequired[int]
    client_reference: NotRequired[str]


class RetirementBody(Strict):
    """What is retired, for whom, what for and for which period."""

    EXAMPLE: ClassVar[JsonObject] = {
        "quantity_t": "1",
        "beneficiary": "Hangzhou Tea House",
        "purpose": "voluntary_offset",
        "period": "2026",
    }

    quantity_t = Tonnes(required=True, metadata={"example": "1"})
    block_id = PublicId("blk")
    beneficiary = Line(required=True, most=200, metadata={"example": "Hangzhou Tea House"})
    purpose = Line(
        required=True,
        metadata={
            "description": "A use that the class of the units permits.",
            "example": "voluntary_offset",
        },
    )
    period = Line(required=True, most=64, metadata={"example": "2026"})
    client_reference = ClientReference()


class SentRetirement(TypedDict):
    """As ``RetirementBody`` loads it."""

    quantity_t: int
    block_id: NotRequired[UUID]
    beneficiary: str
    purpose: str
    period: str
    client_reference: NotRequired[str]


@blueprint.route("/v1/holdings")
@allow("enterprise", "operator")
@blueprint.lists(Blocks)
def list_holdings() -> Response:
    """What the enterprise holds or has retired, newest block first.

    An operator sees what the programme holds.
    """
    return read_page(block_answer, read_holdings, viewer=caller().viewer)


@blueprint.route("/v1/transfers", methods=["POST"])
@allow("enterprise", step="unit.transfer")
@blueprint.arguments(
    TransferBody,
    keyed=True,
    example={
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "to_enterprise_id": "org_0199b2c3d4e57f0080000000000000aa",
        "quantity_t": "2",
    },
)
@blueprint.response(201, TransferAnswer)
def transfer_own_units(body: SentTransfer) -> Response:
    """Hand units to another enterprise, as negotiated outside the platform."""
    return once(transfer_answer, status=201)(
        transfer_units,
        body["block_id"],
        quantity_t=body.get("quantity_t"),
        from_id=asking_organisation(),
        to_id=body["to_enterprise_id"],
        client_reference=lasting_reference(body.get("client_reference")),
        clock=wiring().clock,
    )


@blueprint.route("/v1/retirements", methods=["POST"])
@allow("enterprise", step="retirement.retire")
@blueprint.arguments(RetirementBody, keyed=True)
@blueprint.response(201, RetirementMade)
def retire_own_units(body: SentRetirement) -> Response:
    """Retire whole tonnes, for ever: from one block, or from the oldest ones.

    What a use may be depends on the class of the units; a refusal names the permitted ones.
    """
    return once(retirement_made, status=201)(
        retire_units,
        enterprise_id=asking_organisation(),
        block_id=body.get("block_id"),
        quantity_t=body["quantity_t"],
        terms=RetirementTerms(body["beneficiary"], body["purpose"], body["period"]),
        client_reference=lasting_reference(body.get("client_reference")),
        serial_prefix=wiring().programme.serial_prefix,
        signing_key=wiring().settings.signing_key,
        clock=wiring().clock,
    )


@blueprint.route("/v1/retirements")
@allow("enterprise")
@blueprint.lists(Retirements)
def list_own_retirements() -> Response:
    """The enterprise's own retirements, newest first."""
    return read_page(retirement_answer, read_retirements, of=caller().viewer)
