"""Actions that hold what they claim, streamed: live, waiting, and those that a unit contains."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.secrecy.sealing import SealBroken
from app.store.database import keys_of
from app.store.recording.actions import ACTIONS, stored_action
from app.store.recording.holds import stream_open
from app.store.recording.kept_claims import KeptClaims
from behaviours.actions.stored_action import StoredAction

_HOLDING = text(f"{ACTIONS} WHERE r.action_id IS NULL OR b.frozen_at IS NOT NULL")
_KEPT = text("""
    SELECT a.action_id, c.claims, a.ended_at
    FROM action a
    LEFT JOIN person_key k ON k.participant_id = a.participant_id
    LEFT JOIN kept_claim c ON c.participant_id = a.participant_id AND c.action_id = a.action_id
    LEFT JOIN reversal r ON r.participant_id = a.participant_id AND r.action_id = a.action_id
    LEFT JOIN bundle_entry e ON e.participant_id = a.participant_id AND e.action_id = a.action_id
    LEFT JOIN bundle b ON b.bundle_id = e.bundle_id
    WHERE k.participant_id IS NULL AND a.seal IS NOT NULL
      AND (r.action_id IS NULL OR b.frozen_at IS NOT NULL)
""")
_STREAM = {"stream_results": True, "yield_per": 1_000}


class Kept(NamedTuple):
    """What the action of somebody who left claims; None: nobody kept it."""

    action_id: UUID
    claims: KeptClaims | None
    ended_at: datetime | None


def claiming_actions(connection: Connection) -> Iterator[StoredAction | UUID]:
    """Every live, waiting or sold action whose evidence can be read, in no order.

    The id alone of one whose seal is broken.
    """
    master = keys_of(connection)
    rows = connection.execute(_HOLDING, execution_options=_STREAM)
    with rows:
        for row in rows.mappings():
            try:
                stored = stored_action(row, master)
            except SealBroken:
                yield row["action_id"]
                continue
            if not stored.is_shredded:
                yield stored
    yield from stream_open(connection)


def kept_claims(connection: Connection) -> Iterator[Kept]:
    """The same of people who left, as it was made of the evidence when they did."""
    rows = connection.execute(_KEPT, execution_options=_STREAM)
    with rows:
        for row in rows:
            yield Kept(*row)
