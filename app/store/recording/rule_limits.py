"""What people have used of the limits of rules, period by period; held with the person's account.

A rule without limits asks for nothing and writes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg

from app.store.database import Connection
from app.store.driver import Driver, raw
from app.store.recording.asking import ask
from app.store.recording.candidate import Candidate
from app.store.recording.rows import Row, Target, target_of
from app.store.tables.recording import rule_limit
from behaviours.actions.limits import LimitOf, limits_of, uses_of
from behaviours.actions.stored_action import StoredAction
from behaviours.rules.methodology import Version

# Who took of which limit, in the period that begins on which day, and how much.
Taken = tuple[UUID, str, str, int]

RULE_LIMIT = target_of(rule_limit)
_Answered = psycopg.RawCursor[Any]
_ASKED = Target(
    "asked", (("participant_id", "uuid"), ("limit_code", "text"), ("period_start", "date"))
)
_OF = """
    k.participant_id = d.participant_id AND k.limit_code = d.limit_code
      AND k.period_start = d.period_start
"""
_ASK_USED = _ASKED.fill(f"""
    SELECT coalesce((SELECT k.used FROM rule_limit k WHERE {_OF}), 0)
    FROM {{unnest}} ORDER BY d.position
""")  # noqa: S608 - only text of this code
MERGE = RULE_LIMIT.fill("""
    {insert}
    ON CONFLICT (participant_id, limit_code, period_start) DO UPDATE
    SET used = rule_limit.used + excluded.used
""")
# Each row once: one statement changes a row once.
_FREE_LIMITS = RULE_LIMIT.fill(f"""
    UPDATE rule_limit k SET used = k.used - d.used FROM {{unnest}} WHERE {_OF}
""")  # noqa: S608 - only text of this code


def limits_asked(candidates: Iterable[Candidate]) -> list[LimitOf]:
    """The limits and periods in which the candidates count, each once."""
    asked: dict[LimitOf, None] = {}
    for one in candidates:
        if one.accepted.version.limits:
            asked |= dict.fromkeys(limits_of(one.accepted).values())
    return list(asked)


def ask_used(driver: Driver, asked: Sequence[LimitOf]) -> _Answered | None:
    """Ask how much is used of each, if any is asked for; ``used_of`` reads the answer."""
    if not asked:
        return None
    rows: list[Row] = [(person, code, first.isoformat()) for person, code, first in asked]
    return ask(driver, _ASK_USED, _ASKED.arrays(rows))


def used_of(
    asked: Sequence[LimitOf], answered: psycopg.RawCursor[Any] | None
) -> dict[LimitOf, int]:
    """How much is used of each limit."""
    if answered is None:
        return {}
    return dict(zip(asked, (used for (used,) in answered.fetchall()), strict=True))


def used_rows(candidate: Candidate) -> list[tuple[tuple[str, str, str], int]]:
    """What the candidate takes: (person, code, first day) and how much."""
    version, reduction = candidate.accepted.version, candidate.reduction
    assert reduction is not None
    person = candidate.accepted.action.participant_id
    return [
        ((person, each.code, each.period_start.isoformat()), each.used)
        for each in uses_of(version, reduction.inputs)
        if each.used
    ]


def taken_by(stored: StoredAction, version: Version) -> list[Taken]:
    """What a recorded action took of the limits of its version."""
    uses = uses_of(version, stored.calculation["inputs"])
    return [(stored.participant_id, o.code, o.period_start.isoformat(), o.used) for o in uses]


def free_limits(connection: Connection, taken: Iterable[Taken]) -> None:
    """What was taken of limits is free again; the people's accounts are locked."""
    sums: dict[tuple[UUID, str, str], int] = {}
    for person, code, first, used in taken:
        sums[person, code, first] = sums.get((person, code, first), 0) + used
    rows: list[Row] = [
        (person.hex, code, first, str(used)) for (person, code, first), used in sums.items() if used
    ]
    if rows:
        ask(raw(connection), _FREE_LIMITS, RULE_LIMIT.arrays(rows))
