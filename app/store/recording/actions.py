"""Actions as they are now: with their reversal, and with the bundle that holds their reduction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text

from app.store.database import Connection
from app.store.tables.recording import action
from behaviours.actions.stored_action import StoredAction

_COLUMNS = ", ".join(f"a.{column.name}" for column in action.columns)
ACTIONS = f"""
    SELECT {_COLUMNS}, r.reversed_at, r.reason, r.reversed_by, r.reason_code,
        r.points_taken, r.points_owed, e.bundle_id, b.frozen_at,
        b.issued_at IS NOT NULL AS is_issued
    FROM action a
    LEFT JOIN reversal r USING (participant_id, action_id)
    LEFT JOIN bundle_entry e USING (participant_id, action_id)
    LEFT JOIN bundle b ON b.bundle_id = e.bundle_id
"""  # noqa: S608 - only names of this code
_ONE = text(f"{ACTIONS} WHERE a.action_id = ANY(:action_ids)")
_OF_PERSON = text(
    f"{ACTIONS} WHERE a.participant_id = :participant_id AND a.action_id < :before"
    " ORDER BY a.action_id DESC LIMIT :limit"
)
_AFTER = text(
    f"{ACTIONS} WHERE cast(:after AS uuid) IS NULL OR a.action_id > :after"
    " ORDER BY a.action_id LIMIT :limit"
)
_AFTER_ALL = UUID(int=(1 << 128) - 1)


def find_actions(connection: Connection, action_ids: Sequence[UUID]) -> dict[UUID, StoredAction]:
    """The credited actions that exist, by id."""
    rows = connection.execute(_ONE, {"action_ids": list(action_ids)}).mappings()
    return {row["action_id"]: stored_action(row) for row in rows}


def actions_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[StoredAction]:
    """A person's credited actions, the last recorded first, from before an id on."""
    rows = connection.execute(
        _OF_PERSON,
        {"participant_id": participant_id, "before": before or _AFTER_ALL, "limit": limit},
    ).mappings()
    return [stored_action(row) for row in rows]


def actions_after(connection: Connection, after: UUID | None, *, limit: int) -> list[StoredAction]:
    """Everybody's actions in the order of their ids, from after one on: for work on all of them."""
    rows = connection.execute(_AFTER, {"after": after, "limit": limit}).mappings()
    return [stored_action(row) for row in rows]


def stored_action(row: RowMapping) -> StoredAction:
    """An action of a row with the columns of ``ACTIONS``."""
    return StoredAction(**row)
