"""SQL of scenes: which are open, to whom, and the steps that led there.

Every change takes the next number of the news while it holds the one row that counts them, so that
numbers rise in the order in which changes are committed, and a process that asks for what is newer
than it knows misses none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text

from app.ids import new_ids
from app.store.events.gathering import moved
from app.store.paging import newest_first
from behaviours.scene_admission import APPLY, SceneAdmission, SceneSpan, SceneStep

_COLUMNS = (
    "admission_id, provider_id, scene, state, revision, spans, applied_at, changed_at, regions"
)
_NEXT_NUMBER = text(
    """
    insert into methodology_epoch (name, number) values ('scenes', 1)
    on conflict (name) do update set number = methodology_epoch.number + 1
    returning number
    """
)
_CHANGED = text(
    f"select {_COLUMNS}, changed_no from scene_admission where changed_no > :known"  # noqa: S608
)
_ADD = text(
    f"""
    insert into scene_admission ({_COLUMNS}, changed_no)
    select d.admission_id, d.provider_id, d.scene, d.state, d.revision, d.spans::jsonb,
           d.applied_at, d.changed_at, string_to_array(d.regions, ','), :number
      from unnest(cast(:ids as uuid[]), cast(:providers as uuid[]), cast(:scenes as text[]),
                  cast(:states as text[]), cast(:revisions as int[]), cast(:spans as text[]),
                  cast(:applied as timestamptz[]), cast(:changed as timestamptz[]),
                  cast(:regions as text[]))
        as d ({_COLUMNS})
     order by d.admission_id
        on conflict (provider_id, scene) do nothing
    returning admission_id
    """  # noqa: S608 - only names of this code
)
_WRITE = text(
    """
    update scene_admission a
       set state = d.state, revision = d.revision, spans = d.spans::jsonb,
           changed_at = d.changed_at, regions = string_to_array(d.regions, ','),
           changed_no = :number
      from unnest(cast(:ids as uuid[]), cast(:states as text[]), cast(:revisions as int[]),
                  cast(:spans as text[]), cast(:changed as timestamptz[]),
                  cast(:regions as text[]))
        as d (admission_id, state, revision, spans, changed_at, regions)
     where a.admission_id = d.admission_id
    """
)
_FIND = text(
    f"select {_COLUMNS} from scene_admission where admission_id = :admission_id"  # noqa: S608
)
_PROVIDERS = text("select distinct provider_id from scene_admission where admission_id = any(:ids)")
_HOLD = text(
    f"""
    select {_COLUMNS} from scene_admission
     where admission_id = any(:ids) order by admission_id for update
    """  # noqa: S608
)
_HOLD_NAMED = text(
    f"""
    select {_COLUMNS}
      from unnest(cast(:providers as uuid[]), cast(:scenes as text[])) as d (whose, named)
      join scene_admission a on a.scene = d.named and a.provider_id is not distinct from d.whose
     order by admission_id for update of a
    """  # noqa: S608
)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from scene_admission
     where (:everything or provider_id is not distinct from cast(:provider_id as uuid))
       and (cast(:state as text) is null or state = :state)
    """,  # noqa: S608
    by="admission_id",
)
_STEP = text(
    """
    insert into scene_step (step_id, admission_id, step, taken_by, role, words, taken_at)
    values (:step_id, :admission_id, :step, :taken_by, :role, :words, :taken_at)
    """
)
_WORDS = text(
    """
    select distinct on (admission_id) admission_id, words from scene_step
     where admission_id = any(:ids) and step = :apply and words is not null
     order by admission_id, step_id desc
    """
)
_STEPS = text(
    """
    select step, taken_by, role, words, taken_at from scene_step
     where admission_id = :admission_id order by step_id
    """
)


class AdmissionFilter(NamedTuple):
    """Which admissions: of a provider (None: of the programme), or all; in a state, or any."""

    provider_id: UUID | None = None
    everything: bool = False
    state: str | None = None


def changed_scenes(connection: Connection, known: int) -> tuple[int, list[SceneAdmission]]:
    """The newest number, and what changed after the number that is known."""
    rows = connection.execute(_CHANGED, {"known": known}).all()
    return max((row.changed_no for row in rows), default=known), [_admission(row) for row in rows]


