"""Select the reductions of one window of time; the last window closes the selection."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle, update_bundle
from app.store.pooling.selecting import Criteria, civil_midnight, select_window
from app.store.registry.carbon_book import balance, lock_family, post
from app.usecases.pooling.standing import book_of
from rewards.ledger.carbon import carry_account
from rewards.registry.unit_classes import unit_class


class Selected(NamedTuple):
    """One step of a selection."""

    reductions: int
    # How far the period has been looked at, and how long it is.
    done: timedelta
    total: timedelta
    finished: bool


def select_chunk(
    connection: Connection, bundle_id: UUID, *, width: timedelta, zone: str, now: datetime
) -> Selected:
    """Select what happened in the next ``width`` of the bundle's period.

    The window, the counters and the place to go on are one transaction, so a killed selection
    loses at most one window's work and puts nothing in twice. With the last window the remainder
    of earlier bundles of the same family, vintage and class is brought in.
    """
    bundle = lock_bundle(connection, bundle_id)
    assert bundle is not None, "a selection is started for a bundle"
    opens = civil_midnight(connection, bundle["occurred_from"], zone)
    closes = civil_midnight(connection, bundle["occurred_to"] + timedelta(days=1), zone)
    if bundle["state"] != "selecting":
        return Selected(0, closes - opens, closes - opens, finished=True)
    starts_at = bundle["selected_until"] or opens
    ends_at = min(starts_at + width, closes)
    reductions, saved_mg = select_window(
        connection, _criteria(bundle, zone), starts_at=starts_at, ends_at=ends_at
    )
    finished = ends_at == closes
    update_bundle(
        connection,
        bundle_id,
        reductions=bundle["reductions"] + reductions,
        selected_mg=bundle["selected_mg"] + saved_mg,
        selected_until=ends_at,
        state="selected" if finished else "selecting",
    )
    if finished:
        _carry_in(connection, bundle, now=now)
    return Selected(reductions, ends_at - opens, closes - opens, finished)


def _criteria(bundle: dict[str, Any], zone: str) -> Criteria:
    kind = unit_class(bundle["unit_class"])
    return Criteria(
        bundle_id=bundle["bundle_id"],
        methodology=bundle["methodology"],
        vintage=bundle["vintage"],
        region=bundle["region"],
        open_grades=kind.open_grades,
        by_approval=kind.by_approval,
        zone=zone,
    )


def _carry_in(connection: Connection, bundle: dict[str, Any], *, now: datetime) -> None:
    book = book_of(bundle)
    lock_family(connection, book.family, book.vintage)
    account = carry_account(book.unit_class)
    carried_mg = balance(connection, account, family=book.family, vintage=book.vintage)
    post(connection, book.carry_in(carried_mg), now=now)
    update_bundle(connection, bundle["bundle_id"], carried_in_mg=carried_mg)
