"""What a person's points are at a moment: by the stored totals and the rules of reading.

Neither an expiry nor the end of a lapsed hold needs its sweep to count: both count from their
moment on, so a sweep may run as late as it likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from rewards.points.debt import recover


class PointsTotals(NamedTuple):
    """Stored totals; ``balance`` counts lots that wait and lots that are due, too."""

    balance: int
    held: int
    debt: int


class OpenPoints(NamedTuple):
    """What lots of one expiry still hold."""

    expires_at: datetime
    available: int
    pending: int


@dataclass(frozen=True, slots=True)
class ReturningPoints:
    """Points of a lapsed hold, which return to a lot of this expiry."""

    expires_at: datetime
    points: int


class ExpiringPoints(NamedTuple):
    """Points that are good through a civil day and not after it."""

    on: date
    points: int


class Balance(NamedTuple):
    """``pending`` waits for its day; ``held`` is set aside; ``debt`` is paid by what comes next.

    ``expiring`` is soonest first and holds pending points too.
    """

    available: int
    pending: int
    held: int
    debt: int
    expiring: tuple[ExpiringPoints, ...]


def balance_of(
    lots: Sequence[OpenPoints],
    *,
    held: int,
    debt: int,
    returning: Iterable[ReturningPoints] = (),
    now: datetime,
    zone: tzinfo,
) -> Balance:
    """What there is at ``now`` of stored totals and lots.

    ``returning`` are the points of lapsed holds in the order in which the sweep will return them.
    They count as returned, and pay an old debt as they will then.
    """
    available = {each.expires_at: each.available for each in lots}
    pending = {each.expires_at: each.pending for each in lots}
    for each in returning:
        held -= each.points
        pays = recover(debt, each.points)
        debt -= pays
        if each.expires_at > now:
            available[each.expires_at] = available.get(each.expires_at, 0) + each.points - pays
    points = {
        expires_at: available.get(expires_at, 0) + pending.get(expires_at, 0)
        for expires_at in sorted({*available, *pending})
    }
    return Balance(
        available=sum(available.values()),
        pending=sum(pending.values()),
        held=held,
        debt=debt,
        expiring=tuple(
            ExpiringPoints(last_good_day(expires_at, zone), many)
            for expires_at, many in points.items()
            if many
        ),
    )


def last_good_day(expires_at: datetime, zone: tzinfo) -> date:
    """The last civil day on which points of this expiry buy something."""
    return (expires_at - timedelta(microseconds=1)).astimezone(zone).date()
