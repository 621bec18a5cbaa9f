"""Actions that hold what they claim, streamed: live, waiting, and those that a unit contains."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from app.store.recording.actions import ACTIONS, stored_action
from app.store.recording.holds import stream_open
from behaviours.actions.stored_action import StoredAction

_HOLDING = text(f"{ACTIONS} WHERE r.action_id IS NULL OR b.frozen_at IS NOT NULL")
_STREAM = {"stream_results": True, "yield_per": 1_000}


def claiming_actions(connection: Connection) -> Iterator[StoredAction]:
    """Every live, waiting or sold action, in no order."""
    rows = connection.execute(_HOLDING, execution_options=_STREAM)
    with rows:
        for row in rows.mappings():
            yield stored_action(row)
    yield from stream_open(connection)
