"""Hand units over to an exchange, where they stand for sale until a day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.registry.blocks import origins_of, write_blocks
from app.store.trading.exchange_lots import insert_exchange_lot
from app.store.trading.listings import insert_listing
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.take_units import take_units
from app.usecases.trading.check_exchange import check_exchange
from app.usecases.trading.check_project_covered import check_project_covered
from app.usecases.trading.see_lots import see_lots
from behaviours.viewer import Viewer
from rewards.registry.block import LOCK, Block
from rewards.registry.serials import print_serial
from rewards.trading.exchange_lot import (
    ExchangeLot,
    HandedUnits,
    SeenLot,
    handed_files,
    return_moment,
)
from rewards.trading.listing import AT_EXCHANGE, OPEN, Listing
from rewards.trading.trade import ClosedAt, seller_of


class LotTerms(NamedTuple):
    """What a seller states of a lot; ``price_fen_per_tonne`` is the least that is taken."""

    quantity_t: int
    price_fen_per_tonne: int
    exchange: ClosedAt
    returns_on: date


class PrintedAs(NamedTuple):
    """How the programme writes serials and money."""

    serial_prefix: str
    currency: str


def hand_to_exchange(
    connection: Connection,
    block_id: UUID,
    terms: LotTerms,
    *,
    printed: PrintedAs,
    zone: ZoneInfo,
    viewer: Viewer,
    clock: Clock,
) -> SeenLot:
    """A lot of a free block of the viewer's; an operator hands over for the programme.

    Its tonnes are locked until the exchange settles them or gives them back, or their day comes.
    Raises UnknownUnits, BlockNotAvailable, AlreadyRetired, NotEnoughUnits, UnitsNotCovered,
    ProjectUncovered, ReturnDayUnusable, ExchangeUnknown, ExchangeIsParty, ExchangeTied,
    OrganisationSuspended, OrganisationClosed.
    """
    seller_id, exchange = seller_of(viewer), terms.exchange
    check_taking_part(connection, [seller_id, exchange.exchange_id])
    check_exchange(connection, exchange, [seller_id])
    (handed,), now = take_units(
        connection, block_id, owner_id=seller_id, quantity_t=terms.quantity_t, clock=clock
    )
    returns_at = return_moment(terms.returns_on, now=now, zone=zone)
    check_project_covered(connection, [handed], seller_id)
    listing = Listing(
        listing_id=new_id(),
        seller_id=seller_id,
        block_id=handed.block_id,
        quantity_t=terms.quantity_t,
        remaining_t=terms.quantity_t,
        price_fen_per_tonne=terms.price_fen_per_tonne,
        state=OPEN,
        created_at=now,
        kind=AT_EXCHANGE,
    )
    files = handed_files(
        listing,
        [_named(connection, handed, printed)],
        exchange_id=exchange.exchange_id,
        returns_on=terms.returns_on,
        tie=exchange.tie,
        currency=printed.currency,
    )
    lot = ExchangeLot(listing.listing_id, exchange.exchange_id, returns_at, exchange.tie, *files)
    insert_listing(connection, listing)
    insert_exchange_lot(connection, lot)
    write_blocks(connection, [handed.move(LOCK, listing_id=listing.listing_id, now=now)])
    (seen,) = see_lots(connection, [lot])
    return seen


def _named(connection: Connection, block: Block, printed: PrintedAs) -> HandedUnits:
    origin = origins_of(connection, [block])[block.bundle_id]
    first, end = block.numbers
    serial = print_serial(
        origin.serial(block.numbers, block.unit_class), prefix=printed.serial_prefix
    )
    return HandedUnits(
        serial,
        first,
        end - 1,
        block.vintage,
        block.unit_class,
        block.bundle_id,
        origin.methodology,
    )
