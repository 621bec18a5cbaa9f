"""How units, their changes of hands and their retirements are shown to everybody."""

from __future__ import annotations

from urllib.parse import quote

from marshmallow import Schema, fields as plain

from app.http.current import wiring
from app.http.fields import Moment, moment
from app.http.languages import preferred_language
from app.http.pages import page_of
from app.ids import public
from app.shown.covers import cover_sentences
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.registry.block import STATES
from rewards.registry.certificate import GROUNDS, serials_of
from rewards.registry.cover import BundleCover
from rewards.registry.looked_up import LookedUp, SerialPart
from rewards.registry.register import (
    MadeGood,
    RegisteredBlock,
    RegisteredRetirement,
    RegisteredTransfer,
    RegisteredUnits,
    RegisterTotals,
)
from rewards.registry.serials import print_serial

_SERIAL = {"example": "TPH-V-GD.DISTRIBUTED_PV-2026-1-12-97"}
_TONNES = {"example": "12"}


class Units(Schema):
    """A range of tonnes: both numbers included."""

    serial = plain.String(metadata=_SERIAL)
    first_number = plain.String(metadata={"example": "1"})
    last_number = plain.String(metadata={"example": "12"})
    quantity_t = plain.String(metadata=_TONNES)
    vintage = plain.Integer(metadata={"description": "The year in which it was saved."})
    unit_class = plain.String(metadata={"description": "It decides for what units may be used."})


class BlockAnswer(Units):
    """A block of the registry and who holds it; null is the programme."""

    id = plain.String(metadata={"example": "blk_0199b2c3d4e57f0080000000000000aa"})
    bundle_id = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    owner = plain.String(allow_none=True)
    page_url = plain.String(metadata={"description": "What became of these numbers, to read."})
    parent_id = plain.String(
        allow_none=True,
        metadata={"description": "What it was split off, or the first of what it was merged of."},
    )
    merged_into = plain.String(
        allow_none=True, metadata={"description": "Where the numbers of a merged block stand."}
    )
    retirement_id = plain.String(allow_none=True)
    created_at = Moment()
    closed_at = Moment(allow_none=True)
    made_good = plain.Dict(
        allow_none=True,
        metadata={"description": "Of a cancelled block: which bundle, by which posting."},
    )
    handed_to = plain.Dict(
        allow_none=True,
        metadata={
            "description": "Of a cancelled block that was handed over: the receiver, its number of"
            " the whole, and what it calls these numbers."
        },
    )
    note = plain.Dict(
        allow_none=True,
        metadata={"description": "What was taken back of its bundle after the freeze."},
    )


class SerialPartAnswer(Units):
    """Numbers of a serial that are in one block now."""

    block_id = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    owner = plain.String(allow_none=True, metadata={"description": "Null is the programme."})
    retirement_id = plain.String(allow_none=True)


class SerialAnswer(Schema):
    """A printed serial: what it says, and what became of each of its numbers."""

    serial = plain.String(metadata=_SERIAL)
    origin = plain.String(
        metadata={
            "description": "The methodology of its bundle; `mixed` when that gathered several.",
            "example": "gd.distributed_pv",
        }
    )
    vintage = plain.Integer()
    unit_class = plain.String(
        allow_none=True, metadata={"description": "Null: serials of before do not say it."}
    )
    quantity_t = plain.String(metadata=_TONNES)
    found_t = plain.String(
        metadata={"description": "How many of its numbers are in `parts`.", **_TONNES}
    )
    more = plain.Boolean(metadata={"description": "Whether it is in more blocks than are told."})
    parts = plain.List(plain.Nested(SerialPartAnswer))
    page_url = plain.String(metadata={"description": "The same, with its changes of hands."})


class TransferAnswer(Units):
    """A change of hands."""

    id = plain.String(metadata={"example": "utr_0199b2c3d4e57f0080000000000000aa"})
    block_id = plain.String()
    sender = plain.String(allow_none=True, metadata={"description": "Null is the programme."})
    receiver = plain.String()
    trade_id = plain.String(allow_none=True)
    exchange_id = plain.String(
        allow_none=True, metadata={"description": "Where the trade was closed; null: at none."}
    )
    exchange = plain.String(allow_none=True, metadata={"description": "Its name."})
    exchange_tie = plain.String(
        allow_none=True, metadata={"description": "What ties it to a side, as was stated."}
    )
    transferred_at = Moment()


