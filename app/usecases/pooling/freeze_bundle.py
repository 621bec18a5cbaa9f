"""Freeze a bundle: the last sweep and the recount, after which nothing leaves it."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.declared import find_declared
from app.store.pooling.mandates import weigh_again
from app.store.pooling.sealing import mg_by_methodology, recount, sweep
from app.store.registry.carbon_book import post
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.return_bundle import return_bundle
from rewards.pooling.bundle import EMPTY, FREEZE, PLATFORM, SEALING


def freeze_bundle(connection: Connection, bundle_id: UUID, *, zone: ZoneInfo, clock: Clock) -> bool:
    """Take out what no longer belongs in it, count again, and book the mass out of the pool.

    That is what was reversed, is no longer entrusted, no longer fits the caps of its person, or is
    declared elsewhere. A reversal or
    withdrawal that commits before this sweep looks removes its reduction; a later one leaves the
    unit as it is. When nothing is left, the bundle is cancelled. False when it is not frozen by
    this call.
    """
    bundle = hold_bundle(connection, bundle_id, by=PLATFORM)
    if bundle.state != SEALING or bundle.frozen_at is not None:
        return False
    now = clock.now()
    find_declared(connection, zone=zone)
    sweep(connection, bundle_id, zone=zone)
    weigh_again(connection, bundle_id, zone=zone)
    reductions, total_mg = recount(connection, bundle_id)
    if not reductions:
        return_bundle(connection, bundle, EMPTY, by=PLATFORM, now=now)
        return False
    if bundle.methodology is None:
        shares = mg_by_methodology(connection, bundle_id)
    else:
        shares = {bundle.methodology: total_mg}
    post(connection, bundle.book.seal(shares), now=now)
    frozen = bundle.move(
        FREEZE,
        by=PLATFORM,
        reductions=reductions,
        selected_mg=total_mg,
        deducted_mg=min(bundle.deducted_mg or 0, total_mg),
        frozen_at=now,
    )
    write_bundle(connection, frozen)
    return True
