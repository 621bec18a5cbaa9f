"""What an enterprise holds, hands on and retires."""

from __future__ import annotations

from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import asking_organisation, wiring
from app.http.fields import ClientReference, Line, PublicId, Region, Strict, Tonnes
from app.http.once import lasting_reference, once
from app.http.pages import read_page
from app.http.validators import Count
from app.shown.footprints import SentFootprintLine, footprint_lines, stated_footprint
from app.shown.units import (
    BlockAnswer,
    Blocks,
    RetirementMade,
    Retirements,
    TransferAnswer,
    block_answer,
    retirement_answer,
    retirement_made,
    transfer_answer,
)
from app.usecases.registry.merge_blocks import merge_blocks
from app.usecases.registry.read_holdings import read_holdings
from app.usecases.registry.read_retirements import read_retirements
from app.usecases.registry.retire_units import retire_units
from app.usecases.registry.transfer_units import transfer_units
from behaviours.json_value import JsonObject
from rewards.registry.retirement import RetirementGrounds, RetirementTerms

blueprint = Blueprint("units", __name__, description="Holdings, transfers and retirements.")

MOST_MERGED = 100


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


class MergingBody(Strict):
    """Blocks that become one."""

    block_ids = plain.List(PublicId("blk"), required=True, validate=Count(2, MOST_MERGED))


class SentMerging(TypedDict):
    """As ``MergingBody`` loads it."""

    block_ids: list[UUID]


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
    beneficiary_region = Region(
        metadata={"description": "Where the beneficiary is.", "example": "CN-330100"}
    )
    case_reference = Line(
        most=128,
        metadata={
            "description": "Of eco_damage_compensation, and of it only: the number of the case at"
            " the authority or court.",
            "example": "浙0106民初1234号",
        },
    )
    footprint = footprint_lines()
    client_reference = ClientReference()


class SentRetirement(TypedDict):
    """As ``RetirementBody`` loads it."""

    quantity_t: int
    block_id: NotRequired[UUID]
    beneficiary: str
    purpose: str
    period: str
    beneficiary_region: NotRequired[str]
    case_reference: NotRequired[str]
    footprint: NotRequired[list[SentFootprintLine]]
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


@blueprint.route("/v1/blocks/merge", methods=["POST"])
@allow("enterprise", step="unit.merge")
@blueprint.arguments(
    MergingBody,
    keyed=True,
    example={
        "block_ids": [
            "blk_0199b2c3d4e57f0080000000000000aa",
            "blk_0199b2c3d4e57f0080000000000000ab",
        ]
    },
)
@blueprint.response(201, BlockAnswer)
def merge_own_blocks(body: SentMerging) -> Response:
    """Make one block of several that are mine, where their numbers follow one another.

    The numbers stay what they are; the blocks become `merged`, and a block with an id of its own
    stands in their place.
    """
    return once(block_answer, status=201)(
        merge_blocks,
        body["block_ids"],
        owner_id=asking_organisation(),
        clock=wiring().clock,
    )


@blueprint.route("/v1/retirements", methods=["POST"])
@allow("enterprise", step="retirement.retire")
@blueprint.arguments(RetirementBody, keyed=True)
@blueprint.response(201, RetirementMade)
def retire_own_units(body: SentRetirement) -> Response:
    """Retire whole tonnes, for ever: from one block, or from those of yours that fit the use.

    What a use may be depends on the class of the units; a refusal names the permitted ones. Without
    `block_id` the units that serve fewest other uses are taken first, of these the oldest vintage,
    then the lowest numbers. `event_neutrality` and `enterprise_neutrality` state the `footprint`,
    and are refused below it. Of `compliance_offset` the programme may cap the tonnes of a civil
    year, by enterprise and together; a refusal says how many are left.
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
        grounds=_grounds(body),
        caps=wiring().compliance_caps,
    )


@blueprint.route("/v1/retirements")
@allow("enterprise")
@blueprint.lists(Retirements)
def list_own_retirements() -> Response:
    """The enterprise's own retirements, newest first."""
    return read_page(retirement_answer, read_retirements, of=caller().viewer)


def _grounds(body: SentRetirement) -> RetirementGrounds:
    lines = body.get("footprint")
    return RetirementGrounds(
        body.get("beneficiary_region"),
        body.get("case_reference"),
        None if lines is None else stated_footprint(lines),
    )
