"""What an enterprise holds, hands on and retires."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Line, PublicId, Strict, Tonnes
from app.http.once import answer_once
from app.http.pages import as_page, cursor_id
from app.shown.units import (
    Blocks,
    RetirementAnswer,
    Retirements,
    TransferAnswer,
    block_answer,
    retirement_answer,
    transfer_answer,
)
from app.store.database import Connection
from app.store.registry.blocks import blocks_by_owner
from app.store.registry.reading import list_blocks, list_transfers
from app.store.registry.retiring import list_retirements, read_retirement
from app.usecases.registry.retire_units import Wish, retire_units
from app.usecases.registry.transfer_units import transfer_units

blueprint = Blueprint("units", __name__, description="Holdings, transfers and retirements.")


class TransferBody(Strict):
    """Units for another enterprise; all of the block when no quantity is given."""

    block_id = PublicId("blk", required=True)
    to_enterprise_id = PublicId("org", required=True)
    quantity_t = Tonnes(metadata={"example": "2"})


class RetirementBody(Strict):
    """What is retired, for whom, what for and for which period."""

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


class RetirementMade(RetirementAnswer):
    """A retirement with its signed certificate."""

    certificate = plain.Dict()


@blueprint.route("/v1/holdings")
@allow("enterprise", "operator")
@blueprint.paged
@blueprint.response(200, Blocks)
def list_holdings() -> Response:
    """What the enterprise holds or has retired, newest block first.

    An operator sees what the programme holds.
    """
    most, before = cursor_id()
    owner_id = caller().tenant_id

    def read(connection: Connection) -> list[dict[str, Any]]:
        held = blocks_by_owner(connection, owner_id, before=before, most=most)
        return list_blocks(connection, block_ids=[each.block_id for each in held], most=most)

    return as_page([block_answer(row) for row in wiring().database.transact(read)])


@blueprint.route("/v1/transfers", methods=["POST"])
@allow("enterprise")
@blueprint.keyed
@blueprint.arguments(
    TransferBody,
    example={
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "to_enterprise_id": "org_0199b2c3d4e57f0080000000000000aa",
        "quantity_t": "2",
    },
)
@blueprint.response(201, TransferAnswer)
def transfer_own_units(body: dict[str, Any]) -> Response:
    """Hand units to another enterprise, as negotiated outside the platform."""
    present, giver = now(), caller().tenant_id
    assert giver is not None, "an enterprise's token names it"

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        transfer_id = transfer_units(
            connection,
            body["block_id"],
            quantity_t=body.get("quantity_t"),
            from_id=giver,
            to_id=body["to_enterprise_id"],
            now=present,
        )
        (row,) = list_transfers(connection, transfer_ids=[transfer_id])
        return transfer_answer(row), 201

    return answer_once(work)


@blueprint.route("/v1/retirements", methods=["POST"])
@allow("enterprise")
@blueprint.keyed
@blueprint.arguments(
    RetirementBody,
    example={
        "quantity_t": "1",
        "beneficiary": "Hangzhou Tea House",
        "purpose": "voluntary_offset",
        "period": "2026",
    },
)
@blueprint.response(201, RetirementMade)
def retire_own_units(body: dict[str, Any]) -> Response:
    """Retire whole tonnes, for ever: from one block, or from the oldest ones.

    What a use may be depends on the class of the units; a refusal names the permitted ones.
    """
    present, holder = now(), caller().tenant_id
    assert holder is not None, "an enterprise's token names it"
    wish = Wish(body["beneficiary"], body["purpose"], body["period"])

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        retirement_id = retire_units(
            connection,
            enterprise_id=holder,
            block_id=body.get("block_id"),
            quantity_t=body["quantity_t"],
            wish=wish,
            signing_key=wiring().settings.signing_key,
            now=present,
        )
        row = read_retirement(connection, retirement_id)
        assert row is not None, "what was just written is there"
        return retirement_answer(row) | {"certificate": row["certificate"]}, 201

    return answer_once(work)


@blueprint.route("/v1/retirements")
@allow("enterprise")
@blueprint.paged
@blueprint.response(200, Retirements)
def list_own_retirements() -> Response:
    """The enterprise's own retirements, newest first."""
    most, before = cursor_id()
    rows = wiring().database.transact(
        list_retirements, enterprise_id=caller().tenant_id, before=before, most=most
    )
    return as_page([retirement_answer(row) for row in rows])
