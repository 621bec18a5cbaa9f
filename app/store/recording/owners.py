"""Who reported an action, for only they are shown its id; and what was taken back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.asking import ask
from app.store.recording.rows import Target
from behaviours.actions.waiting import ENDED

_ASKED = Target("asked", (("participant_id", "uuid"), ("action_id", "uuid")))
_REPORTERS = _ASKED.fill("""
    SELECT a.action_id, a.participant_id, a.provider_id
    FROM {unnest} JOIN action a USING (participant_id, action_id)
    UNION ALL
    SELECT a.action_id, a.participant_id, a.provider_id
    FROM {unnest} JOIN waiting_action a USING (participant_id, action_id)
""")

_HOLDER = "SELECT participant_id, action_id FROM claim_key WHERE claim_digest = %s"
_REVERSED = _ASKED.fill(
    """
    SELECT r.participant_id, r.action_id, r.reason
    FROM {unnest} JOIN reversal r USING (participant_id, action_id)
    UNION ALL
    SELECT h.participant_id, h.action_id, NULL
    FROM {unnest} JOIN action_hold h USING (participant_id, action_id)
    WHERE h.state IN (ENDED)
""".replace("ENDED", ", ".join(f"'{each}'" for each in ENDED))
)


def reversed_among(
    connection: Connection, actions: Iterable[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], str | None]:
    """Those of the actions, named by (participant, action), that were taken back, and why.

    So was what waited and ended without credit, which has no reason here.
    """
    asked = sorted({(person.hex, action.hex) for person, action in actions})
    found = ask(raw(connection), _REVERSED, _ASKED.arrays(asked)).fetchall()
    return {(person, action): reason for person, action, reason in found}


def holder_of(connection: Connection, digest: bytes) -> tuple[UUID, UUID] | None:
    """(participant, action) that holds a claim."""
    row = raw(connection).execute(_HOLDER, [digest]).fetchone()
    return None if row is None else (row[0], row[1])


def reporters_of(
    connection: Connection, actions: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, tuple[UUID, UUID | None]]:
    """(participant, provider or None) of each action, named by (participant, action)."""
    asked = sorted({(person.hex, action.hex) for person, action in actions})
    found = ask(raw(connection), _REPORTERS, _ASKED.arrays(asked)).fetchall()
    return {action: (person, provider) for action, person, provider in found}
