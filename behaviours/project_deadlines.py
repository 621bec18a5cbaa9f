"""How a programme counts for projects: until when each waits, by its terms and working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from behaviours.civil_time import civil_day, months_later, start_of_day
from behaviours.project_terms import LastNoticeDay, ProjectTerms
from behaviours.working_days import WorkingDays, last_working_day


class ProjectDeadlines(NamedTuple):
    """How the programme counts for projects: its terms, working days and zone."""

    terms: ProjectTerms
    calendar: WorkingDays
    zone: tzinfo

    def today(self, now: datetime) -> date:
        """The civil day of the programme at a moment."""
        return civil_day(now, self.zone)

    def notice_opened(self, now: datetime, *, region: str, methodology: str) -> LastNoticeDay:
        """Until when a design is on notice that is opened now."""
        return self.terms.last_notice_day(
            self.today(now), region=region, methodology=methodology, calendar=self.calendar
        )

    def report_noticed(self, now: datetime, *, region: str, methodology: str) -> LastNoticeDay:
        """Until when the report of a monitoring period is on notice that is opened now."""
        return self.terms.last_report_day(
            self.today(now), region=region, methodology=methodology, calendar=self.calendar
        )

    def lapsing_before(self, now: datetime) -> datetime:
        """What nothing has moved since then lapses."""
        months = self.terms.lapse_months.value
        return start_of_day(months_later(self.today(now), -months), self.zone)

    def reported_since(self, now: datetime) -> date:
        """Land of which no day from then on was verified has an overdue report."""
        return months_later(self.today(now), -self.terms.overdue_report.value)

    def verified_since(self, now: datetime) -> date:
        """What was issued of land of which no day from then on was verified counts as lost."""
        return months_later(self.today(now), -self.terms.unverified.value)

    def decision_due(self, asked_at: datetime) -> date:
        """The last day on which a registration that was asked for then is not overdue."""
        days = self.terms.decide_registration.value
        return last_working_day(self.today(asked_at), days, self.calendar)

    def reminding_before(self, now: datetime) -> date:
        """A validation that began before this day, and has no opinion, is reminded of."""
        return self.today(now) - timedelta(days=self.terms.remind_validation.value)
