"""To whom units may be handed, as negotiated outside."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from rewards.registry.refusals import BuyerIsSeller, UnknownReceiver

ENTERPRISE: Final = "enterprise"


def check_receiver(kind: str | None, *, from_id: UUID, to_id: UUID) -> None:
    """``kind`` is that of the receiving organisation; None: there is none of this id.

    Raises BuyerIsSeller and UnknownReceiver: only another enterprise takes units over.
    """
    if from_id == to_id:
        raise BuyerIsSeller("transfer", pointer="/to_enterprise_id")
    if kind != ENTERPRISE:
        raise UnknownReceiver(pointer="/to_enterprise_id")
