"""Units of issued bundles on their way: listed, bought, held, retired."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from uuid import UUID

from app.clock import StandingClock
from app.store.database import Connection
from app.store.registry.blocks import lock_blocks
from app.usecases.registry.retire_units import retire_units
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.list_units import list_units
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from rewards.registry.block import Block
from rewards.registry.register import RegisteredRetirement, RegisteredTransfer
from rewards.registry.retirement import RetirementTerms
from tests.builders.market import NOW, PV, issued, pooled_pv, rows, run
from tests.builders.people import an_organisation
from tests.builders.viewers import enterprise, seller as seller_viewer


def programme_block(wiring: Wiring, bundle_id: UUID) -> UUID:
    """The block of an issued bundle that is for sale."""
    (row,) = rows(
        wiring,
        "select block_id from unit_block where bundle_id = :id and state = 'active'"
        " and owner_id is null",
        id=bundle_id,
    )
    return row["block_id"]


def block(wiring: Wiring, block_id: UUID) -> Block:
    (found,) = run(wiring, lock_blocks, [block_id])
    return found


def listed(wiring: Wiring, block_id: UUID, tonnes: int, *, seller: UUID | None = None) -> UUID:
    offered = run(
        wiring,
        list_units,
        block_id,
        quantity_t=tonnes,
        price_fen_per_tonne=5_000,
        viewer=seller_viewer(seller),
        clock=StandingClock(NOW),
    )
    return offered.listing.listing_id


def bought(wiring: Wiring, listing_id: UUID, tonnes: int, buyer: UUID) -> UUID:
    """Order, pay, confirm; the trade's id."""

    def buy(connection: Connection) -> UUID:
        made = order_units(
            connection,
            listing_id,
            quantity_t=tonnes,
            buyer_id=buyer,
            client_reference=secrets.token_hex(8),
            terms=wiring.trade_terms,
            clock=StandingClock(NOW),
        )
        trade_id, payer = made.trade_id, enterprise(buyer)
        pay_trade(
            connection,
            trade_id,
            payment_reference=f"bank-{trade_id}",
            terms=wiring.trade_terms,
            viewer=payer,
            clock=StandingClock(NOW),
        )
        confirm_trade(
            connection, trade_id, viewer=seller_viewer(made.seller_id), clock=StandingClock(NOW)
        )
        return trade_id

    return run(wiring, buy)


def an_owner(wiring: Wiring, tonnes: int) -> tuple[UUID, UUID]:
    """(enterprise, block) that holds this many tonnes of a bundle made for it."""
    # Two thirds of a tonne for a thousand kilowatt-hours, less five per cent for the reserve.
    pooled_pv(wiring, people=1, kwh=str(tonnes * 2000))
    block_id = programme_block(wiring, issued(wiring, methodology=PV))
    owner = an_organisation(wiring, "enterprise")
    listing_id = listed(wiring, block_id, tonnes)
    bought(wiring, listing_id, tonnes, owner)
    (row,) = rows(
        wiring,
        "select block_id from unit_block where owner_id = :id and state = 'active'",
        id=owner,
    )
    return owner, row["block_id"]


def retirement_of(
    wiring: Wiring, owner: UUID, tonnes: int, block_id: UUID | None = None
) -> Callable[[Connection], RegisteredRetirement]:
    """Retire tonnes of a block, or of the owner's oldest ones."""
    return lambda connection: retire_units(
        connection,
        enterprise_id=owner,
        block_id=block_id,
        quantity_t=tonnes,
        terms=RetirementTerms("Hangzhou Tea House", "voluntary_offset", "2026"),
        client_reference=secrets.token_hex(8),
        serial_prefix=wiring.programme.serial_prefix,
        signing_key=wiring.settings.signing_key,
        clock=StandingClock(NOW),
    )


def transferred(
    wiring: Wiring, block_id: UUID, giver: UUID, receiver: UUID, tonnes: int | None = None
) -> RegisteredTransfer:
    """Units handed on outside the market; None: the whole block."""
    made: RegisteredTransfer = run(
        wiring,
        transfer_units,
        block_id,
        quantity_t=tonnes,
        from_id=giver,
        to_id=receiver,
        client_reference=secrets.token_hex(8),
        clock=StandingClock(NOW),
    )
    return made
