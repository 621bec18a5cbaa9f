"""Notices that points expire: each person is told once of each day on which some do.

Points that come into a lot of that day later, or go back to it, are not told again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.civil_time import civil_day, day_ends_at
from rewards.points.balance import last_good_day

EXPIRING: Final = "expiring"
STATES: Final = (EXPIRING,)


class ExpiringLot(NamedTuple):
    """Whose points expire, and when."""

    expires_at: datetime
    participant_id: UUID


@dataclass(frozen=True, slots=True)
class ExpiryNotice:
    """That points of a person are good for the last time on a civil day."""

    participant_id: UUID
    expires_on: date

    @property
    def name(self) -> str:
        """What it is called outside."""
        return f"par_{self.participant_id.hex}/expiries/{self.expires_on.isoformat()}"


def told_until(now: datetime, zone: tzinfo, days: int) -> datetime:
    """Lots that expire at this moment or before are told of today, so many days before their last
    good day."""
    return day_ends_at(civil_day(now, zone) + timedelta(days=days), zone)


def notices_of(lots: Iterable[ExpiringLot], zone: tzinfo) -> list[ExpiryNotice]:
    """One for each person and day, in the order of days."""
    found = dict.fromkeys(
        (last_good_day(each.expires_at, zone), each.participant_id) for each in lots
    )
    return [ExpiryNotice(person, day) for day, person in sorted(found)]
