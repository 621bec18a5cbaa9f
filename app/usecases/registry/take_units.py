"""Take free tonnes of an owner's, or say why they cannot be disposed of."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.blocks import cut, lock_free_blocks, stopped_blocks
from app.usecases.registry.hold_free_block import hold_free_block
from rewards.registry.block import Block, check_covered
from rewards.registry.retirement import scarcest_last
from rewards.registry.unit_classes import fitting_classes


class TakenUnits(NamedTuple):
    """The locked blocks, and the moment at which they were."""

    blocks: list[Block]
    at: datetime


def take_units(
    connection: Connection,
    block_id: UUID | None,
    *,
    owner_id: UUID | None,
    quantity_t: int | None,
    clock: Clock,
    purpose: str | None = None,
) -> TakenUnits:
    """Locked blocks of exactly ``quantity_t`` (None: all) out of one block, or of any of an owner's
    that ``purpose`` may use, the scarcest last.

    An owner of None is the programme, which names a block. Raises UnknownUnits, AlreadyRetired,
    BlockNotAvailable, UseNotPermitted when no block of the owner's fits; UnitsNotCovered when
    suspended tonnes of the owner's would make up what is missing, else NotEnoughUnits.
    """
    bundle_id = None
    if block_id is not None:
        block = hold_free_block(connection, block_id, owner_id=owner_id)
        blocks, bundle_id = [block], block.bundle_id
    else:
        assert owner_id is not None, "the programme names the block"
        assert purpose is not None, "a use decides which blocks fit"
        blocks = scarcest_last(lock_free_blocks(connection, owner_id), purpose)
    free_t = sum(each.quantity_t for each in blocks)
    wanted_t = quantity_t or free_t
    if free_t < wanted_t:
        stopped = stopped_blocks(connection, owner_id, bundle_id=bundle_id)
        if purpose is not None:
            fitting = fitting_classes(purpose)
            stopped = [each for each in stopped if each.unit_class in fitting]
        check_covered(blocks, stopped, wanted_t)
    now = clock.now()
    return TakenUnits(cut(connection, blocks, wanted_t, now=now), now)
