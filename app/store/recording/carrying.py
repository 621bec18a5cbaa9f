"""Carrying claims over: rows that were made before numbers had a normal form get it.

Such rows have digests of 16 bytes; those of today have 20. Every part is one transaction, in the
order in which actions were recorded, so that of two actions with one number the earlier holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import by_column
from app.store.recording.actions import actions_after
from behaviours.actions.stored_action import StoredAction

CLAIMS = "claims_by_normal_form"

_STATE = text("select last_id, done from data_step where name = :name for update")
_MOVE = text("update data_step set last_id = :last_id, done = :done where name = :name")
# What the action held goes, and holds the same in the new form; what a unit contains is held even
# where the release before gave it free.
_CARRY = text("""
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(:old ::bytea[], :new ::bytea[], :participant_ids ::uuid[],
            :action_ids ::uuid[], :prints ::bytea[], :sold ::boolean[])
            WITH ORDINALITY AS d (old, new, participant_id, action_id, print, sold, position)
    ), gone AS (
        DELETE FROM claim_key k USING asked d
        WHERE k.claim_digest = d.old AND k.action_id = d.action_id
        RETURNING d.position
    ), held AS (
        SELECT d.* FROM asked d
        WHERE d.sold OR EXISTS (SELECT 1 FROM gone g WHERE g.position = d.position)
    ), made AS (
        INSERT INTO claim_key (claim_digest, participant_id, action_id, fingerprint)
        SELECT new, participant_id, action_id, print FROM held ORDER BY position
        ON CONFLICT DO NOTHING
        RETURNING claim_digest, action_id
    ), waits AS (
        INSERT INTO claim_waiting (claim_digest, action_id, participant_id)
        SELECT h.new, h.action_id, h.participant_id FROM held h
        WHERE NOT EXISTS (
            SELECT 1 FROM made m WHERE m.claim_digest = h.new AND m.action_id = h.action_id
        )
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM waits)
""")
_CARRY_METERS = text("""
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(:old ::bytea[], :new ::bytea[], :starts_at ::timestamptz[],
            :action_ids ::uuid[]) AS d (old, new, starts_at, action_id)
    ), meters AS (
        INSERT INTO meter (meter_digest) SELECT DISTINCT new FROM asked ON CONFLICT DO NOTHING
    ), gone AS (
        DELETE FROM meter_interval i USING asked d
        WHERE i.meter_digest = d.old AND i.starts_at = d.starts_at AND i.action_id = d.action_id
        RETURNING d.new, i.starts_at, i.ends_at, i.participant_id, i.action_id
    )
    INSERT INTO meter_interval (meter_digest, starts_at, ends_at, participant_id, action_id)
    SELECT * FROM gone ON CONFLICT DO NOTHING
""")


class StepReached(NamedTuple):
    """Up to which row a step has come, by id, and whether it is at its end."""

    last_id: UUID | None
    done: bool


class CarriedClaim(NamedTuple):
    """A claim by its old and its new digest; ``print`` is the event's fingerprint, else None."""

    old: bytes
    new: bytes
    participant_id: UUID
    action_id: UUID
    print: bytes | None
    sold: bool


class CarriedInterval(NamedTuple):
    """A meter's interval by its old and its new digest."""

    old: bytes
    new: bytes
    starts_at: datetime
    action_id: UUID


def begin_part(connection: Connection, most: int) -> list[StoredAction] | None:
    """The next actions to be carried over, by id; None when all are. Others wait meanwhile."""
    at = begin(connection, CLAIMS)
    return None if at.done else actions_after(connection, at.last_id, limit=most)


def begin(connection: Connection, step: str) -> StepReached:
    """How far a step is; whoever else works at it waits until this transaction ends."""
    return StepReached(*connection.execute(_STATE, {"name": step}).one())


def end_part(
    connection: Connection, last_id: UUID | None, *, done: bool, step: str = CLAIMS
) -> None:
    """Go on after this row the next time."""
    connection.execute(_MOVE, {"name": step, "last_id": last_id, "done": done})


def carry(connection: Connection, claims: Sequence[CarriedClaim]) -> tuple[int, int]:
    """How many claims were carried over, and how many of them another action holds already."""
    found = connection.execute(
        _CARRY, by_column(("old", "new", "participant_ids", "action_ids", "prints", "sold"), claims)
    )
    carried, waiting = found.one()
    return carried, waiting


def carry_meters(connection: Connection, intervals: Sequence[CarriedInterval]) -> None:
    """Put the meters' intervals under the meters' numbers of today."""
    if intervals:
        connection.execute(
            _CARRY_METERS, by_column(("old", "new", "starts_at", "action_ids"), intervals)
        )
