"""SQL of what was tried, as those read it whose endpoint it is."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first
from behaviours.webhooks import AttemptMade

# ruff: noqa: S608 - only names of this code

_COLUMNS: Final = """attempt_id, endpoint_id, message_id, type, subject, number, started_at,
    duration_ms, outcome, status, trouble, answer, is_replay, is_trial"""
_LIST = newest_first(
    f"""
    select {_COLUMNS} from webhook_attempt
     where endpoint_id = :endpoint_id
       and (cast(:outcome as text) is null or outcome = :outcome)
       and (cast(:message_id as uuid) is null or message_id = :message_id)
    """,
    by="attempt_id",
)
_FIND = text(
    f"""
    select {_COLUMNS} from webhook_attempt
     where endpoint_id = :endpoint_id and attempt_id = :attempt_id
    """
)


def list_attempts(
    connection: Connection,
    endpoint_id: UUID,
    *,
    outcome: str | None,
    message_id: UUID | None,
    before: UUID | None,
    most: int,
) -> list[AttemptMade]:
    """Attempts at an endpoint, the newest first; of one outcome or one message, or all."""
    asked = {
        "endpoint_id": endpoint_id,
        "outcome": outcome,
        "message_id": message_id,
        "before": before,
        "most": most,
    }
    return [AttemptMade(*row) for row in connection.execute(_LIST, asked)]


def find_attempt(connection: Connection, endpoint_id: UUID, attempt_id: UUID) -> AttemptMade | None:
    """One attempt at an endpoint."""
    asked = {"endpoint_id": endpoint_id, "attempt_id": attempt_id}
    row = connection.execute(_FIND, asked).one_or_none()
    return AttemptMade(*row) if row else None
