"""Retire units: used for a stated purpose, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.ids import new_id, public
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.bundles import read_bundle
from app.store.registry.blocks import Block, cut, lock_free_blocks, set_blocks
from app.store.registry.retiring import insert_retirement
from app.usecases.pooling.standing import family_of
from app.usecases.registry.standing import free_block
from rewards.registry.certificate import sign
from rewards.registry.serials import SerialRange, print_serial
from rewards.registry.unit_classes import check_use


class Wish(NamedTuple):
    """For whom, what for and for which period units are retired."""

    beneficiary: str
    purpose: str
    period: str


def retire_units(
    connection: Connection,
    *,
    enterprise_id: UUID,
    block_id: UUID | None,
    quantity_t: int,
    wish: Wish,
    signing_key: bytes,
    now: datetime,
) -> UUID:
    """Retire whole tonnes from one block, or from the enterprise's oldest ones.

    Returns the retirement's id; the signed certificate is kept with it. Raises UseNotPermitted,
    NotEnoughUnits, AlreadyRetired, BlockNotAvailable, UnknownId.
    """
    if block_id is not None:
        blocks = [free_block(connection, block_id, enterprise_id)]
    else:
        blocks = lock_free_blocks(connection, enterprise_id)
    taken = cut(connection, blocks, quantity_t, now=now)
    for unit_class in sorted({each.unit_class for each in taken}):
        check_use(unit_class, wish.purpose)
    retirement_id = new_id()
    block_ids = [each.block_id for each in taken]
    set_blocks(connection, block_ids, owner_id=enterprise_id, state="retired", now=now)
    certificate = sign(
        _certificate(connection, retirement_id, enterprise_id, taken, wish, now=now), signing_key
    )
    insert_retirement(
        connection,
        retirement_id=retirement_id,
        enterprise_id=enterprise_id,
        block_ids=block_ids,
        quantity_t=quantity_t,
        beneficiary=wish.beneficiary,
        purpose=wish.purpose,
        period=wish.period,
        certificate=certificate,
        now=now,
    )
    return retirement_id


def _certificate(
    connection: Connection,
    retirement_id: UUID,
    enterprise_id: UUID,
    blocks: Sequence[Block],
    wish: Wish,
    *,
    now: datetime,
) -> dict[str, Any]:
    holder = organisation(connection, enterprise_id)
    assert holder is not None, "a caller's organisation exists"
    use = check_use(blocks[0].unit_class, wish.purpose)
    return {
        "type": "tanpuhui-retirement-certificate-v1",
        "retirement_id": public("ret", retirement_id),
        "retired_at": now.isoformat().replace("+00:00", "Z"),
        "retired_by": {"id": public("org", enterprise_id), "name": holder.name},
        "beneficiary": wish.beneficiary,
        "purpose": {"code": use.code, "title_zh": use.title_zh, "title_en": use.title_en},
        "period": wish.period,
        "quantity_t": str(sum(each.quantity_t for each in blocks)),
        "unit": "t CO2e",
        "blocks": [_block_line(connection, each) for each in blocks],
    }


def _block_line(connection: Connection, block: Block) -> dict[str, Any]:
    bundle = read_bundle(connection, block.bundle_id)
    assert bundle is not None, "a block comes from a bundle"
    serial = SerialRange(family_of(bundle), block.vintage, block.first, block.end)
    return {
        "block_id": public("blk", block.block_id),
        "serial": print_serial(serial),
        "first_number": str(block.first),
        "last_number": str(block.end - 1),
        "quantity_t": str(block.quantity_t),
        "vintage": block.vintage,
        "unit_class": block.unit_class,
        "bundle_id": public("bdl", block.bundle_id),
        "bundle_root": bundle["root"].hex(),
        "bundle_total_mg": str(bundle["selected_mg"]),
    }
