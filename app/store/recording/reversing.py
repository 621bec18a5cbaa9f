"""Taking actions back: their claims, times, sides, caps and sums.

Every statement takes arrays, and the people's accounts are locked before the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text

from app.store.database import Connection

_WRITE = text("""
    INSERT INTO reversal (participant_id, action_id, reason_code, reason, reversed_by,
        reversed_at, saved_mg, points_taken, points_owed, points_kept)
    SELECT * FROM unnest(:participant_id ::uuid[], :action_id ::uuid[], :reason_code ::text[],
        :reason ::text[],
        :reversed_by ::text[], :reversed_at ::timestamptz[], :saved_mg ::bigint[],
        :points_taken ::integer[], :points_owed ::integer[], :points_kept ::integer[])
""")
_RELEASE_CLAIMS = text("""
    DELETE FROM claim_key k
    USING unnest(:digests ::bytea[], :action_ids ::uuid[]) AS d (claim_digest, action_id)
    WHERE k.claim_digest = d.claim_digest AND k.action_id = d.action_id
""")
_STOP_WAITING = text("DELETE FROM claim_waiting WHERE action_id = ANY(:action_ids)")
_TAKE_OVER = text("""
    WITH next AS (
        SELECT DISTINCT ON (claim_digest) claim_digest, participant_id, action_id
        FROM claim_waiting w
        WHERE claim_digest = ANY(:digests)
          AND NOT EXISTS (SELECT 1 FROM claim_key k WHERE k.claim_digest = w.claim_digest)
        ORDER BY claim_digest, action_id
    ), taken AS (
        INSERT INTO claim_key (claim_digest, participant_id, action_id)
        SELECT claim_digest, participant_id, action_id FROM next ORDER BY claim_digest
    )
    DELETE FROM claim_waiting w USING next n
    WHERE w.claim_digest = n.claim_digest AND w.action_id = n.action_id
""")


def _release(table: str, of: str, given: str) -> TextClause:
    """Frees the intervals that actions hold; ``of`` is whose they are, ``given`` all of them."""
    return text(f"""
        DELETE FROM {table} i
        USING unnest({given}, :starts_at ::timestamptz[], :action_ids ::uuid[])
            AS d ({of}, starts_at, action_id)
        WHERE i.{of} = d.{of} AND i.starts_at = d.starts_at AND i.action_id = d.action_id
    """)  # noqa: S608 - only names of this file


_RELEASE_RIDES = _release("person_interval", "participant_id", ":participant_ids ::uuid[]")
_RELEASE_METERS = _release("meter_interval", "meter_digest", ":digests ::bytea[]")
_LEAVE_SIDES = text("""
    UPDATE exclusion_claim e SET actions = e.actions - d.actions
    FROM (
        SELECT participant_id, exclusion_group, period_start, count(*) AS actions
        FROM unnest(:participant_ids ::uuid[], :groups ::text[], :periods ::date[])
            AS one (participant_id, exclusion_group, period_start)
        GROUP BY 1, 2, 3
    ) d
    WHERE e.participant_id = d.participant_id AND e.exclusion_group = d.exclusion_group
      AND e.period_start = d.period_start
""")
_FREE_SIDES = text("""
    DELETE FROM exclusion_claim
    WHERE actions = 0 AND participant_id = ANY(:participant_ids)
""")
_FREE_CAPS = text("""
    UPDATE points_cap k SET granted = greatest(k.granted - d.points, 0)
    FROM (
        SELECT participant_id, cap_code, period_start, sum(points) AS points
        FROM unnest(:participant_ids ::uuid[], :codes ::text[], :periods ::date[],
            :points ::integer[]) AS one (participant_id, cap_code, period_start, points)
        GROUP BY 1, 2, 3
    ) d
    WHERE k.participant_id = d.participant_id AND k.cap_code = d.cap_code
      AND k.period_start = d.period_start
""")
_SUBTRACT = text("""
    UPDATE reduction_account r
    SET saved_mg = r.saved_mg - d.saved_mg, actions = r.actions - d.actions,
        version = r.version + 1
    FROM (
        SELECT participant_id, sum(saved_mg) AS saved_mg, count(*) AS actions
        FROM unnest(:participant_ids ::uuid[], :saved_mg ::bigint[])
            AS one (participant_id, saved_mg)
        GROUP BY 1
    ) d
    WHERE r.participant_id = d.participant_id
""")


class ActionReversal(NamedTuple):
    """What is kept of an action that was taken back; the names are those of the table."""

    participant_id: UUID
    action_id: UUID
    reason_code: str | None
    reason: str
    reversed_by: str
    reversed_at: datetime
    saved_mg: int
    points_taken: int
    points_owed: int
    points_kept: int


def write_reversals(connection: Connection, rows: Sequence[ActionReversal]) -> None:
    """One row for each reversed action; a second one of the same action is a unique violation."""
    connection.execute(_WRITE, columns(rows, *ActionReversal._fields))


def release_claims(connection: Connection, claims: Sequence[tuple[bytes, UUID]]) -> None:
    """Let others claim what these actions claimed: (digest, action).

    Whoever waits for one of them since spellings became one number takes it over.
    """
    if claims:
        given = columns(claims, "digests", "action_ids")
        connection.execute(_RELEASE_CLAIMS, given)
        connection.execute(_STOP_WAITING, {"action_ids": given["action_ids"]})
        connection.execute(_TAKE_OVER, {"digests": given["digests"]})


def release_rides(connection: Connection, rides: Sequence[tuple[UUID, datetime, UUID]]) -> None:
    """Free the people's time: (participant, start, action)."""
    if rides:
        connection.execute(
            _RELEASE_RIDES, columns(rides, "participant_ids", "starts_at", "action_ids")
        )


def release_meters(
    connection: Connection, intervals: Sequence[tuple[bytes, datetime, UUID]]
) -> None:
    """Free the meters' intervals: (meter digest, start, action)."""
    if intervals:
        connection.execute(
            _RELEASE_METERS, columns(intervals, "digests", "starts_at", "action_ids")
        )


def leave_sides(connection: Connection, sides: Sequence[tuple[UUID, str, Any]]) -> None:
    """Take actions off their side: (participant, group, period); an empty side is free again."""
    if sides:
        connection.execute(_LEAVE_SIDES, columns(sides, "participant_ids", "groups", "periods"))
        connection.execute(_FREE_SIDES, {"participant_ids": [person for person, *_ in sides]})


def free_caps(connection: Connection, caps: Sequence[tuple[UUID, str, Any, int]]) -> None:
    """Points that were taken back count against no cap: (participant, code, period, points)."""
    if caps:
        connection.execute(
            _FREE_CAPS, columns(caps, "participant_ids", "codes", "periods", "points")
        )


def subtract_reductions(connection: Connection, actions: Sequence[tuple[UUID, int]]) -> None:
    """Lower the people's live totals: (participant, mg)."""
    connection.execute(_SUBTRACT, columns(actions, "participant_ids", "saved_mg"))


def columns(rows: Sequence[tuple[Any, ...]], *names: str) -> dict[str, list[Any]]:
    """The rows turned to one list per column, under the names of a statement's parameters."""
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}
