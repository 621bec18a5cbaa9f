"""Read the codes that a person's redemption was given."""

from __future__ import annotations

from uuid import UUID

from app.secrecy.files import file_key, open_part, part_name
from app.store.database import Connection
from app.store.redemption.pools import codes_of_sale
from app.usecases.redemption.load_codes import CODE
from app.usecases.redemption.read_redemption import read_redemption
from behaviours.viewer import Viewer


def read_codes(
    connection: Connection, viewer: Viewer, redemption_id: UUID, *, identity_key: bytes
) -> list[str]:
    """In their order; none of what is no voucher, or was taken back. Raises UnknownRedemption."""
    read_redemption(connection, viewer, redemption_id)
    key = file_key(identity_key)
    return [
        open_part(key, part_name(each.offer_id, CODE, each.code_no), each.sealed).decode()
        for each in codes_of_sale(connection, redemption_id)
    ]
