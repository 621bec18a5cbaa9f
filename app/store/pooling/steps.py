"""What happened to the verification of a bundle: rows that are only added and never hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import new_id
from behaviours.json_value import JsonObject

_ADD = text(
    """
    insert into verification_step (step_id, bundle_id, step, taken_at, said)
    values (:step_id, :bundle_id, :step, :now, :said)
    """
).bindparams(bindparam("said", type_=JSONB))
_LIST = text(
    """
    select bundle_id, step, taken_at, said from verification_step
     where bundle_id = any(:bundle_ids) order by step_id
    """
)


class TakenStep(NamedTuple):
    """One step of a verification, and what was said with it."""

    bundle_id: UUID
    step: str
    taken_at: datetime
    said: JsonObject


def add_step(
    connection: Connection, bundle_id: UUID, step: str, said: JsonObject, *, now: datetime
) -> None:
    connection.execute(
        _ADD,
        {"step_id": new_id(), "bundle_id": bundle_id, "step": step, "now": now, "said": said},
    )


def steps_of(connection: Connection, bundle_ids: Sequence[UUID]) -> list[TakenStep]:
    """Every step of these bundles, in the order in which they were taken."""
    return [TakenStep(*row) for row in connection.execute(_LIST, {"bundle_ids": list(bundle_ids)})]
