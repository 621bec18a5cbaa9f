"""Hand units to another enterprise, as negotiated outside."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.registry.blocks import cut, lock_block, origins_of, write_blocks
from app.store.registry.reading import list_transfers
from app.store.trading.trades import record_transfers
from rewards.registry.block import TRANSFER, free_block
from rewards.registry.refusals import BuyerIsSeller, UnknownReceiver
from rewards.registry.register import RegisteredTransfer

ENTERPRISE = "enterprise"


def transfer_units(
    connection: Connection,
    block_id: UUID,
    *,
    quantity_t: int | None,
    from_id: UUID,
    to_id: UUID,
    now: datetime,
) -> RegisteredTransfer:
    """Give ``quantity_t`` (None: all) of a free block to another enterprise.

    Raises UnknownUnits, UnknownReceiver, BuyerIsSeller, VerifierNotIndependent, BlockNotAvailable,
    AlreadyRetired, NotEnoughUnits.
    """
    if from_id == to_id:
        raise BuyerIsSeller("transfer", pointer="/to_enterprise_id")
    receiver = organisation(connection, to_id)
    if receiver is None or receiver.kind != ENTERPRISE:
        raise UnknownReceiver(pointer="/to_enterprise_id")
    block = free_block(lock_block(connection, block_id), from_id)
    for origin in origins_of(connection, [block]).values():
        origin.check_independent(to_id, "hold")
    (given,) = cut(connection, [block], quantity_t or block.quantity_t, now=now)
    write_blocks(connection, [given.move(TRANSFER, owner_id=to_id, now=now)])
    (transfer_id,) = record_transfers(
        connection, [given], from_id=from_id, to_id=to_id, trade_id=None, now=now
    )
    (registered,) = list_transfers(connection, transfer_id=transfer_id)
    return registered
