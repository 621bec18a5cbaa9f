"""Sign the issue of a sealed bundle; the second of two signatures makes the units."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import update_bundle
from app.store.registry.blocks import insert_block, take_numbers
from app.store.registry.carbon_book import balance, lock_family, post
from app.store.signing import sign
from app.usecases.pooling.standing import book_of, bundle_at
from rewards.ledger.carbon import RESERVE
from rewards.registry.issuing import TONNE_MG, Issue, issue
from rewards.registry.ranges import Range
from rewards.signing import Matter, Signature, missing_roles


def sign_issue(
    connection: Connection, bundle_id: UUID, *, role: str, user_id: UUID, now: datetime
) -> tuple[dict[str, Any], list[str]]:
    """(the bundle, the roles whose signature is missing); issued when none is.

    Raises BundleStateConflict, SamePersonTwice.
    """
    bundle = bundle_at(connection, bundle_id, "sealed")
    matter = Matter("bundle", bundle_id, "issue")
    missing = missing_roles(sign(connection, matter, Signature(role, user_id, now)))
    if missing:
        return bundle, missing
    return bundle | _issue(connection, bundle, now=now), missing


def _issue(connection: Connection, bundle: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    bundle_id, book = bundle["bundle_id"], book_of(bundle)
    lock_family(connection, book.family, book.vintage)
    reserve_mg = balance(connection, RESERVE, family=book.family, vintage=book.vintage)
    made = issue(
        total_mg=bundle["selected_mg"],
        carried_in_mg=bundle["carried_in_mg"],
        deducted_mg=bundle["deducted_mg"],
        reserve_per_mille=bundle["reserve_per_mille"],
        # What earlier issues numbered is the whole tonnes of what the reserve held then.
        loose_reserve_mg=reserve_mg % TONNE_MG,
    )
    postings = book.issue(
        deducted_mg=made.deducted_mg,
        reserve_mg=made.reserve_mg,
        units_mg=made.issued_t * TONNE_MG,
        carried_out_mg=made.carried_out_mg,
    )
    post(connection, postings, now=now)
    _number(connection, bundle, made, now=now)
    changed = {
        "state": "issued",
        "deducted_mg": made.deducted_mg,
        "reserve_mg": made.reserve_mg,
        "issued_t": made.issued_t,
        "carried_out_mg": made.carried_out_mg,
        "issued_at": now,
    }
    update_bundle(connection, bundle_id, **changed)
    return changed


def _number(connection: Connection, bundle: dict[str, Any], made: Issue, *, now: datetime) -> None:
    # Last of all, because everybody who issues waits for the one counter.
    if made.issued_t + made.buffer_t == 0:
        return
    first = take_numbers(connection, made.issued_t + made.buffer_t)
    middle, end = first + made.issued_t, first + made.issued_t + made.buffer_t
    for numbers, state in ((Range(first, middle), "active"), (Range(middle, end), "buffer")):
        if numbers.quantity_t > 0:
            insert_block(
                connection,
                bundle_id=bundle["bundle_id"],
                numbers=numbers,
                state=state,
                unit_class=bundle["unit_class"],
                vintage=bundle["vintage"],
                now=now,
            )
