"""Retire units: used for a stated purpose, for ever."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.signatures import sign
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.platform.references import claim_reference
from app.store.registry.blocks import origins_of, write_blocks
from app.store.registry.compliance import compliance_use, hold_compliance_caps
from app.store.registry.retiring import find_retirement, insert_retirement
from app.usecases.registry.publish_key import publish_key
from app.usecases.registry.take_units import take_units
from behaviours.json_value import JsonObject
from behaviours.region_register import check_known
from rewards.reference import RETIRING, reference
from rewards.registry.certificate import certificate_of
from rewards.registry.compliance import ComplianceCaps
from rewards.registry.register import RegisteredRetirement
from rewards.registry.retirement import (
    NO_GROUNDS,
    Retirement,
    RetirementGrounds,
    RetirementTerms,
    retire,
)


def retire_units(
    connection: Connection,
    *,
    enterprise_id: UUID,
    block_id: UUID | None,
    quantity_t: int,
    terms: RetirementTerms,
    client_reference: str,
    serial_prefix: str,
    signing_key: bytes,
    clock: Clock,
    grounds: RetirementGrounds = NO_GROUNDS,
    caps: ComplianceCaps | None = None,
) -> RegisteredRetirement:
    """Retire whole tonnes from one block, or from those of the enterprise that fit the use.

    The signed certificate is kept with the retirement. The same ``client_reference`` again answers
    the first one. What ``caps`` limit is counted while nobody else can use it. Raises
    UseNotPermitted, NotEnoughUnits, UnitsNotCovered, AlreadyRetired, BlockNotAvailable,
    UnknownUnits, ReferenceReused, GroundsMissing, GroundsUnfit, FootprintNotCovered, UnknownRegion,
    ComplianceCapReached.
    """
    if grounds.beneficiary_region is not None:
        check_known(grounds.beneficiary_region, pointer="/beneficiary_region")
    # What states no grounds is known again by what it was before there were any.
    stated = () if grounds == NO_GROUNDS else (grounds,)
    asked = reference(
        RETIRING, enterprise_id, client_reference, block_id, quantity_t, terms, *stated
    )
    retirement_id = new_id()
    if (known := claim_reference(connection, asked, retirement_id)) != retirement_id:
        return _registered(connection, known)
    capped = caps if caps is not None and caps.hold_for(terms.purpose) else None
    if capped:
        hold_compliance_caps(connection)
    blocks, now = take_units(
        connection,
        block_id,
        owner_id=enterprise_id,
        quantity_t=quantity_t,
        clock=clock,
        purpose=terms.purpose,
    )
    retirement = retire(
        blocks,
        terms,
        retirement_id=retirement_id,
        enterprise_id=enterprise_id,
        now=now,
        grounds=grounds,
    )
    if capped:
        _check_caps(connection, capped, retirement)
    write_blocks(connection, retirement.blocks)
    document = _certificate(connection, retirement, serial_prefix)
    publish_key(connection, signing_key, now=now)
    insert_retirement(connection, retirement, certificate=sign(document, signing_key))
    return _registered(connection, retirement_id)


def _check_caps(connection: Connection, caps: ComplianceCaps, retirement: Retirement) -> None:
    year, buyer_id = caps.year_of(retirement.retired_at), retirement.enterprise_id
    used = compliance_use(connection, buyer_id, year)
    caps.check(used, retirement.quantity_t, buyer_id=buyer_id, year=year.year)


def _certificate(connection: Connection, retirement: Retirement, serial_prefix: str) -> JsonObject:
    holder = organisation(connection, retirement.enterprise_id)
    assert holder is not None, "a caller's organisation exists"
    origins = origins_of(connection, retirement.blocks)
    return certificate_of(
        retirement, origins, enterprise_name=holder.name, serial_prefix=serial_prefix
    )


def _registered(connection: Connection, retirement_id: UUID) -> RegisteredRetirement:
    registered = find_retirement(connection, retirement_id)
    assert registered is not None, "what was written is there"
    return registered
