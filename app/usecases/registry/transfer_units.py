"""Hand units to another enterprise, as negotiated outside."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.bundles import read_bundle
from app.store.registry.blocks import cut, set_blocks
from app.store.trading.trading import record_transfers
from app.usecases.registry.standing import free_block
from rewards.registry.refusals import BuyerIsSeller, UnknownReceiver, VerifierNotIndependent


def transfer_units(
    connection: Connection,
    block_id: UUID,
    *,
    quantity_t: int | None,
    from_id: UUID,
    to_id: UUID,
    now: datetime,
) -> UUID:
    """Give ``quantity_t`` (None: all) of a free block to another enterprise.

    Returns the transfer's id. Raises UnknownId, UnknownReceiver, BuyerIsSeller,
    VerifierNotIndependent, BlockNotAvailable, AlreadyRetired, NotEnoughUnits.
    """
    if from_id == to_id:
        raise BuyerIsSeller("These units are yours already.", pointer="/to_enterprise_id")
    receiver = organisation(connection, to_id)
    if receiver is None or receiver.kind != "enterprise":
        raise UnknownReceiver(
            "No enterprise of this id is registered.", pointer="/to_enterprise_id"
        )
    block = free_block(connection, block_id, from_id)
    bundle = read_bundle(connection, block.bundle_id)
    if bundle is not None and bundle["verifier_id"] == to_id:
        raise VerifierNotIndependent("Whoever verified these units cannot hold them.")
    (given,) = cut(connection, [block], quantity_t or block.quantity_t, now=now)
    set_blocks(connection, [given.block_id], owner_id=to_id, state="active", now=now)
    (transfer_id,) = record_transfers(
        connection,
        [(given.block_id, given.quantity_t)],
        from_id=from_id,
        to_id=to_id,
        trade_id=None,
        now=now,
    )
    return transfer_id