class RetirementAnswer(Schema):
    """Units that were used, for whom, what for and for which period."""

    id = plain.String(metadata={"example": "ret_0199b2c3d4e57f0080000000000000aa"})
    enterprise = plain.String()
    quantity_t = plain.String(metadata=_TONNES)
    beneficiary = plain.String()
    purpose = plain.String(metadata={"example": "voluntary_offset"})
    period = plain.String(metadata={"example": "2026"})
    beneficiary_region = plain.String(allow_none=True, metadata={"example": "CN-330100"})
    case_reference = plain.String(
        allow_none=True, metadata={"description": "Of the damage that was compensated."}
    )
    footprint = plain.Dict(
        allow_none=True,
        metadata={"description": "What it covers: total_kg, needed_t and the lines as signed."},
    )
    retired_at = Moment()
    serials = plain.List(plain.String(metadata=_SERIAL))
    certificate_url = plain.String()
    page_url = plain.String(metadata={"description": "The certificate with its notes, to read."})
    notes = plain.List(
        plain.Dict(),
        metadata={"description": "What was taken back of its bundles after the freeze."},
    )


class RetirementMade(RetirementAnswer):
    """A retirement with its signed certificate."""

    certificate = plain.Dict()


class Statistics(Schema):
    """Totals of the programme."""

    bundles = plain.Integer(metadata={"description": "Issued ones."})
    reductions = plain.Integer()
    reduction_kg = plain.String(metadata={"format": "decimal"})
    deducted_kg = plain.String(metadata={"format": "decimal"})
    reserve_kg = plain.String(metadata={"format": "decimal"})
    issued_t = plain.String()
    retired_t = plain.String()
    units = plain.List(plain.Dict())
    projects = plain.List(
        plain.Dict(),
        metadata={
            "description": "How many that were on public notice, by methodology and state; each of"
            " them is listed by itself too, so that no number is hidden."
        },
    )


Blocks = page_of(BlockAnswer, "Blocks")
Transfers = page_of(TransferAnswer, "Transfers")
Retirements = page_of(RetirementAnswer, "Retirements")


def units(shown: RegisteredUnits) -> JsonObject:
    """The numbers of a block, both ends included, with the programme's serial."""
    first, end = shown.numbers
    return {
        "serial": print_serial(shown.serial, prefix=wiring().programme.serial_prefix),
        "first_number": str(first),
        "last_number": str(end - 1),
        "quantity_t": str(end - first),
        "vintage": shown.vintage,
        "unit_class": shown.unit_class,
    }


def block_answer(block: RegisteredBlock) -> JsonObject:
    """A block as everybody may see it."""
    parent_id, retirement_id, closed_at = block.parent_id, block.retirement_id, block.closed_at
    merged_into = block.merged_into
    numbered = units(block.units)
    return {
        "id": public("blk", block.block_id),
        "bundle_id": public("bdl", block.bundle_id),
        **numbered,
        "page_url": f"/registry/units?serial={quote(str(numbered['serial']))}",
        "state": block.state,
        "owner": block.owner_name,
        "parent_id": public("blk", parent_id) if parent_id else None,
        "merged_into": public("blk", merged_into) if merged_into else None,
        "retirement_id": public("ret", retirement_id) if retirement_id else None,
        "created_at": moment(block.created_at),
        "closed_at": moment(closed_at) if closed_at else None,
        "made_good": _made_good(block.made_good) if block.made_good else None,
        "handed_to": dict(block.handed_to._asdict()) if block.handed_to else None,
        "note": cover_note(block.cover) if block.cover else None,
    }


def serial_answer(found: LookedUp) -> JsonObject:
    """A serial that was looked up."""
    printed = print_serial(found.serial, prefix=wiring().programme.serial_prefix)
    return {
        "serial": printed,
        "origin": found.serial.family,
        "vintage": found.serial.vintage,
        "unit_class": found.serial.unit_class,
        "quantity_t": str(found.quantity_t),
        "found_t": str(found.found_t),
        "more": found.more,
        "parts": [_serial_part(each) for each in found.parts],
        "page_url": f"/registry/units?serial={quote(printed)}",
    }


