"""What the programme says of trades: how long ordered units are kept, and payments wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from behaviours.civil_time import civil_day, day_ends_at
from behaviours.payment_terms import PaymentTerms
from behaviours.working_days import WorkingDays, last_working_day


class TradeTerms(NamedTuple):
    """As one version of the programme states them, by the calendar that is known now.

    A span of bank days ends with the last of them; the first is the one after the day of its begin.
    """

    pay_within: timedelta
    payments: PaymentTerms
    calendar: WorkingDays
    zone: ZoneInfo

    def pay_until(self, ordered_at: datetime) -> datetime:
        """Until when ordered tonnes are kept for their buyer: bank days where they are stated."""
        by_bank_days = self._end_of(self.payments.pay_within_bank_days, ordered_at)
        return by_bank_days or ordered_at + self.pay_within

    def look_by(self, paid_at: datetime) -> datetime | None:
        """When somebody should have confirmed a payment; None: nobody is told."""
        return self._end_of(self.payments.alarm_after_bank_days, paid_at)

    def confirm_by(self, paid_at: datetime) -> datetime | None:
        """When a trade that nobody confirmed ends; None: never by itself."""
        return self._end_of(self.payments.confirm_within_bank_days, paid_at)

    def _end_of(self, bank_days: int | None, begin: datetime) -> datetime | None:
        if bank_days is None:
            return None
        last = last_working_day(civil_day(begin, self.zone), bank_days, self.calendar)
        return day_ends_at(last, self.zone)
