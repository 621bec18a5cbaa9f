"""Cover what was taken back from a frozen bundle: out of the reserve, and what that lacks stops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.registry.blocks import cut, write_blocks
from app.store.registry.carbon_book import lock_family, post
from app.store.registry.covering import insert_cover, new_cover, taken_before, tell_holders
from app.store.registry.reserve import lock_reserve
from app.usecases.pooling.suspend_units import suspend_units
from rewards.pooling.bundle import Bundle
from rewards.registry.block import CANCEL, Block
from rewards.registry.cover import BY_RESERVE, ReserveTaking, take_from_reserve


class ReversedCover(NamedTuple):
    """What a reversal after the freeze came to, for one bundle."""

    reversed_mg: int
    taken_mg: int
    cancelled_t: int
    posting_id: UUID | None
    # Of the whole bundle, after this.
    shortfall_mg: int


def cover_reversed(
    connection: Connection,
    bundle: Bundle,
    reversed_mg: int,
    *,
    now: datetime,
    frozen: Sequence[UUID] = (),
) -> ReversedCover:
    """Post what the reserve holds, cancel its tonnes, state the rest as the bundle's shortfall.

    The bundle is locked and frozen. With ``reversed_mg`` 0 only a shortfall from before is covered
    as far as the reserve reaches now: an issue has just filled it. What came into the reserve of
    the projects ``frozen`` pays for nobody else.
    """
    assert bundle.frozen_at is not None, "what is not frozen simply leaves"
    book = bundle.book
    lock_family(connection, book.family, book.vintage)
    reserve = lock_reserve(connection, book, frozen=frozen)
    taking = take_from_reserve(
        bundle.shortfall_mg + reversed_mg,
        reserve_mg=reserve.mg,
        numbered_t=sum(each.quantity_t for each in reserve.blocks),
        before=taken_before(connection, bundle.bundle_id),
    )
    posting_id = _take(connection, bundle, taking, reserve.blocks, now=now)
    short = bundle.short_of(taking.short_mg)
    write_bundle(connection, short)
    suspend_units(connection, short, now=now)
    if reversed_mg:
        tell_holders(
            connection,
            bundle.bundle_id,
            posting_id=posting_id,
            reversed_mg=reversed_mg,
            shortfall_mg=taking.short_mg,
            now=now,
        )
    return ReversedCover(
        reversed_mg, taking.taken_mg, taking.cancelled_t, posting_id, taking.short_mg
    )


def _take(
    connection: Connection,
    bundle: Bundle,
    taking: ReserveTaking,
    reserve_blocks: list[Block],
    *,
    now: datetime,
) -> UUID | None:
    """Post what the reserve gives and cancel its tonnes; the posting that did it, if one did."""
    if not taking.taken_mg:
        return None
    (posting_id,) = post(connection, bundle.book.make_good(taking.taken_mg), now=now)
    gone = []
    if taking.cancelled_t:
        cancelled = cut(connection, reserve_blocks, taking.cancelled_t, now=now)
        gone = [each.move(CANCEL, now=now) for each in cancelled]
        write_blocks(connection, gone)
    line = new_cover(
        bundle.bundle_id,
        BY_RESERVE,
        taking.taken_mg,
        posting_id=posting_id,
        cancelled_t=taking.cancelled_t,
        now=now,
    )
    insert_cover(connection, line, gone)
    return posting_id
