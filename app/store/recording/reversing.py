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
from app.store.events.gathering import became
from app.store.inserting import by_column
from behaviours.actions.waiting import REVERSED, Waiting

_WRITE = text("""
    INSERT INTO reversal (participant_id, action_id, reason_code, reason, reversed_by,
        reversed_at, saved_mg, points_taken, points_owed, points_kept)
    SELECT * FROM unnest(:participant_id ::uuid[], :action_id ::uuid[], :reason_code ::text[],
        :reason ::text[],
        :reversed_by ::text[], :reversed_at ::timestamptz[], :saved_mg ::bigint[],
        :points_taken ::integer[], :points_owed ::integer[], :points_kept ::integer[])
    RETURNING action_id, NULL, (
        SELECT provider_id FROM action a
        WHERE a.participant_id = reversal.participant_id AND a.action_id = reversal.action_id
    )
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


def _counted_back(table: str, of: str, becomes: str) -> TextClause:
    """Takes from the counter of a period what actions had put there."""
    return text(f"""
        UPDATE {table} c SET {becomes}
        FROM (
            SELECT participant_id, name, period_start, sum(amount) AS amount
            FROM unnest(:participant_ids ::uuid[], :names ::text[], :periods ::date[],
                :amounts ::integer[]) AS one (participant_id, name, period_start, amount)
            GROUP BY 1, 2, 3
        ) d
        WHERE c.participant_id = d.participant_id AND c.{of} = d.name
          AND c.period_start = d.period_start
    """)  # noqa: S608 - only names of this file


_LEAVE_SIDES = _counted_back("exclusion_claim", "exclusion_group", "actions = c.actions - d.amount")
_FREE_SIDES = text("""
    DELETE FROM exclusion_claim
    WHERE actions = 0 AND participant_id = ANY(:participant_ids)
""")
_FREE_CAPS = _counted_back("points_cap", "cap_code", "granted = greatest(c.granted - d.amount, 0)")
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
    done = connection.execute(_WRITE, by_column(ActionReversal._fields, rows))
    became(Waiting, REVERSED, done)


def release_claims(connection: Connection, claims: Sequence[tuple[bytes, UUID]]) -> None:
    """Let others claim what these actions claimed: (digest, action).

    Whoever waits for one of them since spellings became one number takes it over.
    """
    if claims:
        given = by_column(("digests", "action_ids"), claims)
        connection.execute(_RELEASE_CLAIMS, given)
        connection.execute(_STOP_WAITING, {"action_ids": given["action_ids"]})
        connection.execute(_TAKE_OVER, {"digests": given["digests"]})


def release_rides(connection: Connection, rides: Sequence[tuple[UUID, datetime, UUID]]) -> None:
    """Free the people's time: (participant, start, action)."""
    if rides:
        connection.execute(
            _RELEASE_RIDES, by_column(("participant_ids", "starts_at", "action_ids"), rides)
        )


def release_meters(
    connection: Connection, intervals: Sequence[tuple[bytes, datetime, UUID]]
) -> None:
    """Free the meters' intervals: (meter digest, start, action)."""
    if intervals:
        connection.execute(
            _RELEASE_METERS, by_column(("digests", "starts_at", "action_ids"), intervals)
        )


def leave_sides(connection: Connection, sides: Sequence[tuple[UUID, str, Any]]) -> None:
    """Take actions off their side: (participant, group, period); an empty side is free again."""
    if sides:
        _count_back(connection, _LEAVE_SIDES, [(*side, 1) for side in sides])
        connection.execute(_FREE_SIDES, {"participant_ids": [person for person, *_ in sides]})


def free_caps(connection: Connection, caps: Sequence[tuple[UUID, str, Any, int]]) -> None:
    """Points that were taken back count against no cap: (participant, code, period, points)."""
    if caps:
        _count_back(connection, _FREE_CAPS, caps)


def _count_back(
    connection: Connection, counter: TextClause, rows: Sequence[tuple[UUID, str, Any, int]]
) -> None:
    connection.execute(counter, by_column(("participant_ids", "names", "periods", "amounts"), rows))


def subtract_reductions(connection: Connection, actions: Sequence[tuple[UUID, int]]) -> None:
    """Lower the people's live totals: (participant, mg)."""
    connection.execute(_SUBTRACT, by_column(("participant_ids", "saved_mg"), actions))
