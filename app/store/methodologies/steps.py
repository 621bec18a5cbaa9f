"""Steps: who did what with a version, when, and with which content before them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import new_id
from app.store.methodologies.versions import digest_bytes, digest_text
from behaviours.rules.lifecycle import STEPS, WRITING_STEPS, StepTaken

_INSERT = text(
    """
    insert into methodology_step (step_id, code, version, step, state, revision, digest, user_id,
                                  role, details, taken_at)
    values (:step_id, :code, :version, :step, :state, :revision, :digest, :user_id, :role,
            :details, :now)
    """
).bindparams(bindparam("details", type_=JSONB))
_READ = text(
    """
    select step, state, revision, digest, user_id, role, details, taken_at from methodology_step
     where code = :code and version = :version order by taken_at, step_id
    """
)
_WRITERS = text(
    """
    select distinct user_id from methodology_step
     where code = :code and version = :version and step = any(:written)
    """
)
_WRITTEN = [STEPS[name].recorded for name in WRITING_STEPS]


def write_step(connection: Connection, code: str, version: str, taken: StepTaken) -> None:
    """Put a step on record."""
    connection.execute(
        _INSERT,
        {
            "step_id": new_id(),
            "code": code,
            "version": version,
            "step": taken.step,
            "state": taken.state,
            "revision": taken.revision,
            "digest": digest_bytes(taken.digest),
            "user_id": taken.user_id,
            "role": taken.role,
            "details": dict(taken.details),
            "now": taken.taken_at,
        },
    )


def steps_of(connection: Connection, code: str, version: str) -> list[StepTaken]:
    """Every step, oldest first."""
    rows = connection.execute(_READ, {"code": code, "version": version}).mappings()
    return [StepTaken(**{**row, "digest": digest_text(row["digest"])}) for row in rows]


def writers_of(connection: Connection, code: str, version: str) -> set[UUID]:
    """Everybody who wrote on the document."""
    return set(
        connection.execute(
            _WRITERS, {"code": code, "version": version, "written": _WRITTEN}
        ).scalars()
    )
