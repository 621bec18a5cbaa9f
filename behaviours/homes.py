"""Where a person lives: the region of the account now, and the regions before it, by civil days.

A person who moves keeps the account and its whole history. What is told is either a move (from a
day on it is another region, and before it was the former one) or a correction (it was never the
former one, since that was stated). So of every day one region holds::

    enrolled ── CN-33 ──▶ moved on D ── CN-330200 ──▶ now
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid

MOVED, CORRECTED = REASONS = ("moved", "corrected")
BY_PERSON, BY_GUARDIAN = TELLERS = ("person", "guardian")


class MovedInFuture(Invalid):
    """Nobody has moved on a day that is yet to come."""


class MovedBefore(Conflict):
    """The day lies before the account, or before the move that was told last."""


class RegionUnchanged(Conflict):
    """It is the region of the account already."""


class Home(NamedTuple):
    """The region that holds now, and the civil day from which it does."""

    region: str
    since: date


class FormerRegion(NamedTuple):
    """A region that held from one civil day until another, which is not in it; empty: never."""

    change_id: UUID
    region: str
    lived_from: date
    lived_until: date
    reason: str
    told_by: str
    told_at: datetime


class Telling(NamedTuple):
    """Who tells a region, when; ``today`` is the civil day of that moment."""

    told_by: str
    told_at: datetime
    today: date


def leave_region(
    home: Home, region: str, moved_on: date | None, *, change_id: UUID, told: Telling
) -> FormerRegion:
    """What becomes of a person's region when another one holds, ``moved_on`` None: from its begin.

    Refuses with RegionUnchanged, MovedInFuture or MovedBefore.
    """
    if region == home.region:
        raise RegionUnchanged(pointer="/region", region=region)
    if moved_on is not None and moved_on > told.today:
        raise MovedInFuture(pointer="/moved_on", today=told.today.isoformat())
    if moved_on is not None and moved_on < home.since:
        raise MovedBefore(pointer="/moved_on", since=home.since.isoformat())
    return FormerRegion(
        change_id=change_id,
        region=home.region,
        lived_from=home.since,
        lived_until=moved_on or home.since,
        reason=CORRECTED if moved_on is None else MOVED,
        told_by=told.told_by,
        told_at=told.told_at,
    )
