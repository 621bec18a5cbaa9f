"""Select the reductions of one window of time; the last window closes the selection."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.counting import count_left_out, keep_reached
from app.store.pooling.declared import find_declared
from app.store.pooling.selecting import BundleWindow, select_window, wait_for_reversals
from app.store.registry.carbon_book import balance, lock_family, post
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.civil_time import day_ends_at, start_of_day
from rewards.ledger.carbon import carry_account
from rewards.pooling.bundle import CLOSE_SELECTION, GATHER, PLATFORM, SELECTING, Bundle
from rewards.pooling.counting import SELECTION, WindowStep


def select_chunk(
    connection: Connection, bundle_id: UUID, *, width: timedelta, zone: ZoneInfo, now: datetime
) -> WindowStep:
    """Select what happened in the next ``width`` of the bundle's period.

    The window, the counters and the place to go on are one transaction, so a killed selection
    loses at most one window's work and puts nothing in twice. Reversals under way are waited for,
    so that each is either seen here, or finds its reduction in the bundle and takes it out. What
    is left out is counted by its first reason. With the last window the remainder of earlier
    bundles of the same family, vintage and class is brought in.
    """
    wait_for_reversals(connection)
    bundle = hold_bundle(connection, bundle_id, by=PLATFORM)
    opens = start_of_day(bundle.occurred_from, zone)
    closes = day_ends_at(bundle.occurred_to, zone)
    if bundle.state != SELECTING:
        return WindowStep(0, closes - opens, closes - opens, finished=True)
    if bundle.selected_until is None:
        find_declared(connection, zone=zone)
    starts_at = bundle.selected_until or opens
    ends_at = min(starts_at + width, closes)
    window = BundleWindow(starts_at, ends_at)
    found = select_window(connection, bundle_id, bundle, window, zone=zone)
    count_left_out(connection, bundle_id, bundle, window, found, zone=zone)
    finished = ends_at == closes
    keep_reached(connection, bundle_id, SELECTION, until=ends_at, complete=finished, now=now)
    gathered = bundle.move(
        CLOSE_SELECTION if finished else GATHER,
        by=PLATFORM,
        reductions=(bundle.reductions or 0) + found.reductions,
        selected_mg=(bundle.selected_mg or 0) + found.saved_mg,
        selected_until=ends_at,
        carried_in_mg=_carry_in(connection, bundle, now=now) if finished else 0,
    )
    write_bundle(connection, gathered)
    return WindowStep(found.reductions, ends_at - opens, closes - opens, finished)


def _carry_in(connection: Connection, bundle: Bundle, *, now: datetime) -> int:
    book = bundle.book
    lock_family(connection, book.family, book.vintage)
    account = carry_account(book.unit_class)
    carried_mg = balance(connection, account, family=book.family, vintage=book.vintage)
    post(connection, book.carry_in(carried_mg), now=now)
    return carried_mg
