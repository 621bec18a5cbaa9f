"""Retention: how long each kind of data is kept, as the programme publishes it.

Every kind is either kept for a time that is counted from a stated moment, and then taken away by a
job, or kept for ever, because of a stated reason. What names a person in books that are kept for
ever is sealed under a key of the person's, or of the complaint's, and goes with that key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple, Self

from behaviours.document import Part

HOURS, DAYS, MONTHS, YEARS = "hours", "days", "months", "years"
UNITS: Final = (HOURS, DAYS, MONTHS, YEARS)
_STATED = re.compile(r"(0|[1-9][0-9]{0,3}) (hours|days|months|years)")
# Of two periods the longer one; a month has at least so many days.
_HOURS_OF: Final = {HOURS: 1, DAYS: 24, MONTHS: 28 * 24, YEARS: 365 * 24}


class RetentionPeriod(NamedTuple):
    """So many hours, days, months or years."""

    number: int
    unit: str

    @classmethod
    def of(cls, stated: str) -> Self:
        """As a document states it: ``90 days``. Raises ValueError."""
        found = _STATED.fullmatch(stated)
        if found is None:
            raise ValueError(stated)
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"

    @property
    def least_hours(self) -> int:
        """How long it is at least, to tell the longer of two."""
        return self.number * _HOURS_OF[self.unit]


class Timed(NamedTuple):
    """A kind that is kept for a time: from when, how long as a rule, and within which bounds.

    ``elsewhere`` names the part of the programme that states it, where it is not stated among the
    others; what is due was worked out when it was written then.
    """

    after: str
    usual: RetentionPeriod
    least: RetentionPeriod
    most: RetentionPeriod
    elsewhere: str | None = None


KEPT_ANSWERS, TOKENS, LINKS, CODES = "kept_answers", "tokens", "one_time_links", "codes"
SIGHTINGS, PLACES, QUOTA_DAYS = "sightings", "places", "quota_days"
APPLICATION_FILES, ORGANISATION_FILES = "application_files", "organisation_files"
FINISHED_WORK, FAILED_WORK = "finished_work", "failed_work"
IMPORT_FILES, REFUSAL_FILES, IMPORTS = "import_files", "refusal_files", "imports"
TOMBSTONES, REQUESTS = "tombstones", "answered_requests"
FORMER_REGIONS = "former_regions"
COMPLAINANTS, COMPLAINT_FILES = "complainants", "complaint_files"
EVENTS, WEBHOOK_ATTEMPTS = "events", "webhook_attempts"


def _timed(after: str, *usual_least_most: str, elsewhere: str | None = None) -> Timed:
    usual, least, most = (RetentionPeriod.of(each) for each in usual_least_most)
    return Timed(after, usual, least, most, elsewhere)


# What is usual, and between which bounds a programme chooses. The figures are the programme's
# choice; answers for replay are promised for 24 hours.
KINDS: Final[Mapping[str, Timed]] = {
    KEPT_ANSWERS: _timed("kept", "24 hours", "24 hours", "30 days"),
    TOKENS: _timed("expired", "0 days", "0 days", "90 days"),
    LINKS: _timed("expired", "30 days", "0 days", "2 years"),
    CODES: _timed("expired", "90 days", "1 days", "2 years"),
    SIGHTINGS: _timed("day_over", "1 days", "1 days", "30 days"),
    PLACES: _timed("recorded", "30 days", "0 days", "366 days", elsewhere="checks"),
    QUOTA_DAYS: _timed("day_over", "13 months", "31 days", "10 years"),
    # Documents of organisations: of who was not admitted, and of who takes part until it is closed.
    APPLICATION_FILES: _timed("decided", "90 days", "30 days", "2 years"),
    ORGANISATION_FILES: _timed("closed", "10 years", "5 years", "30 years"),
    FINISHED_WORK: _timed("finished", "7 days", "1 days", "1 years"),
    FAILED_WORK: _timed("finished", "90 days", "7 days", "2 years"),
    # The file goes as soon as it is read; this is for imports that failed.
    IMPORT_FILES: _timed("finished", "7 days", "1 days", "90 days"),
    REFUSAL_FILES: _timed("finished", "90 days", "7 days", "2 years"),
    IMPORTS: _timed("finished", "2 years", "1 years", "10 years"),
    TOMBSTONES: _timed("left", "24 months", "0 days", "20 years", elsewhere="people"),
    REQUESTS: _timed("answered", "12 months", "1 months", "10 years"),
    # So long that a year is counted by regions after it is over.
    FORMER_REGIONS: _timed("told", "24 months", "1 months", "10 years"),
    # Who complained without an account, and how to reach them: with the key, all that was said.
    COMPLAINANTS: _timed("complaint_ended", "12 months", "1 months", "5 years"),
    COMPLAINT_FILES: _timed("complaint_ended", "24 months", "1 months", "10 years"),
    # At least so long that a receiver that was away for a week misses none.
    EVENTS: _timed("recorded", "13 months", "30 days", "10 years"),
    # What was sent to receivers, with the first bytes of their answers.
    WEBHOOK_ATTEMPTS: _timed("recorded", "30 days", "7 days", "1 years"),
}
STATED: Final = tuple(kind for kind, timed in KINDS.items() if timed.elsewhere is None)

# Why something is kept for ever.
BOOKS, RECORD, ACCOUNT = "books", "record", "account"
OFFICE, PUBLISHED, WORKING = "office", "published", "working"
FOR_EVER: Final = (BOOKS, RECORD, ACCOUNT, OFFICE, PUBLISHED, WORKING)


class RetentionTerms(NamedTuple):
    """How long each kind is kept, in the order of ``KINDS``."""

    periods: Mapping[str, RetentionPeriod]


class ScheduleLine(NamedTuple):
    """A line of the published schedule: ``period`` and ``after``, or ``because``."""

    kind: str
    after: str | None
    period: RetentionPeriod | None
    because: str | None


class RetentionReport(NamedTuple):
    """What of one kind was taken away on one civil day, by which period of which version."""

    day: date
    kind: str
    period: str
    programme_version: str
    removed: int
    # When the time of the oldest and the newest of it began to count.
    oldest: datetime
    newest: datetime
    last_at: datetime


def read_retention(part: Part | None, *, places_days: int, tombstone_months: int) -> RetentionTerms:
    """The terms of a version; what it leaves out means the usual time. Raises DocumentError."""
    periods = {kind: timed.usual for kind, timed in KINDS.items()}
    if part is not None:
        part.only(*STATED)
        periods |= {
            kind: _within(value, KINDS[kind])
            for kind in STATED
            if (value := part.maybe(kind)) is not None
        }
    periods[PLACES] = RetentionPeriod(places_days, DAYS)
    periods[TOMBSTONES] = RetentionPeriod(tombstone_months, MONTHS)
    return RetentionTerms(periods)


def schedule(terms: RetentionTerms) -> list[ScheduleLine]:
    """The whole schedule, as anybody may read it."""
    timed = [
        ScheduleLine(kind, each.after, terms.periods[kind], None) for kind, each in KINDS.items()
    ]
    return timed + [ScheduleLine(reason, None, None, reason) for reason in FOR_EVER]


def _within(part: Part, timed: Timed) -> RetentionPeriod:
    try:
        period = RetentionPeriod.of(part.text())
    except ValueError:
        raise part.wrong("period", stated=part.text()) from None
    if not timed.least.least_hours <= period.least_hours <= timed.most.least_hours:
        raise part.wrong(
            "period_out_of_range",
            stated=str(period),
            least=str(timed.least),
            most=str(timed.most),
        )
    return period
