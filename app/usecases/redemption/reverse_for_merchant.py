"""Reverse a sale for a merchant that was suspended or closed and cannot do it by itself."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.standing import share_standings
from app.usecases.organisations.find_actor import find_actor
from app.usecases.redemption.reverse_redemption import reverse_redemption
from behaviours.organisations import UnknownOrganisation
from behaviours.viewer import Viewer
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import MerchantTakesPart


def reverse_for_merchant(
    connection: Connection,
    merchant_id: UUID,
    out_request_no: str,
    *,
    quantity: int | None,
    out_refund_no: str,
    by: Viewer,
    clock: Clock,
) -> Redemption:
    """As ``reverse_redemption`` does, inside the offer's window; raises what it raises.

    Raises UsersOnly, UnknownOrganisation, and MerchantTakesPart when it can do it by itself.
    """
    find_actor(connection, by)
    for standing in share_standings(connection, [merchant_id]):
        if standing.takes_part:
            raise MerchantTakesPart(name=standing.name)
        return reverse_redemption(
            connection,
            merchant_id,
            out_request_no,
            quantity=quantity,
            out_refund_no=out_refund_no,
            clock=clock,
        )
    raise UnknownOrganisation("organisation")
