"""Ending the waiting of actions: the row goes over to what counts, or its claims are free again.

The people's accounts are locked before the first of these statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.store.database import Connection
from app.store.inserting import by_column
from app.store.log.acting import kept
from app.store.recording.kept_claims import KeptClaims, digest_of
from app.store.recording.places import forget_places
from app.store.recording.reversing import leave_sides, release_claims, release_meters, release_rides
from app.store.recording.rule_limits import Taken, free_limits
from app.store.tables.holds import AWARDED, waiting_action
from behaviours.actions.waiting import OPEN, HoldOutcome, Waiting
from rewards.points.granting import Grant

_CONTENT = ", ".join(column.name for column in waiting_action.columns)
_OPEN = ", ".join(f"'{each}'" for each in OPEN)
_MOVE = text(f"""
    UPDATE action_hold h SET state = d.state
    FROM unnest(:participant_ids ::uuid[], :action_ids ::uuid[], :states ::text[])
        AS d (participant_id, action_id, state)
    WHERE h.participant_id = d.participant_id AND h.action_id = d.action_id
      AND h.state IN ({_OPEN})
""")  # noqa: S608 - only names of this code
_OUTCOMES = text("""
    INSERT INTO hold_outcome (participant_id, action_id, step, decided_by, decided_at, reason_code,
        reason)
    SELECT * FROM unnest(:participant_ids ::uuid[], :action_ids ::uuid[], :step ::text[],
        :decided_by ::text[], :decided_at ::timestamptz[], :reason_code ::text[],
        :reason ::text[])
""")
_CREDIT = text(f"""
    WITH gone AS (
        DELETE FROM waiting_action w
        USING unnest(:participant_ids ::uuid[], :action_ids ::uuid[])
            AS d (participant_id, action_id)
        WHERE w.participant_id = d.participant_id AND w.action_id = d.action_id
        RETURNING w.*
    )
    INSERT INTO action ({_CONTENT}, {", ".join(AWARDED)})
    SELECT {", ".join(f"gone.{column.name}" for column in waiting_action.columns)},
        d.points, d.limited_by, d.available_at, d.expires_at
    FROM gone JOIN unnest(:action_ids ::uuid[], :points ::integer[], :limits ::text[],
            :available_at ::timestamptz[], :expires_at ::timestamptz[])
        AS d (action_id, points, limited_by, available_at, expires_at)
      ON d.action_id = gone.action_id
""")  # noqa: S608 - only names of this code
_CLAIMS = text(
    "SELECT participant_id, action_id, claims FROM action_hold WHERE action_id = ANY(:ids)"
)
_LAPSED = text(f"""
    SELECT participant_id, action_id FROM action_hold
    WHERE state IN ({_OPEN}) AND lapses_at <= :now ORDER BY lapses_at LIMIT :limit
""")  # noqa: S608 - only names of this code
_OPEN_OF = text(f"""
    SELECT action_id FROM action_hold
    WHERE participant_id = ANY(:people) AND state IN ({_OPEN}) ORDER BY action_id
""")  # noqa: S608 - only names of this code


def write_moves(connection: Connection, moved: Sequence[Waiting]) -> None:
    """Write the state that each was moved to, and the outcome that it has now."""
    ids = {
        "participant_ids": [one.participant_id for one in moved],
        "action_ids": [one.action_id for one in moved],
    }
    done = connection.execute(_MOVE, {**ids, "states": [one.state for one in moved]})
    assert done.rowcount == len(moved), "an action left its waiting under the lock"
    outcomes = [one.outcome for one in moved if one.outcome]
    assert len(outcomes) == len(moved)
    connection.execute(_OUTCOMES, {**ids, **by_column(HoldOutcome._fields, outcomes)})
    kept(*moved)


def carry_over(connection: Connection, granted: Sequence[tuple[Waiting, Grant]]) -> None:
    """Make actions that waited into actions that count, with the points they were granted."""
    done = connection.execute(
        _CREDIT,
        {
            "participant_ids": [one.participant_id for one, _ in granted],
            "action_ids": [one.action_id for one, _ in granted],
            "points": [grant.points for _, grant in granted],
            "limits": [grant.limited_by for _, grant in granted],
            "available_at": [grant.available_at for _, grant in granted],
            "expires_at": [grant.expires_at for _, grant in granted],
        },
    )
    assert done.rowcount == len(granted), "an action that waited has its row"


def free_what_it_held(connection: Connection, ended: Sequence[Waiting]) -> None:
    """Let others claim what these actions held; their senders' external ids are not among it."""
    rows = connection.execute(_CLAIMS, {"ids": [one.action_id for one in ended]})
    free_claims(connection, [(row.participant_id, row.action_id, row.claims) for row in rows])
    forget_places(connection, [(one.participant_id, one.action_id) for one in ended])


def free_claims(connection: Connection, held: Sequence[tuple[UUID, UUID, KeptClaims]]) -> None:
    """Let others claim what is held: (person, action, what it holds)."""
    digests, rides, meters, sides = [], [], [], []
    taken: list[Taken] = []
    for person, action_id, claims in held:
        digests += [(digest_of(each), action_id) for each in claims["keys"]]
        rides += [(person, datetime.fromisoformat(each), action_id) for each in claims["rides"]]
        meters += [
            (digest_of(digest), datetime.fromisoformat(starts_at), action_id)
            for digest, starts_at in claims["meters"]
        ]
        sides += [(person, group, period) for group, period in claims["sides"]]
        taken += [(person, *each) for each in claims.get("limits", ())]
    release_claims(connection, sorted(digests))
    release_rides(connection, rides)
    release_meters(connection, meters)
    leave_sides(connection, sides)
    free_limits(connection, taken)


def lapsed(connection: Connection, *, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """(person, action) of what has waited too long, the longest first."""
    rows = connection.execute(_LAPSED, {"now": now, "limit": limit})
    return [(row.participant_id, row.action_id) for row in rows]


def open_holds_of(connection: Connection, people: Sequence[UUID]) -> list[UUID]:
    """The actions of these people that wait."""
    return list(connection.execute(_OPEN_OF, {"people": list(people)}).scalars())
