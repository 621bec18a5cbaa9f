"""Listings: one row each, locked before it is changed."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.store.inserting import insert_into
from app.store.log.acting import held, kept
from app.store.organisations.standing import counterparty_columns, stopped
from rewards.registry.counterparty import Counterparty
from rewards.trading.listing import AT_EXCHANGE, OPEN, Listing, OfferedUnits

_NAMES = tuple(each.name for each in fields(Listing))
_LISTING = ", ".join(f"l.{name}" for name in _NAMES)
_WIDTH = len(_NAMES)
_INSERT = text(insert_into("listing", _NAMES))
_LOCK = text(f"select {_LISTING} from listing l where listing_id = :listing_id for update")
_WRITE = text(
    """
    update listing set remaining_t = :remaining_t, state = :state, closed_at = :closed_at
     where listing_id = :listing_id
    """
)
_OFFERED = f"""
    select {_LISTING}, b.bundle_id, u.methodology, b.vintage, b.unit_class,
           {counterparty_columns("o")}
      from listing l
      join unit_block b on b.block_id = l.block_id
      join bundle u on u.bundle_id = b.bundle_id
      left join organisation o on o.organisation_id = l.seller_id
"""
_ONE = text(f"{_OFFERED} where l.listing_id = :listing_id")
_MANY = text(f"{_OFFERED} where l.listing_id = any(:ids)")
_OPEN = text(
    f"""
    {_OFFERED}
     where (cast(:before as uuid) is null or l.listing_id < :before) and l.state = '{OPEN}'
       and l.kind <> '{AT_EXCHANGE}'
       and not {stopped("l.seller_id")} and (cast(:kind as text) is null or l.kind = :kind)
     order by l.listing_id desc limit :most
    """
)


def insert_listing(connection: Connection, listing: Listing) -> None:
    """Write a new listing."""
    connection.execute(_INSERT, asdict(listing))
    kept(listing)


def lock_listing(connection: Connection, listing_id: UUID) -> Listing | None:
    """The listing, locked until the transaction ends; it is locked before its trades, by all."""
    row = connection.execute(_LOCK, {"listing_id": listing_id}).one_or_none()
    return None if row is None else held(Listing(*row))


def write_listing(connection: Connection, listing: Listing) -> None:
    """Write what may change of a locked listing."""
    connection.execute(_WRITE, asdict(listing))
    kept(listing)


def find_listing(connection: Connection, listing_id: UUID) -> OfferedUnits | None:
    """One listing, open or not, as buyers read it."""
    row = connection.execute(_ONE, {"listing_id": listing_id}).one_or_none()
    return None if row is None else _offered(row)


def find_listings(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, OfferedUnits]:
    """The listings of these ids, open or not, by their ids."""
    found = map(_offered, connection.execute(_MANY, {"ids": list(ids)}))
    return {each.listing.listing_id: each for each in found}


def open_listings(
    connection: Connection, *, kind: str | None = None, before: UUID | None, most: int
) -> list[OfferedUnits]:
    """What is for sale here, newest first; None: of every kind."""
    rows = connection.execute(_OPEN, {"kind": kind, "before": before, "most": most})
    return [_offered(row) for row in rows]


def _offered(row: Row[Any]) -> OfferedUnits:
    listing = Listing(*row[:_WIDTH])
    seller = Counterparty(*row[_WIDTH + 4 :]) if listing.seller_id else None
    return OfferedUnits(listing, seller, *row[_WIDTH : _WIDTH + 4])
