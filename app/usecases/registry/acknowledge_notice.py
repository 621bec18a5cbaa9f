"""Acknowledge a notice: the holder says that it was read."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.notices import acknowledge, find_notice
from rewards.registry.holder_notice import HolderNotice, check_notice


def acknowledge_notice(
    connection: Connection,
    notice_id: UUID,
    *,
    organisation_id: UUID,
    acknowledged_by: UUID,
    clock: Clock,
) -> HolderNotice:
    """The notice as it is then; once more changes nothing. Raises UnknownUnits."""
    check_notice(find_notice(connection, notice_id, organisation_id=organisation_id))
    acknowledge(connection, notice_id, acknowledged_by=acknowledged_by, now=clock.now())
    return check_notice(find_notice(connection, notice_id, organisation_id=organisation_id))
