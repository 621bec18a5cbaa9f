"""Who reported an action: only they are shown its id."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.asking import ask
from app.store.recording.rows import Target

_ASKED = Target("asked", (("participant_id", "uuid"), ("action_id", "uuid")))
_REPORTERS = _ASKED.fill("""
    SELECT a.action_id, a.participant_id, a.provider_id
    FROM {unnest} JOIN action a USING (participant_id, action_id)
""")


def reporters_of(
    connection: Connection, actions: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, tuple[UUID, UUID | None]]:
    """(participant, provider or None) of each action, named by (participant, action)."""
    asked = sorted({(person.hex, action.hex) for person, action in actions})
    found = ask(raw(connection), _REPORTERS, _ASKED.arrays(asked)).fetchall()
    return {action: (person, provider) for action, person, provider in found}
