"""How units, their changes of hands and their retirements are shown to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from rewards.registry.serials import MIXED, SerialRange, print_serial

_SERIAL = {"example": "TPH-GD.DISTRIBUTED_PV-2026-1-12-41"}
_TONNES = {"example": "12"}


class Units(Schema):
    """A range of tonnes: both numbers included."""

    serial = plain.String(metadata=_SERIAL)
    first_number = plain.String(metadata={"example": "1"})
    last_number = plain.String(metadata={"example": "12"})
    quantity_t = plain.String(metadata=_TONNES)
    vintage = plain.Integer()
    unit_class = plain.String()


class BlockAnswer(Units):
    """A block of the registry and who holds it; null is the programme."""

    id = plain.String(metadata={"example": "blk_0199b2c3d4e57f0080000000000000aa"})
    bundle_id = plain.String()
    state = plain.String(
        metadata={"enum": ["active", "reserved", "retired", "cancelled", "split", "buffer"]}
    )
    owner = plain.String(allow_none=True)
    parent_id = plain.String(allow_none=True)
    retirement_id = plain.String(allow_none=True)
    created_at = plain.String(metadata={"format": "date-time"})
    closed_at = plain.String(allow_none=True, metadata={"format": "date-time"})


class TransferAnswer(Units):
    """A change of hands."""

    id = plain.String(metadata={"example": "utr_0199b2c3d4e57f0080000000000000aa"})
    block_id = plain.String()
    sender = plain.String(allow_none=True, metadata={"description": "Null is the programme."})
    receiver = plain.String()
    trade_id = plain.String(allow_none=True)
    transferred_at = plain.String(metadata={"format": "date-time"})


class RetirementAnswer(Schema):
    """Units that were used, for whom, what for and for which period."""

    id = plain.String(metadata={"example": "ret_0199b2c3d4e57f0080000000000000aa"})
    enterprise = plain.String()
    quantity_t = plain.String(metadata=_TONNES)
    beneficiary = plain.String()
    purpose = plain.String(metadata={"example": "voluntary_offset"})
    period = plain.String(metadata={"example": "2026"})
    retired_at = plain.String(metadata={"format": "date-time"})
    serials = plain.List(plain.String(metadata=_SERIAL))
    certificate_url = plain.String()


def _page_of(answer: type[Schema], name: str) -> type[Schema]:
    return Schema.from_dict(
        {
            "data": plain.List(plain.Nested(answer)),
            "has_more": plain.Boolean(),
            "next_cursor": plain.String(allow_none=True),
        },
        name=name,
    )


Blocks = _page_of(BlockAnswer, "Blocks")
Transfers = _page_of(TransferAnswer, "Transfers")
Retirements = _page_of(RetirementAnswer, "Retirements")


def units(row: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a block; ``row`` has first, end_, methodology, vintage and unit_class."""
    serial = SerialRange(row["methodology"] or MIXED, row["vintage"], row["first"], row["end_"])
    return {
        "serial": print_serial(serial),
        "first_number": str(row["first"]),
        "last_number": str(row["end_"] - 1),
        "quantity_t": str(row["end_"] - row["first"]),
        "vintage": row["vintage"],
        "unit_class": row["unit_class"],
    }


def block_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``app.store.registry.reading.list_blocks``."""
    parent_id, retirement_id, closed_at = row["parent_id"], row["retirement_id"], row["closed_at"]
    return {
        "id": public("blk", row["block_id"]),
        "bundle_id": public("bdl", row["bundle_id"]),
        **units(row),
        "state": row["state"],
        "owner": row["owner_name"],
        "parent_id": public("blk", parent_id) if parent_id else None,
        "retirement_id": public("ret", retirement_id) if retirement_id else None,
        "created_at": moment(row["created_at"]),
        "closed_at": moment(closed_at) if closed_at else None,
    }


def transfer_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``app.store.registry.reading.list_transfers``."""
    trade_id = row["trade_id"]
    return {
        "id": public("utr", row["transfer_id"]),
        "block_id": public("blk", row["block_id"]),
        **units(row),
        # What was handed over; the block may have been split since.
        "quantity_t": str(row["quantity_t"]),
        "sender": row["from_name"],
        "receiver": row["to_name"],
        "trade_id": public("trd", trade_id) if trade_id else None,
        "transferred_at": moment(row["transferred_at"]),
    }


def retirement_answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``app.store.registry.retiring``."""
    identifier = public("ret", row["retirement_id"])
    return {
        "id": identifier,
        "enterprise": row["enterprise_name"],
        "quantity_t": str(row["quantity_t"]),
        "beneficiary": row["beneficiary"],
        "purpose": row["purpose"],
        "period": row["period"],
        "retired_at": moment(row["retired_at"]),
        "serials": [line["serial"] for line in row["certificate"]["blocks"]],
        "certificate_url": f"/v1/retirements/{identifier}/certificate.json",
    }
