"""The events of actions that are recorded: written by the statements that write the actions.

An action is new, so that nothing of it can have happened before; its provider reads of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.event_types import EVENTS_OF
from app.ids import public
from app.store.events.numbering import FLOOR
from app.store.recording.candidate import Candidate
from app.store.recording.rows import Row, Target
from behaviours.actions.waiting import QUANTIFIED, Waiting

_OF_ACTIONS: Final = EVENTS_OF[Waiting]
TYPES: Final = dict(zip(_OF_ACTIONS.states, _OF_ACTIONS.types, strict=True))
ROWS: Final = Target(
    "event",
    (
        ("type", "text"),
        ("tenant_id", "uuid"),
        ("is_copy", "boolean"),
        ("subject", "text"),
        ("occurred_at", "timestamptz"),
    ),
)
# To stand among other parts of one statement, in this order.
FLOOR_PART: Final = f"floor AS MATERIALIZED (SELECT {FLOOR})"
INSERT_PART: Final = (
    "INSERT INTO {table} ({names}) SELECT {names} FROM floor, {unnest} ORDER BY position"
)
INSERT: Final = f"WITH {FLOOR_PART} {ROWS.fill(INSERT_PART)}"
# Of a statement that writes one action if its ``verdict`` is ok; filled with its places.
OF_ONE: Final = f"""floor AS MATERIALIZED (
        SELECT {FLOOR} FROM verdict WHERE ok
    ), events AS (
        INSERT INTO event ({ROWS.names})
        SELECT '{TYPES[QUANTIFIED]}', {{provider_id}}, false,
            '{_OF_ACTIONS.prefix}_' || encode(uuid_send({{action_id}}), 'hex'), {{recorded_at}}
        FROM verdict, floor WHERE ok
    )"""  # noqa: S608 - only names of this code


def event_rows(taken: Iterable[Candidate], recorded_at: str) -> list[Row]:
    """A row for each action, in their order."""
    assert _OF_ACTIONS.prefix
    return [
        (
            TYPES[one.standing.state],
            one.accepted.action.provider_id or None,
            "f",
            public(_OF_ACTIONS.prefix, one.action_id),
            recorded_at,
        )
        for one in taken
    ]
