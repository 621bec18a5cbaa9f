"""Cancel units for what a bundle is short of, and let as many of its own go on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.registry.blocks import cut, lock_unused, origins_of, parts_of_split, write_blocks
from app.store.registry.carbon_book import post
from app.store.registry.covering import insert_cover, tell_holders
from app.usecases.pooling.suspend_units import suspend_units
from rewards.pooling.bundle import Bundle
from rewards.registry.block import CANCEL, free_block
from rewards.registry.cover import BY_UNITS, Cover
from rewards.registry.replacement import ReplacementAsked, check_fits, made_good_mg


def replace_units(
    connection: Connection, bundle: Bundle, asked: ReplacementAsked, *, clock: Clock
) -> None:
    """Take what was offered, as it is now; the bundle is locked, suspended and signed for.

    The mass leaves the units of the given block's family and vintage. Raises UnknownUnits,
    AlreadyRetired, BlockNotAvailable, UnitsNotCovered, MoreThanIsShort, NotEnoughUnits.
    """
    # All in one order: whoever sells or retires locks the given and the suspended ones together.
    locked = lock_unused(connection, bundle.bundle_id, also=asked.block_id)
    now = clock.now()
    named = next((each for each in locked if each.block_id == asked.block_id), None)
    parts = parts_of_split(connection, named, asked.organisation_id)
    block = free_block(named, asked.organisation_id, parts=parts)
    check_fits(block, asked.quantity_t, bundle.lack)
    mg = made_good_mg(asked.quantity_t, bundle.shortfall_mg)
    gone = [
        each.move(CANCEL, now=now) for each in cut(connection, [block], asked.quantity_t, now=now)
    ]
    write_blocks(connection, gone)
    origin = origins_of(connection, gone)[block.bundle_id]
    postings = bundle.book.replace(mg, family=origin.family, vintage=block.vintage)
    (posting_id,) = post(connection, postings, now=now)
    insert_cover(connection, _line(asked, mg, posting_id, now), gone)
    covered = bundle.short_of(bundle.shortfall_mg - mg)
    write_bundle(connection, covered)
    suspend_units(connection, covered, now=now)
    tell_holders(
        connection,
        bundle.bundle_id,
        posting_id=posting_id,
        reversed_mg=0,
        shortfall_mg=covered.shortfall_mg,
        now=now,
    )


def _line(asked: ReplacementAsked, mg: int, posting_id: UUID, now: datetime) -> Cover:
    return Cover(
        asked.replacement_id,
        asked.bundle_id,
        BY_UNITS,
        mg,
        posting_id,
        asked.quantity_t,
        asked.organisation_id,
        asked.client_reference,
        now,
    )
