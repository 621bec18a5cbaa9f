"""Suspend as many unused units of a bundle as it lacks cover for, and let the others go on."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.registry.blocks import cut, lock_unused, write_blocks
from app.store.trading.exchange_lots import listings_at_exchange
from rewards.pooling.bundle import Bundle
from rewards.registry.block import SUSPENDED, Block
from rewards.registry.cover import bearing, whole_tonnes


def suspend_units(connection: Connection, bundle: Bundle, *, now: datetime) -> None:
    """Make the suspended tonnes of a locked bundle what its shortfall is, rounded up.

    When fewer than that are unused, all of them are. What was listed or ordered keeps its promise
    and goes on when it is covered again.
    """
    wanted_t = whole_tonnes(bundle.shortfall_mg)
    if bundle.issued_at is None:
        return
    unused = lock_unused(connection, bundle.bundle_id)
    stopped = [each for each in unused if each.state == SUSPENDED]
    moving = [each for each in unused if each.state != SUSPENDED]
    more_t = min(wanted_t - _tonnes(stopped), _tonnes(moving))
    if more_t > 0:
        chosen = cut(connection, bearing(moving), more_t, now=now)
        write_blocks(connection, [each.suspend(now) for each in chosen])
    if more_t < 0:
        chosen = cut(connection, bearing(stopped)[::-1], -more_t, now=now)
        listings = {each.listing_id for each in chosen if each.listing_id}
        away = listings_at_exchange(connection, listings)
        write_blocks(
            connection, [each.resume(now, at_exchange=each.listing_id in away) for each in chosen]
        )


def _tonnes(blocks: list[Block]) -> int:
    return sum(each.quantity_t for each in blocks)
