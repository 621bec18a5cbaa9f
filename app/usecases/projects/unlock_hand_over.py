"""Unlock a hand-over that was not delivered: nothing becomes of it, and its units are free."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.hand_overs import blocks_of_hand_over, lock_blocks_of, write_hand_over
from app.store.registry.blocks import write_blocks
from app.usecases.projects.hold_hand_over import hold_hand_over
from behaviours.viewer import Viewer
from rewards.registry.handing_over import UNLOCK, HandOver


def unlock_hand_over(
    connection: Connection, period_id: UUID, number: int, reason: str, *, by: Viewer, clock: Clock
) -> HandOver:
    """The hand-over that came to nothing, for a reason.

    Raises HandOverStateConflict and what ``hold_hand_over`` raises.
    """
    held = hold_hand_over(connection, period_id, number, by=by)
    now = clock.now()
    unlocked = held.move(UNLOCK, now=now, reason=reason)
    blocks = lock_blocks_of(connection, blocks_of_hand_over(connection, held))
    write_blocks(connection, [each.unlock(now) for each in blocks])
    write_hand_over(connection, unlocked)
    return unlocked
