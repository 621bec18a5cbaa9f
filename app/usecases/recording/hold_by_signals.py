"""Hold what the programme's checks find among the actions of many people, or of one in two places.

Nothing is refused: who looks at it decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.store.database import Connection
from app.store.recording.candidate import Candidate
from app.store.recording.sightings import AskedStay, look_around
from behaviours.actions.signals import (
    Crowd,
    Mark,
    ReportedOn,
    Stay,
    StaysOfList,
    is_looked_at,
    marks_of,
    stay_of,
    too_fast,
)
from behaviours.actions.standing import held_for
from behaviours.checks import Checks


class _Asked(NamedTuple):
    candidate: Candidate
    person: str
    marks: Sequence[Mark]
    stay: Stay | None


def hold_by_signals(
    connection: Connection,
    candidates: Sequence[Candidate],
    *,
    checks: Checks,
    at: ReportedOn,
    key: bytes,
    dry_run: bool,
) -> None:
    """Hold each action that a check finds, with every reason; those of a list in their order.

    The people's accounts are locked before, so that nobody's rides change meanwhile. One round
    trip for any number of actions, and none when no check concerns any of them.
    """
    asked = [
        _asked(one, checks, at, key)
        for one in candidates
        if not one.refusal and is_looked_at(one.accepted, checks)
    ]
    marks = [(one.person, mark) for one in asked for mark in one.marks]
    somewhere = [one for one in asked if one.stay]
    if not marks and not somewhere:
        return
    stays = [
        AskedStay(one.person, one.stay.starts_at, one.candidate.data_key)
        for one in somewhere
        if one.stay
    ]
    seen = look_around(connection, marks, stays, day=at.day, dry_run=dry_run)
    for one in asked:
        _hold_crowded(one, seen.crowds)
    if checks.km_per_hour is not None:
        _hold_fast(somewhere, seen.beside, checks.km_per_hour)


def _asked(candidate: Candidate, checks: Checks, at: ReportedOn, key: bytes) -> _Asked:
    accepted = candidate.accepted
    # By what is kept of it, so that it makes no difference which of two is reported first.
    stay = stay_of(accepted) if checks.km_per_hour is not None else None
    return _Asked(
        candidate,
        accepted.action.participant_id,
        marks_of(accepted, checks, at, key),
        stay.kept() if stay else None,
    )


def _hold_crowded(one: _Asked, crowds: Mapping[bytes, Crowd]) -> None:
    for mark in one.marks:
        # A mark of those who just enrolled has nobody where nobody did.
        people = crowds[mark.digest].meet(one.person) if mark.digest in crowds else 0
        if people > mark.people:
            one.candidate.standing = held_for(one.candidate.standing, mark.reason(people))


def _hold_fast(
    somewhere: Sequence[_Asked], beside: Sequence[Sequence[Stay]], km_per_hour: int
) -> None:
    of_list = StaysOfList()
    for one, recorded in zip(somewhere, beside, strict=True):
        assert one.stay is not None
        others = [*recorded, *of_list.beside(one.person, one.stay)]
        centres = one.candidate.accepted.version.reckoning.book.centres
        reason = too_fast(one.stay, others, centres, km_per_hour)
        if reason is not None:
            one.candidate.standing = held_for(one.candidate.standing, reason)
        of_list.add(one.person, one.stay)
