"""Steps: who did what with a version, when, and with which content before them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import new_id
from app.store.methodologies.versions import digest_bytes, digest_text

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
     where code = :code and version = :version and step in ('draft', 'revise')
    """
)


def write_step(
    connection: Connection,
    *,
    code: str,
    version: str,
    step: str,
    state: str,
    revision: int,
    digest: str,
    user_id: UUID,
    role: str,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    """``state`` is the one after the step; ``details`` are what was declared or said."""
    connection.execute(
        _INSERT,
        {
            "step_id": new_id(),
            "code": code,
            "version": version,
            "step": step,
            "state": state,
            "revision": revision,
            "digest": digest_bytes(digest),
            "user_id": user_id,
            "role": role,
            "details": dict(details),
            "now": now,
        },
    )


def steps_of(connection: Connection, code: str, version: str) -> list[dict[str, Any]]:
    """Every step, oldest first."""
    rows = connection.execute(_READ, {"code": code, "version": version}).mappings()
    return [{**row, "digest": digest_text(row["digest"])} for row in rows]


def writers_of(connection: Connection, code: str, version: str) -> set[UUID]:
    """Everybody who wrote on the document."""
    return set(connection.execute(_WRITERS, {"code": code, "version": version}).scalars())