def add_admissions(connection: Connection, admissions: Sequence[SceneAdmission]) -> set[UUID]:
    """Add those that nobody applied for before; their ids."""
    asked = {
        **_written(admissions),
        "providers": [each.provider_id for each in admissions],
        "scenes": [each.scene for each in admissions],
        "applied": [each.applied_at for each in admissions],
        "number": _next_number(connection),
    }
    added = set(connection.execute(_ADD, asked).scalars())
    moved(*(each for each in admissions if each.admission_id in added))
    return added


def write_admissions(connection: Connection, admissions: Sequence[SceneAdmission]) -> None:
    """Keep admissions as they are now; every process learns of them when this commits."""
    if admissions:
        number = _next_number(connection)
        connection.execute(_WRITE, {**_written(admissions), "number": number})
        moved(*admissions)


def find_admission(connection: Connection, admission_id: UUID) -> SceneAdmission | None:
    row = connection.execute(_FIND, {"admission_id": admission_id}).one_or_none()
    return _admission(row) if row else None


def providers_of(connection: Connection, ids: Sequence[UUID]) -> list[UUID | None]:
    """Whose admissions these are; None is the programme itself."""
    return list(connection.execute(_PROVIDERS, {"ids": list(ids)}).scalars())


def hold_admissions(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, SceneAdmission]:
    """Admissions by id, which nobody else changes until the transaction ends."""
    rows = connection.execute(_HOLD, {"ids": list(ids)})
    return {row.admission_id: _admission(row) for row in rows}


def hold_scenes(
    connection: Connection, places: Sequence[tuple[UUID | None, str]]
) -> dict[tuple[UUID | None, str], SceneAdmission]:
    """The admissions of scenes of providers (None: of the programme), by both; held likewise."""
    asked = {
        "providers": [provider_id for provider_id, _ in places],
        "scenes": [scene for _, scene in places],
    }
    found = [_admission(row) for row in connection.execute(_HOLD_NAMED, asked)]
    return {each.place: each for each in found}


def words_of(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What was written in the newest application for each; nothing of those without one."""
    rows = connection.execute(_WORDS, {"ids": list(ids), "apply": APPLY})
    return {row.admission_id: row.words for row in rows}


def list_admissions(
    connection: Connection, wanted: AdmissionFilter, *, before: UUID | None, most: int
) -> list[SceneAdmission]:
    """Admissions, the newest application first."""
    asked = {**wanted._asdict(), "before": before, "most": most}
    return [_admission(row) for row in connection.execute(_LIST, asked)]


def keep_steps(connection: Connection, steps: Sequence[tuple[UUID, SceneStep]]) -> None:
    """Tell what was done to admissions."""
    asked = [
        {"step_id": step_id, "admission_id": admission_id, **step._asdict()}
        for step_id, (admission_id, step) in zip(new_ids(len(steps)), steps, strict=True)
    ]
    if asked:
        connection.execute(_STEP, asked)


def steps_of_scene(connection: Connection, admission_id: UUID) -> list[SceneStep]:
    """What was done to an admission, the first step first."""
    rows = connection.execute(_STEPS, {"admission_id": admission_id})
    return [SceneStep(*row) for row in rows]


def _next_number(connection: Connection) -> int:
    return int(connection.execute(_NEXT_NUMBER).scalar_one())


def _written(admissions: Sequence[SceneAdmission]) -> dict[str, list[object]]:
    return {
        "ids": [each.admission_id for each in admissions],
        "states": [each.state for each in admissions],
        "revisions": [each.revision for each in admissions],
        "spans": [orjson.dumps([[*one] for one in each.spans]).decode() for each in admissions],
        "changed": [each.changed_at for each in admissions],
        # As texts: an array of arrays has one length for all.
        "regions": [",".join(each.regions) for each in admissions],
    }


def _admission(row: Row[Any]) -> SceneAdmission:
    # Those of before regions were stated have no third member.
    spans = tuple(
        SceneSpan(
            datetime.fromisoformat(since),
            datetime.fromisoformat(until) if until else None,
            *map(tuple, where),
        )
        for since, until, *where in row.spans
    )
    return SceneAdmission(
        row.admission_id,
        row.provider_id,
        row.scene,
        row.state,
        row.revision,
        spans,
        row.applied_at,
        row.changed_at,
        tuple(row.regions),
    )
