"""Read how an import ended that an earlier attempt had closed."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.import_tally import outcome_of
from behaviours.json_value import JsonObject


def read_outcome(connection: Connection, import_id: UUID) -> JsonObject | None:
    """The counts and the problem as they were answered; None when it was not closed."""
    return outcome_of(connection, import_id)
