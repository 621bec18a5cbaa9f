"""What the attempts at an import recorded together, kept in the transactions that recorded it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.database import Connection
from behaviours.json_value import JsonObject


@dataclass(frozen=True, slots=True)
class ImportTally:
    """Actions recorded, the lines that they are made of, people enrolled, mg CO2e and points.

    ``pending_confirmation`` and ``held`` are those of the recorded that wait, without mg or points.
    """

    recorded: int = 0
    recorded_lines: int = 0
    enrolled: int = 0
    saved_mg: int = 0
    points: int = 0
    pending_confirmation: int = 0
    held: int = 0


_ADD = text(
    """
    insert into import_tally as t (import_id, recorded, recorded_lines, enrolled, saved_mg, points,
                                   pending_confirmation, held)
    values (:import_id, :recorded, :recorded_lines, :enrolled, :saved_mg, :points,
            :pending_confirmation, :held)
    on conflict (import_id) do update
       set recorded = t.recorded + excluded.recorded,
           recorded_lines = t.recorded_lines + excluded.recorded_lines,
           enrolled = t.enrolled + excluded.enrolled,
           saved_mg = t.saved_mg + excluded.saved_mg,
           points = t.points + excluded.points,
           pending_confirmation = t.pending_confirmation + excluded.pending_confirmation,
           held = t.held + excluded.held
    """
)
_READ = text(
    """
    select recorded, recorded_lines, enrolled, saved_mg, points, pending_confirmation, held
      from import_tally where import_id = :import_id
    """
)
_OF_SOME = text(
    """
    select import_id, recorded, recorded_lines, enrolled, saved_mg, points, pending_confirmation,
           held
      from import_tally where import_id = any(cast(:ids as uuid[]))
    """
)
_END = text(
    """
    insert into import_tally (import_id, recorded, recorded_lines, enrolled, saved_mg, points,
                              pending_confirmation, held, outcome)
    values (:import_id, 0, 0, 0, 0, 0, 0, 0, :outcome)
    on conflict (import_id) do update set outcome = excluded.outcome
    """
).bindparams(bindparam("outcome", type_=JSONB))
_OUTCOME = text("select outcome from import_tally where import_id = :import_id")
_OUTCOMES = text(
    """
    select import_id, outcome from import_tally
     where import_id = any(cast(:ids as uuid[])) and outcome is not null
    """
)


def add_to_tally(connection: Connection, import_id: UUID, done: ImportTally) -> None:
    """Add what one batch recorded."""
    connection.execute(
        _ADD,
        {
            "import_id": import_id,
            "recorded": done.recorded,
            "recorded_lines": done.recorded_lines,
            "enrolled": done.enrolled,
            "saved_mg": done.saved_mg,
            "points": done.points,
            "pending_confirmation": done.pending_confirmation,
            "held": done.held,
        },
    )


def tally_of(connection: Connection, import_id: UUID) -> ImportTally:
    """What all attempts recorded so far."""
    row = connection.execute(_READ, {"import_id": import_id}).one_or_none()
    return ImportTally() if row is None else ImportTally(*row)


def keep_outcome(connection: Connection, import_id: UUID, outcome: JsonObject) -> None:
    """Keep how the import ended, for an attempt that comes after its end."""
    connection.execute(_END, {"import_id": import_id, "outcome": dict(outcome)})


def outcome_of(connection: Connection, import_id: UUID) -> JsonObject | None:
    """How the import ended; None before its end."""
    found: JsonObject | None = connection.execute(
        _OUTCOME, {"import_id": import_id}
    ).scalar_one_or_none()
    return found


def outcomes_of(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, JsonObject]:
    """How several imports ended, by id; those that have not are left out."""
    return {row.import_id: row.outcome for row in connection.execute(_OUTCOMES, {"ids": list(ids)})}


def tallies_of(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, ImportTally]:
    """What several imports recorded, by id; those that recorded nothing are left out."""
    rows = connection.execute(_OF_SOME, {"ids": list(ids)})
    return {import_id: ImportTally(*rest) for import_id, *rest in rows}
