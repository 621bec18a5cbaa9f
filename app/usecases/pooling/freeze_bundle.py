"""Freeze a bundle: the last sweep and the recount, after which nothing leaves it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle, update_bundle
from app.store.pooling.sealing import mg_by_methodology, recount, sweep
from app.store.registry.carbon_book import post
from app.usecases.pooling.standing import book_of


def freeze_bundle(connection: Connection, bundle_id: UUID, *, zone: str, now: datetime) -> bool:
    """Take out what was reversed or withdrawn, count again, and book the mass out of the pool.

    A reversal or withdrawal that commits before this sweep looks takes its reduction out; a later
    one leaves the unit as it is. False when the bundle was frozen before or is not to be sealed.
    """
    bundle = lock_bundle(connection, bundle_id)
    assert bundle is not None, "a sealing is started for a bundle"
    if bundle["state"] != "sealing" or bundle["frozen_at"] is not None:
        return False
    sweep(connection, bundle_id, zone=zone)
    reductions, total_mg = recount(connection, bundle_id)
    if bundle["methodology"] is None:
        shares = mg_by_methodology(connection, bundle_id)
    else:
        shares = {bundle["methodology"]: total_mg}
    post(connection, book_of(bundle).seal(shares), now=now)
    update_bundle(
        connection,
        bundle_id,
        reductions=reductions,
        selected_mg=total_mg,
        deducted_mg=min(bundle["deducted_mg"], total_mg),
        frozen_at=now,
    )
    return True
