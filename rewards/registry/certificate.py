"""The certificate of a retirement: a statement that proves itself offline once it is signed.

How it is signed and checked is in ``behaviours.signed_document``. There are no fractions in it:
masses and serials are strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from behaviours.json_value import JsonObject
from rewards.registry.block import Block
from rewards.registry.origin import Origin
from rewards.registry.retirement import Retirement, RetirementGrounds
from rewards.registry.serials import print_serial

TYPE: Final = "tanpuhui-retirement-certificate-v1"
# What it names beside, when that is stated.
BENEFICIARY_REGION, CASE_REFERENCE, FOOTPRINT = GROUNDS = (
    "beneficiary_region",
    "case_reference",
    "footprint",
)


def certificate_of(
    retirement: Retirement,
    origins: Mapping[UUID, Origin],
    *,
    enterprise_name: str,
    serial_prefix: str,
) -> JsonObject:
    """What a certificate states, ready to be signed; ``origins`` has every block's bundle."""
    use, terms = retirement.use, retirement.terms
    return {
        "type": TYPE,
        "retirement_id": _public("ret", retirement.retirement_id),
        "retired_at": _moment(retirement.retired_at),
        "retired_by": {
            "id": _public("org", retirement.enterprise_id),
            "name": enterprise_name,
        },
        "beneficiary": terms.beneficiary,
        "purpose": {"code": use.code, "title_zh": use.title_zh, "title_en": use.title_en},
        "period": terms.period,
        "quantity_t": str(retirement.quantity_t),
        "unit": "t CO2e",
        "blocks": [
            _block_line(each, origins[each.bundle_id], serial_prefix) for each in retirement.blocks
        ],
        **_grounds(retirement.grounds),
    }


def serials_of(certificate: JsonObject) -> list[str]:
    """The printed serials that a certificate names, in its order."""
    lines = certificate["blocks"]
    assert isinstance(lines, list)
    return [line["serial"] for line in lines]


def bundles_of(certificate: JsonObject) -> list[UUID]:
    """The bundles of which the units of a certificate were made, in the order of their ids."""
    lines = certificate["blocks"]
    assert isinstance(lines, list)
    return sorted({UUID(hex=line["bundle_id"].removeprefix("bdl_")) for line in lines})


def _block_line(block: Block, origin: Origin, prefix: str) -> JsonObject:
    return {
        "block_id": _public("blk", block.block_id),
        "serial": print_serial(origin.serial(block.numbers, block.unit_class), prefix=prefix),
        "first_number": str(block.numbers.first),
        "last_number": str(block.numbers.end - 1),
        "quantity_t": str(block.quantity_t),
        "vintage": block.vintage,
        "unit_class": block.unit_class,
        "bundle_id": _public("bdl", block.bundle_id),
        "bundle_root": origin.root.hex(),
        "bundle_total_mg": str(origin.total_mg),
    }


def _grounds(grounds: RetirementGrounds) -> JsonObject:
    """Only what is stated: a certificate that needs none of it reads as it always did."""
    footprint = grounds.footprint
    covered: JsonObject | None = footprint and {
        "total_kg": footprint.total_kg,
        "needed_t": str(footprint.needed_t),
        "lines": list(footprint.as_lines()),
    }
    stated: JsonObject = {
        BENEFICIARY_REGION: grounds.beneficiary_region,
        CASE_REFERENCE: grounds.case_reference,
        FOOTPRINT: covered,
    }
    return {name: value for name, value in stated.items() if value is not None}


def _public(prefix: str, identifier: UUID) -> str:
    # The spelling belongs to the type of document and does not follow the service's.
    return f"{prefix}_{identifier.hex}"


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
