"""Sign the issue of a sealed bundle; the second of two signatures makes the units."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.registry.blocks import insert_block, take_numbers
from app.store.registry.carbon_book import lock_family, post, reserve_of
from app.store.registry.reserve import lock_reserve
from app.store.signing import sign_by
from app.usecases.pooling.cover_reversed import cover_reversed
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.viewer import Viewer
from rewards.pooling.bundle import ISSUE, SIGN_ISSUE, Bundle
from rewards.pooling.seen_bundle import SignedBundle
from rewards.registry.block import ACTIVE, BUFFER
from rewards.registry.issuing import TONNE_MG, Issue, issue
from rewards.registry.ranges import Range
from rewards.signing import Matter


def sign_issue(
    connection: Connection, bundle_id: UUID, *, by: Viewer, clock: Clock
) -> SignedBundle:
    """The bundle and the roles whose signature is missing; issued when none is.

    Raises UnknownBundle, BundleStateConflict, SamePersonTwice.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    now = clock.now()
    bundle.check(SIGN_ISSUE, by=by)
    awaiting = sign_by(connection, Matter("bundle", bundle_id, ISSUE), by, now)
    if awaiting:
        return SignedBundle(bundle, awaiting)
    return SignedBundle(_issue(connection, bundle, by=by, now=now), awaiting)


def _issue(connection: Connection, bundle: Bundle, *, by: Viewer, now: datetime) -> Bundle:
    book = bundle.book
    lock_family(connection, book.family, book.vintage)
    numbered_t = sum(each.quantity_t for each in lock_reserve(connection, book).blocks)
    made = issue(
        total_mg=bundle.selected_mg or 0,
        carried_in_mg=bundle.carried_in_mg or 0,
        deducted_mg=bundle.deducted_mg or 0,
        reserve_per_mille=bundle.reserve_per_mille,
        loose_reserve_mg=reserve_of(connection, book) - numbered_t * TONNE_MG,
    )
    postings = book.issue(
        deducted_mg=made.deducted_mg,
        reserve_mg=made.reserve_mg,
        units_mg=made.issued_t * TONNE_MG,
        carried_out_mg=made.carried_out_mg,
    )
    post(connection, postings, now=now)
    _number(connection, bundle, made, now=now)
    issued = bundle.move(
        ISSUE,
        by=by,
        deducted_mg=made.deducted_mg,
        reserve_mg=made.reserve_mg,
        issued_t=made.issued_t,
        carried_out_mg=made.carried_out_mg,
        issued_at=now,
    ).short_of(bundle.shortfall_mg)
    write_bundle(connection, issued)
    if not issued.shortfall_mg:
        return issued
    # What was taken back before there was a reserve of its own is made good out of it now.
    cover_reversed(connection, issued, 0, now=now)
    return hold_bundle(connection, issued.bundle_id, by=by)


def _number(connection: Connection, bundle: Bundle, made: Issue, *, now: datetime) -> None:
    # Last of all, because everybody who issues waits for the one counter.
    if made.issued_t + made.buffer_t == 0:
        return
    first = take_numbers(connection, made.issued_t + made.buffer_t)
    middle, end = first + made.issued_t, first + made.issued_t + made.buffer_t
    for numbers, state in ((Range(first, middle), ACTIVE), (Range(middle, end), BUFFER)):
        if numbers.quantity_t > 0:
            insert_block(
                connection,
                bundle_id=bundle.bundle_id,
                numbers=numbers,
                state=state,
                unit_class=bundle.unit_class,
                vintage=bundle.vintage,
                now=now,
            )
