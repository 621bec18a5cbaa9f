"""The public register's changes of hands, or those of the numbers of a printed serial."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.reading import list_transfers, numbered_transfers
from rewards.registry.register import RegisteredTransfer
from rewards.registry.serials import parse_serial


def read_transfers(
    connection: Connection,
    *,
    serial: str | None = None,
    serial_prefix: str,
    exchange_id: UUID | None = None,
    before: UUID | None,
    most: int,
) -> list[RegisteredTransfer]:
    """Newest first; everybody may read them. Raises BadSerial.

    With ``serial`` those of any of its numbers, also in blocks that were split since; with
    ``exchange_id`` those whose trade was closed there.
    """
    if serial is None:
        return list_transfers(connection, exchange_id=exchange_id, before=before, most=most)
    wanted = parse_serial(serial, prefix=serial_prefix, pointer="?serial")
    return numbered_transfers(connection, wanted, exchange_id=exchange_id, before=before, most=most)
