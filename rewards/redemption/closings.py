"""Closing a store's day: what its tills took and gave back, counted once and never changed.

A day is closed once, at any moment of it or on a later day. What the closing counts begins where
the one before ended: so nothing falls between two, and **what is sold or taken back after a day was
closed is counted in the store's next closing**, whichever day that is of. The first closing of a
store begins with its day. A day that nobody closed is counted with the next one that is.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.civil_time import civil_day, day_ends_at, start_of_day
from behaviours.refusal import Invalid
from rewards.redemption.bill import Settlement

# A closed day is made as such, and nothing becomes of it.
STATES: Final = ("closed",)


class TillDayWrong(Invalid):
    """The day cannot be closed: it has not come (``future``), or a later one was (``passed``)."""

    cases = ("future", "passed")


class ClosedStore(NamedTuple):
    """The store whose day is closed, by its merchant and number."""

    merchant_id: UUID
    store_no: str


class LastClosing(NamedTuple):
    """The newest closing of a store."""

    number: int
    day: date
    ends_at: datetime


class SpanOfTill(NamedTuple):
    """What a closing counts: everything from a moment on and before another."""

    number: int
    day: date
    starts_at: datetime
    ends_at: datetime


class TillClosing(NamedTuple):
    """A closed day of a store; ``settlement.on`` is the day."""

    closing_id: UUID
    store: ClosedStore
    number: int
    settlement: Settlement
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime
    # The cashier, another user of the merchant, or the merchant itself by its program.
    closed_by: UUID

    @property
    def merchant_id(self) -> UUID:
        """Whose store it is."""
        return self.store.merchant_id


def next_span(last: LastClosing | None, day: date, *, now: datetime, zone: tzinfo) -> SpanOfTill:
    """What the closing of a day counts, when it is made now. Raises TillDayWrong."""
    if day > civil_day(now, zone):
        raise TillDayWrong("future", pointer="/day", day=day.isoformat())
    ends_at = min(now, day_ends_at(day, zone))
    if last is None:
        return SpanOfTill(1, day, start_of_day(day, zone), ends_at)
    if day <= last.day:
        raise TillDayWrong("passed", pointer="/day", day=day.isoformat(), last=last.day.isoformat())
    return SpanOfTill(last.number + 1, day, last.ends_at, ends_at)


def not_before(closed_until: datetime | None, now: datetime) -> datetime:
    """The moment of a movement at a till, read under the store's lock: never before what is closed,
    however the clocks of two machines differ."""
    return now if closed_until is None else max(closed_until, now)
