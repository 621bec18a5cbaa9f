"""How many points are used of the caps of people's awards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.asking import ask
from app.store.recording.candidate import Candidate
from app.store.recording.rows import Row, Target
from rewards.points.caps import Cap

CAPS = Target(
    "asked", (("participant_id", "uuid"), ("cap_code", "text"), ("cap_period_start", "date"))
)
# A scalar subquery, so that each is a probe of an index and the plan cannot become a join.
ASK_CAPS = CAPS.fill("""
    SELECT coalesce((
        SELECT k.granted FROM points_cap k
        WHERE k.participant_id = d.participant_id AND k.cap_code = d.cap_code
          AND k.period_start = d.cap_period_start
    ), 0)
    FROM {unnest} ORDER BY d.position
""")


def read_caps_used(connection: Connection, candidates: Iterable[Candidate]) -> None:
    """Tell each candidate that has an award how many points are used of each of its caps."""
    awarded = [candidate for candidate in candidates if candidate.award is not None]
    tell_caps(awarded, caps_used(connection, caps_of(awarded)))


def caps_of(candidates: Sequence[Candidate]) -> list[tuple[str, Cap]]:
    """Every cap of the candidates' awards, each with its person, in the order in which they are
    told.
    """
    return [
        (candidate.accepted.action.participant_id, cap)
        for candidate in candidates
        if candidate.award is not None
        for cap in candidate.award.caps
    ]


def tell_caps(candidates: Sequence[Candidate], used: Iterable[int]) -> None:
    """Tell the candidates what is used of their caps, of which ``used`` is the answer."""
    answers: Iterator[int] = iter(used)
    for candidate in candidates:
        if candidate.award is not None:
            candidate.caps_used = [next(answers) for _ in candidate.award.caps]


def caps_used(connection: Connection, asked: Sequence[tuple[str, Cap]]) -> list[int]:
    """How many points are used of each person's cap, in the order asked."""
    if not asked:
        return []
    found = ask(raw(connection), ASK_CAPS, CAPS.arrays(cap_rows(asked))).fetchall()
    return [used for (used,) in found]


def cap_rows(asked: Sequence[tuple[str, Cap]]) -> list[Row]:
    """The caps as rows of a question."""
    return [(person, cap.code, cap.period_start.isoformat()) for person, cap in asked]
