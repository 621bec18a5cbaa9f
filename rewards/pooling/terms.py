"""What the programme says of verifiers: whose turn it is, and how many working days they have."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from behaviours.civil_time import civil_day, day_ends_at
from behaviours.programme import Programme
from behaviours.working_days import WorkingDays, last_working_day


class VerifierTerms(NamedTuple):
    """For how many submissions nobody is drawn again; working days to accept, and to conclude."""

    rotation: int
    accept_within_days: int
    opinion_within_days: int
    calendar: WorkingDays
    zone: ZoneInfo

    def accept_by(self, now: datetime) -> datetime:
        """When a verifier that is seated now is late to accept or to decline."""
        return self._end_of(self.accept_within_days, now)

    def opinion_by(self, now: datetime) -> datetime:
        """When a verifier that accepts now is late to give its opinion."""
        return self._end_of(self.opinion_within_days, now)

    def _end_of(self, working_days: int, now: datetime) -> datetime:
        last = last_working_day(civil_day(now, self.zone), working_days, self.calendar)
        return day_ends_at(last, self.zone)


def verifier_terms(programme: Programme, calendar: WorkingDays | None = None) -> VerifierTerms:
    """As a version of the programme states them; by a calendar in which more is known, if any."""
    sampling = programme.sampling
    return VerifierTerms(
        sampling.rotation,
        sampling.accept_within_days,
        sampling.opinion_within_days,
        calendar or programme.notice.calendar,
        programme.zone,
    )
