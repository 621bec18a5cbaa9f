"""Hand units to another enterprise, as negotiated outside."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.platform.references import claim_reference
from app.store.registry.blocks import write_blocks
from app.store.registry.reading import list_transfers
from app.store.trading.trades import record_transfers
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.check_holder import check_holder
from app.usecases.registry.take_units import take_units
from rewards.reference import TRANSFERRING, reference
from rewards.registry.block import TRANSFER
from rewards.registry.receiver import check_receiver
from rewards.registry.register import RegisteredTransfer


def transfer_units(
    connection: Connection,
    block_id: UUID,
    *,
    quantity_t: int | None,
    from_id: UUID,
    to_id: UUID,
    client_reference: str,
    clock: Clock,
) -> RegisteredTransfer:
    """Give ``quantity_t`` (None: all) of a free block to another enterprise.

    The same ``client_reference`` again answers the first transfer.

    Raises UnknownUnits, UnknownReceiver, BuyerIsSeller, VerifierNotIndependent, BlockNotAvailable,
    AlreadyRetired, NotEnoughUnits, UnitsNotCovered, ReferenceReused, OrganisationSuspended,
    OrganisationClosed.
    """
    receiver = organisation(connection, to_id)
    check_receiver(receiver.kind if receiver else None, from_id=from_id, to_id=to_id)
    check_taking_part(connection, [from_id, to_id])
    asked = reference(TRANSFERRING, from_id, client_reference, block_id, quantity_t, to_id)
    transfer_id = new_id()
    if (known := claim_reference(connection, asked, transfer_id)) != transfer_id:
        return _registered(connection, known)
    (given,), now = take_units(
        connection, block_id, owner_id=from_id, quantity_t=quantity_t, clock=clock
    )
    check_holder(connection, [given], to_id, "hold")
    write_blocks(connection, [given.move(TRANSFER, owner_id=to_id, now=now)])
    record_transfers(
        connection,
        {transfer_id: given},
        from_id=from_id,
        to_id=to_id,
        trade_id=None,
        now=now,
    )
    return _registered(connection, transfer_id)


def _registered(connection: Connection, transfer_id: UUID) -> RegisteredTransfer:
    (registered,) = list_transfers(connection, transfer_id=transfer_id)
    return registered