def _serial_part(part: SerialPart) -> JsonObject:
    block = part.block
    return {
        **units(block.units._replace(numbers=part.numbers)),
        "block_id": public("blk", block.block_id),
        "state": block.state,
        "owner": block.owner_name,
        "retirement_id": public("ret", block.retirement_id) if block.retirement_id else None,
    }


def _made_good(made_good: MadeGood) -> JsonObject:
    return {
        "bundle_id": public("bdl", made_good.bundle_id),
        "posting_id": public("pst", made_good.posting_id),
    }


def cover_note(cover: BundleCover) -> JsonObject:
    """What was taken back of a bundle after the freeze, and the lines that cover it."""
    return {
        "bundle_id": public("bdl", cover.bundle_id),
        "reversed_kg": kg(cover.reversed_mg),
        "shortfall_kg": kg(cover.shortfall_mg),
        "covered": [
            {
                "by": line.kind,
                "kg": kg(line.mg),
                "posting_id": public("pst", line.posting_id),
                "cancelled_t": str(line.cancelled_t),
                "at": moment(line.covered_at),
            }
            for line in cover.lines
        ],
        "sentences": cover_sentences(cover, preferred_language()),
    }


def transfer_answer(transfer: RegisteredTransfer) -> JsonObject:
    """A change of hands as everybody may see it."""
    trade_id = transfer.trade_id
    return {
        "id": public("utr", transfer.transfer_id),
        "block_id": public("blk", transfer.block_id),
        **units(transfer.units),
        # What was handed over; the block may have been split since.
        "quantity_t": str(transfer.quantity_t),
        "sender": transfer.sender_name,
        "receiver": transfer.receiver_name,
        "trade_id": public("trd", trade_id) if trade_id else None,
        "exchange_id": public("org", transfer.exchange_id) if transfer.exchange_id else None,
        "exchange": transfer.exchange_name,
        "exchange_tie": transfer.exchange_tie,
        "transferred_at": moment(transfer.transferred_at),
    }


def retirement_answer(retirement: RegisteredRetirement) -> JsonObject:
    """A retirement as everybody may see it."""
    identifier = public("ret", retirement.retirement_id)
    return {
        "id": identifier,
        "enterprise": retirement.enterprise_name,
        "quantity_t": str(retirement.quantity_t),
        "beneficiary": retirement.beneficiary,
        "purpose": retirement.purpose,
        "period": retirement.period,
        # As signed; a certificate names only what is stated.
        **{name: retirement.certificate.get(name) for name in GROUNDS},
        "retired_at": moment(retirement.retired_at),
        "serials": serials_of(retirement.certificate),
        "certificate_url": f"/v1/retirements/{identifier}/certificate.json",
        "page_url": f"/registry/retirements/{identifier}",
        "notes": [cover_note(each) for each in retirement.covers],
    }


def retirement_made(retirement: RegisteredRetirement) -> JsonObject:
    """A retirement as its enterprise gets it: with the certificate."""
    return {**retirement_answer(retirement), "certificate": retirement.certificate}


def statistics(totals: RegisterTotals) -> JsonObject:
    """The register in figures."""
    issued = totals.issued
    return {
        "bundles": issued.bundles,
        "reductions": issued.reductions,
        "reduction_kg": kg(issued.saved_mg),
        "deducted_kg": kg(issued.deducted_mg),
        "reserve_kg": kg(issued.reserve_mg),
        "issued_t": str(totals.issued_t),
        "retired_t": str(totals.retired_t),
        "units": [
            {
                "methodology_code": line.methodology,
                "vintage": line.vintage,
                "unit_class": line.unit_class,
                "state": line.state,
                "blocks": line.blocks,
                "quantity_t": str(line.quantity_t),
            }
            for line in totals.units
        ],
        "projects": [
            {
                "methodology_code": line.methodology,
                "state": line.state,
                "projects": line.projects,
            }
            for line in totals.projects
        ],
    }
