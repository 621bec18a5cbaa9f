"""Say aloud what waits and nobody looked at in time; it is never credited by that."""

from __future__ import annotations

from datetime import datetime

import structlog

from app.ids import public
from app.store.database import Connection
from app.store.recording.holds import alarm_unseen

CHUNK_ACTIONS = 200
_log = structlog.get_logger(__name__)


def alarm_holds(connection: Connection, *, now: datetime, actions: int = CHUNK_ACTIONS) -> int:
    """Mark the longest unseen ``actions`` and log each; returns how many. Run until it is 0."""
    unseen = alarm_unseen(connection, now=now, limit=actions)
    for action_id, began_at, state in unseen:
        _log.warning(
            "hold_unseen",
            action_id=public("act", action_id),
            state=state,
            waits_since=began_at.isoformat(),
        )
    return len(unseen)
