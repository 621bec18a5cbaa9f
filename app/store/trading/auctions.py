"""Auctions: one row each beside its listing, whose lock is theirs; terms and bids are final."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from rewards.trading.auction import AWARDED, BIDDING, Auction, AuctionTerms, Bid
from rewards.trading.listing import AUCTION, OPEN

_NAMES = tuple(each.name for each in fields(Auction) if each.name != "terms")
_TERMS = ("listing_id", *AuctionTerms._fields)
_BID = ", ".join(Bid._fields)
_INSERT = text(insert_into("auction", _NAMES))
_INSERT_TERMS = text(insert_into("auction_terms", _TERMS))
_INSERT_BID = text(insert_into("auction_bid", Bid._fields))
_INSERT_AWARD = text(
    insert_into("auction_award", ("trade_id", "listing_id", "bid_number", "awarded_at"))
)
_STATED = ", ".join(f"t.{name}" for name in AuctionTerms._fields)
_READ = f"""
    select {", ".join(f"a.{name}" for name in _NAMES)}, {_STATED}
      from auction a join auction_terms t using (listing_id)
"""
_OF_LISTINGS = text(f"{_READ} where a.listing_id = any(cast(:ids as uuid[]))")
_WRITE = text(
    f"""
    update auction set {", ".join(f"{name} = :{name}" for name in _NAMES[1:])}
     where listing_id = :listing_id
    """
)
_CLOCK = text("select clock_timestamp()")
_BIDS = text(
    f"""
    select {_BID} from auction_bid
     where listing_id = :listing_id and (cast(:after as integer) is null or number < :after)
     order by number desc limit :most
    """
)
_LAST_BID = text(
    f"select {_BID} from auction_bid where listing_id = :listing_id order by number desc limit 1"
)
# The highest bid of each bidder: every bid is higher than those before it.
_RANKED = text(
    f"""
    select distinct on (bidder_id) {_BID} from auction_bid
     where listing_id = :listing_id order by bidder_id, number desc
    """
)
_LAST_TRADE = text(
    """
    select t.state from auction_award w join trade t using (trade_id)
     where w.listing_id = :listing_id order by w.bid_number limit 1
    """
)
# Over, and nobody has the lot: it was not awarded yet, or what it was awarded for has ended.
_DUE = text(
    f"""
    select a.listing_id from listing l join auction a using (listing_id)
     where l.kind = '{AUCTION}' and l.state = '{OPEN}'
       and (a.state = '{AWARDED}' or a.state = '{BIDDING}' and a.ends_at <= :now)
     order by a.listing_id limit :most
    """
)


def insert_auction(connection: Connection, auction: Auction) -> None:
    """Write a new auction and its terms."""
    connection.execute(_INSERT, by_name(_NAMES, auction))
    connection.execute(_INSERT_TERMS, {"listing_id": auction.listing_id, **auction.terms._asdict()})
    kept(auction)


def auctions_of(connection: Connection, listing_ids: Collection[UUID]) -> dict[UUID, Auction]:
    """The auctions among these listings, by listing."""
    rows = connection.execute(_OF_LISTINGS, {"ids": list(listing_ids)})
    return {found.listing_id: found for found in map(_auction, rows)}


def hold_auction(connection: Connection, listing_id: UUID) -> Auction | None:
    """The auction of a listing that the caller has locked, as it is before a step."""
    found = auctions_of(connection, [listing_id]).get(listing_id)
    return None if found is None else held(found)


def write_auction(connection: Connection, auction: Auction) -> None:
    """Write what may change of an auction whose listing is locked."""
    connection.execute(_WRITE, by_name(_NAMES, auction))
    kept(auction)


def database_moment(connection: Connection) -> datetime:
    """What the database's clock tells now, which is one for all processes and machines."""
    told: datetime = connection.execute(_CLOCK).scalar_one()
    return told


def insert_bid(connection: Connection, bid: Bid) -> None:
    """Write a bid, for good."""
    connection.execute(_INSERT_BID, bid._asdict())


def insert_award(connection: Connection, bid: Bid, trade_id: UUID, *, now: datetime) -> None:
    """Write to which bid the lot went, and by which trade."""
    connection.execute(
        _INSERT_AWARD,
        {
            "trade_id": trade_id,
            "listing_id": bid.listing_id,
            "bid_number": bid.number,
            "awarded_at": now,
        },
    )


def last_bid(connection: Connection, listing_id: UUID) -> Bid:
    """The highest bid of an auction that has one."""
    return Bid(*connection.execute(_LAST_BID, {"listing_id": listing_id}).one())


def list_bids(
    connection: Connection, listing_id: UUID, *, after: int | None, most: int
) -> list[Bid]:
    """The bids of an auction, the highest first."""
    given = {"listing_id": listing_id, "after": after, "most": most}
    return [Bid(*row) for row in connection.execute(_BIDS, given)]


def ranked_bids(connection: Connection, listing_id: UUID) -> list[Bid]:
    """The highest bid of each bidder, the highest first."""
    rows = connection.execute(_RANKED, {"listing_id": listing_id})
    return sorted((Bid(*row) for row in rows), key=lambda bid: bid.number, reverse=True)


def last_award_state(connection: Connection, listing_id: UUID) -> str | None:
    """In which state the trade of the last award is; None before the first."""
    found: str | None = connection.execute(
        _LAST_TRADE, {"listing_id": listing_id}
    ).scalar_one_or_none()
    return found


def due_auctions(connection: Connection, *, now: datetime, most: int) -> list[UUID]:
    """Auctions of which it is to be said who gets the lot, or that nobody does."""
    return list(connection.execute(_DUE, {"now": now, "most": most}).scalars())


def _auction(row: Row[Any]) -> Auction:
    at = len(_NAMES)
    listing_id, seller_id, *others = row[:at]
    return Auction(listing_id, seller_id, AuctionTerms(*row[at:]), *others)
