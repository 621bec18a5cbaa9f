"""Monitoring period: days of a project whose reductions are measured, reported, verified, issued.

``STEPS`` is its whole life; each step says from which states it leads to which, and who takes it::

    open ─measure─▶ open ─lock─▶ data_locked ─report─▶ reported ─notice─▶ on_notice
    on_notice ─seat─▶ in_verification ─raise, answer, close─▶ in_verification
    in_verification ─verify─▶ verified, ─return─▶ returned, or ─deny─▶ negative
    returned ─reopen─▶ open (what was locked, reported and said stays on record)
    verified ─ask─▶ issuance_requested ─issue─▶ issued, or ─refuse─▶ refused
    every state but issued ─void─▶ void

Two periods of a project never share a day, unless one of them is void or was found negative. Days
between two periods are nobody's and are credited to nobody (projects.md, E5 and E6). The owner
never takes a step that judges the period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.projects.designed import DaySpan
from behaviours.projects.project import APPLYING
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.steps import Step
from behaviours.viewer import Viewer

OPEN, LOCKED, REPORTED, ON_NOTICE = "open", "data_locked", "reported", "on_notice"
IN_VERIFICATION, VERIFIED = "in_verification", "verified"
RETURNED, NEGATIVE = "returned", "negative"
REQUESTED, ISSUED, REFUSED, VOID = "issuance_requested", "issued", "refused", "void"
STATES: Final = (
    *(OPEN, LOCKED, REPORTED, ON_NOTICE, IN_VERIFICATION, VERIFIED),
    *(RETURNED, NEGATIVE, REQUESTED, ISSUED, REFUSED, VOID),
)
# Their days are free for another period.
FREE: Final = (VOID, NEGATIVE)
# What was reported of them was found right: the next period starts from it.
STANDING: Final = (VERIFIED, REQUESTED, ISSUED, REFUSED)

_OPERATOR, _AUTHORITY, _VERIFIER = "operator", "authority", "verifier"
MEASURE, LOCK, REPORT, NOTICE = "measure", "lock", "report", "notice"
SEAT, RAISE, ANSWER, CLOSE = "seat", "raise", "answer", "close"
VERIFY, RETURN, DENY, REOPEN = "verify", "return", "deny", "reopen"
ASK, ISSUE, REFUSE, TO_VOID = "ask", "issue", "refuse", "void"
STEPS: Final[Mapping[str, Step]] = {
    MEASURE: Step((OPEN,), OPEN, (APPLYING,)),
    LOCK: Step((OPEN,), LOCKED, (APPLYING,)),
    REPORT: Step((LOCKED,), REPORTED, (APPLYING,)),
    NOTICE: Step((REPORTED,), ON_NOTICE, (_OPERATOR,)),
    SEAT: Step((ON_NOTICE,), IN_VERIFICATION, (_AUTHORITY,)),
    RAISE: Step((IN_VERIFICATION,), IN_VERIFICATION, (_VERIFIER,)),
    ANSWER: Step((IN_VERIFICATION,), IN_VERIFICATION, (APPLYING,)),
    CLOSE: Step((IN_VERIFICATION,), IN_VERIFICATION, (_VERIFIER,)),
    VERIFY: Step((IN_VERIFICATION,), VERIFIED, (_VERIFIER,)),
    RETURN: Step((IN_VERIFICATION,), RETURNED, (_VERIFIER,)),
    DENY: Step((IN_VERIFICATION,), NEGATIVE, (_VERIFIER,)),
    REOPEN: Step((RETURNED,), OPEN, (APPLYING,)),
    ASK: Step((VERIFIED,), REQUESTED, (APPLYING,)),
    # Two people of two roles sign.
    ISSUE: Step((REQUESTED,), ISSUED, (_AUTHORITY, _OPERATOR)),
    REFUSE: Step((REQUESTED,), REFUSED, (_AUTHORITY,)),
    TO_VOID: Step(tuple(each for each in STATES if each not in (ISSUED, VOID)), VOID,
                  (_AUTHORITY,)),
}  # fmt: skip


class UnknownPeriod(UnknownId):
    """The project has no such monitoring period, or it is not the asker's to see."""

    cases = ("monitoring_period",)


class PeriodStateConflict(Conflict):
    """The monitoring period is at another point of its life than this step needs."""


class PeriodOverlaps(Conflict):
    """Another monitoring period of the project has some of these days."""


class PeriodOutside(Invalid):
    """The days are not all in the crediting period: ``order``: they end before they begin."""

    cases = ("outside", "order")


class PeriodRunning(Conflict):
    """The period is not over yet: what it will come to cannot be measured."""


class PeriodFollowed(Conflict):
    """A later period was found right, and started from what this one came to."""


class ReportOnNotice(Conflict):
    """The report is still on public notice."""


@dataclass(frozen=True, slots=True)
class MonitoringPeriod:
    """A monitoring period as it stands; ``number`` counts those of its project from 1.

    ``sets`` and ``labels`` are what is told beside the design, such as plots of a campaign.
    ``attempt`` counts the verifications; ``verifier_id`` is the body that has the present one.
    """

    period_id: UUID
    project_id: UUID
    number: int
    starts_on: date
    ends_before: date
    sets: JsonObject
    labels: JsonObject
    state: str
    opened_by: UUID
    opened_at: datetime
    state_at: datetime
    notice_until: date | None = None
    verifier_id: UUID | None = None
    attempt: int = 0

    @property
    def span(self) -> DaySpan:
        return DaySpan(self.starts_on, self.ends_before)

    def move(self, step: str, *, now: datetime) -> MonitoringPeriod:
        """The period after ``step``; raises PeriodStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise PeriodStateConflict(state=self.state, needed=", ".join(needs))
        moved_at = self.state_at if leads_to == self.state else now
        return replace(self, state=leads_to, state_at=moved_at)

    def locked(self, *, now: datetime, today: date) -> MonitoringPeriod:
        """The period whose measurements stand; raises PeriodStateConflict and PeriodRunning."""
        moved = self.move(LOCK, now=now)
        if today < self.ends_before:
            raise PeriodRunning(ends_before=self.ends_before.isoformat())
        return moved

    def noticed(self, until: date, *, now: datetime) -> MonitoringPeriod:
        """The period whose report everybody may object to, up to and with ``until``."""
        return replace(self.move(NOTICE, now=now), notice_until=until)

    def seated(self, verifier_id: UUID, *, now: datetime, today: date) -> MonitoringPeriod:
        """The period in its next verification; raises PeriodStateConflict and ReportOnNotice."""
        moved = self.move(SEAT, now=now)
        if self.notice_until is not None and today <= self.notice_until:
            raise ReportOnNotice(until=self.notice_until.isoformat())
        return replace(moved, verifier_id=verifier_id, attempt=self.attempt + 1)

    def check_verified_by(self, by: Viewer) -> None:
        """Raises UnknownPeriod for everybody but the body that has the verification."""
        if self.verifier_id is None or by.tenant_id != self.verifier_id:
            raise UnknownPeriod("monitoring_period")


class NewPeriod(NamedTuple):
    """Days that are to be monitored, and what is told beside the design."""

    span: DaySpan
    sets: JsonObject
    labels: JsonObject

    def check(self, crediting: DaySpan) -> None:
        """Raises PeriodOutside."""
        if self.span.days <= 0:
            raise PeriodOutside("order", pointer="/to")
        if not crediting.holds(self.span):
            raise PeriodOutside(
                "outside",
                pointer="/from",
                starts_on=crediting.starts_on.isoformat(),
                ends_on=(crediting.ends_before - timedelta(days=1)).isoformat(),
            )


def gaps_between(periods: Sequence[DaySpan], until: DaySpan) -> list[DaySpan]:
    """The days before and between periods that none of them has; they are credited to nobody."""
    gaps, free_from = [], until.starts_on
    for each in sorted(periods):
        if free_from < each.starts_on:
            gaps.append(DaySpan(free_from, each.starts_on))
        free_from = max(free_from, each.ends_before)
    return gaps
