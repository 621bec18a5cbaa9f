"""Change of the design of a registered project: asked for, validated, and decided.

``STEPS`` is its whole life; each step says from which states it leads to which, and who takes it::

    proposed ─seat─▶ in_validation ─pass─▶ validated, or ─fail─▶ negative
    proposed, validated ─accept─▶ accepted
    proposed, in_validation, validated ─refuse─▶ refused, or ─withdraw─▶ withdrawn

Its owner asks with the whole design document and its ex-ante table, frozen by their digests; a
validator gives an opinion where the kind needs one; two people of two roles accept. From its first
day on the design counts, and the one before stays with the days before (projects.md, §1). A renewal
is such a change too: of the crediting period, by the version of the rule that is in force by then
(E15), asked for in time; the days between two crediting periods are credited to nobody (E5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.projects.designed import DaySpan, facts_of
from behaviours.projects.monitoring import FREE, OPEN, RETURNED, MonitoringPeriod
from behaviours.projects.project import APPLYING, AUTHORITY, OPERATOR, VALIDATING
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.steps import Step

START_DATE, MONITORING_PLAN, BOUNDARY = "start_date", "monitoring_plan", "boundary"
PARAMETERS, TECHNICAL_DESIGN, RENEWAL = "parameters", "technical_design", "renewal"
# What of the design document each kind may change; the ex-ante table is stated anew with each.
_TEXTS: Final = ("baseline", "additionality", "consultation")
_LAND: Final = ("parcels", "strata", "meters", "area_m2")
CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    START_DATE: ("starts_on", "crediting_period"),
    MONITORING_PLAN: ("monitoring_plan",),
    BOUNDARY: _LAND,
    PARAMETERS: (),
    TECHNICAL_DESIGN: ("meters", *_TEXTS),
    RENEWAL: ("crediting_period", "monitoring_plan", *_TEXTS),
}
KINDS: Final = tuple(CHANGES)
# How it is watched is decided without an opinion; everything else changes what is credited.
VALIDATED_KINDS: Final = tuple(each for each in KINDS if each != MONITORING_PLAN)

PROPOSED, IN_VALIDATION, VALIDATED = "proposed", "in_validation", "validated"
ACCEPTED, NEGATIVE, REFUSED, WITHDRAWN = "accepted", "negative", "refused", "withdrawn"
STATES: Final = (PROPOSED, IN_VALIDATION, VALIDATED, ACCEPTED, NEGATIVE, REFUSED, WITHDRAWN)
UNDER_WAY: Final = (PROPOSED, IN_VALIDATION, VALIDATED)
SEAT, PASS, FAIL, ACCEPT, REFUSE, WITHDRAW = (
    *("seat", "pass", "fail"),
    *("accept", "refuse", "withdraw"),
)
STEPS: Final[Mapping[str, Step]] = {
    SEAT: Step((PROPOSED,), IN_VALIDATION, (AUTHORITY,)),
    PASS: Step((IN_VALIDATION,), VALIDATED, (VALIDATING,)),
    FAIL: Step((IN_VALIDATION,), NEGATIVE, (VALIDATING,)),
    ACCEPT: Step((PROPOSED, VALIDATED), ACCEPTED, (AUTHORITY, OPERATOR)),
    REFUSE: Step(UNDER_WAY, REFUSED, (AUTHORITY,)),
    WITHDRAW: Step(UNDER_WAY, WITHDRAWN, (APPLYING,)),
}
# Of the validator: what is said, and the step that it is.
VERDICT_STEPS: Final[Mapping[str, str]] = {"positive": PASS, "negative": FAIL}


class UnknownDesignChange(UnknownId):
    """The project has no such change of its design, or it is not the asker's to see."""

    cases = ("design_change",)


class DesignChangeStateConflict(Conflict):
    """The change of the design is at another point of its life than this step needs."""


class DesignChangeOpen(Conflict):
    """One change of the design comes to an end before the next is asked for."""


class ChangeNotValidated(Conflict):
    """A change of this kind is decided when a validator has found it right."""


class DesignChangeEarly(Conflict):
    """Nothing counts from a day to come but a renewal: it is accepted on its first day."""


class DesignChangeJudged(Conflict):
    """Days from the first one on were reported already by the design before."""


class PeriodCrossesChange(Conflict):
    """A monitoring period runs over a day from which on another design counts."""


class RenewalLate(Conflict):
    """A crediting period is renewed where that is asked for in time, before it ends."""


class DesignChangeUnfit(Invalid):
    """``members``: more changes than the kind allows; ``same``: nothing changes; ``order``: the
    first day is not after that of the change before; ``outside``: it lies outside the crediting
    period; ``longer``: another start makes the crediting period longer; ``not_renewable``: the
    crediting period is not renewable; ``overlapping``: the new crediting period begins before the
    old one is over; ``methodology``: only a renewal takes another version of the rule; ``day``: a
    change that is no renewal and moves no start names its first day."""

    cases = (
        "members",
        "same",
        "order",
        "outside",
        "longer",
        "not_renewable",
        "overlapping",
        "methodology",
        "day",
    )


@dataclass(frozen=True, slots=True)
class DesignChange:
    """A change of the design as it stands; ``number`` counts those of its project from 1.

    ``content`` is the whole design document and ``expected`` its ex-ante table, both as they are
    kept, with the SHA-256 of each. ``methodology`` and ``rule_digest`` are the version of the rule
    by which days from ``effective_on`` on are computed. ``design_number``: as which design of the
    project it counts, once it was accepted.
    """

    project_id: UUID
    number: int
    kind: str
    effective_on: date
    text: str
    content: JsonObject
    digest: bytes
    expected: JsonObject
    expected_digest: bytes
    methodology: str
    rule_digest: str
    state: str
    proposed_by: UUID
    proposed_at: datetime
    state_at: datetime
    validator_id: UUID | None = None
    statement: str | None = None
    report: bytes | None = None
    reason: str | None = None
    design_number: int | None = None

    @property
    def name(self) -> str:
        """What events call it by: its project, and its number there."""
        return f"prj_{self.project_id.hex}/design-changes/{self.number}"

    def move(self, step: str, *, now: datetime) -> DesignChange:
        """The change after ``step``; raises DesignChangeStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise DesignChangeStateConflict(state=self.state, needed=", ".join(needs))
        return replace(self, state=leads_to, state_at=now)

    def seated(self, validator_id: UUID, *, now: datetime) -> DesignChange:
        """The change with who validates it; raises DesignChangeStateConflict."""
        return replace(self.move(SEAT, now=now), validator_id=validator_id)

    def opined(self, verdict: str, statement: str, report: bytes, *, now: datetime) -> DesignChange:
        """The change after the opinion; ``report`` is the SHA-256 of its document. Raises
        DesignChangeStateConflict."""
        moved = self.move(VERDICT_STEPS[verdict], now=now)
        return replace(moved, statement=statement, report=report)

    def refused(self, reason: str, *, now: datetime) -> DesignChange:
        """The change that the authority does not allow; raises DesignChangeStateConflict."""
        return replace(self.move(REFUSE, now=now), reason=reason)

    def accepted(self, design_number: int, *, today: date, now: datetime) -> DesignChange:
        """The change that counts, as a design of the project. Raises DesignChangeStateConflict,
        ChangeNotValidated and DesignChangeEarly."""
        moved = self.move(ACCEPT, now=now)
        if self.kind in VALIDATED_KINDS and self.state != VALIDATED:
            raise ChangeNotValidated(kind=self.kind)
        if self.kind != RENEWAL and today < self.effective_on:
            raise DesignChangeEarly(effective_on=self.effective_on.isoformat())
        return replace(moved, design_number=design_number)

    @property
    def signed_digest(self) -> bytes:
        """SHA-256 of what two people sign: its members in this order, each after a line's end."""
        members = (
            f"prj_{self.project_id.hex}",
            f"{self.number}",
            self.kind,
            self.effective_on.isoformat(),
            self.digest.hex(),
            self.expected_digest.hex(),
            self.rule_digest,
            self.report.hex() if self.report else "",
        )
        return hashlib.sha256("\n".join(members).encode()).digest()


class DesignBefore(NamedTuple):
    """What stands when a change is asked for: the design that counts last, its ex-ante table, the
    version of its rule, and every change that was asked for, in order."""

    content: JsonObject
    expected: JsonObject
    methodology: str
    rule_digest: str
    changes: Sequence[DesignChange]

    @property
    def crediting(self) -> DaySpan:
        return facts_of(self.content).crediting


class AskedChange(NamedTuple):
    """A change as it is asked for, with its documents as they are to be kept; without a first day
    that one follows from the crediting period."""

    kind: str
    effective_on: date | None
    content: JsonObject
    expected: JsonObject

    @property
    def crediting(self) -> DaySpan:
        return facts_of(self.content).crediting

    def first_day(self, before: DesignBefore) -> date:
        """The first day on which it counts. Raises DesignChangeUnfit."""
        if self.kind == RENEWAL:
            return self.crediting.starts_on
        if self.kind == START_DATE:
            return min(self.crediting.starts_on, before.crediting.starts_on)
        if self.effective_on is None:
            raise DesignChangeUnfit("day", pointer="/effective_on")
        return self.effective_on

    def check(self, before: DesignBefore, *, today: date, renew_days: int) -> None:
        """Raises DesignChangeOpen, DesignChangeUnfit and RenewalLate."""
        if any(each.state in UNDER_WAY for each in before.changes):
            raise DesignChangeOpen
        self._check_members(before)
        first, old = self.first_day(before), before.crediting
        if self.kind == RENEWAL:
            self._check_renewal(before, today=today, renew_days=renew_days)
        elif self.kind == START_DATE:
            if self.crediting.days > old.days:
                raise DesignChangeUnfit(
                    "longer", pointer="/design_document/crediting_period", days=old.days
                )
        elif not old.starts_on <= first < old.ends_before:
            raise DesignChangeUnfit("outside", pointer="/effective_on", **_written(old))
        counting = [each.effective_on for each in before.changes if each.state == ACCEPTED][-1:]
        if counting and first <= counting[0]:
            raise DesignChangeUnfit("order", pointer="/effective_on", last=counting[0].isoformat())

    def _check_members(self, before: DesignBefore) -> None:
        changed = {name for name in self.content if self.content[name] != before.content.get(name)}
        beyond = sorted(changed - {*CHANGES[self.kind]})
        # Another capacity is another technique; another meter is another boundary.
        if self.kind == TECHNICAL_DESIGN and _numbers(self.content) != _numbers(before.content):
            beyond.append("meters")
        if beyond:
            raise DesignChangeUnfit(
                "members", pointer=f"/design_document/{beyond[0]}", kind=self.kind
            )
        told = [
            {name: each[name] for name in each if name != "design_digest"}
            for each in (self.expected, before.expected)
        ]
        if self.kind == MONITORING_PLAN and told[0] != told[1]:
            raise DesignChangeUnfit("members", pointer="/ex_ante", kind=self.kind)
        fixed = [each["project_parameters"] for each in told]
        if not changed and (self.kind != PARAMETERS or fixed[0] == fixed[1]):
            raise DesignChangeUnfit("same", pointer="/design_document")

    def _check_renewal(self, before: DesignBefore, *, today: date, renew_days: int) -> None:
        period = before.content["crediting_period"]
        if not isinstance(period, Mapping) or period["renewable"] is not True:
            raise DesignChangeUnfit("not_renewable", pointer="/kind")
        old = before.crediting
        due_on = old.ends_before - timedelta(days=renew_days)
        if today > due_on:
            raise RenewalLate(due_on=due_on.isoformat())
        if self.crediting.starts_on < old.ends_before:
            raise DesignChangeUnfit(
                "overlapping",
                pointer="/design_document/crediting_period/from",
                ends_before=old.ends_before.isoformat(),
            )


def check_unreported(
    periods: Iterable[MonitoringPeriod], effective_on: date, crediting: DaySpan
) -> None:
    """Whether no period has been reported on days from the first one on, and none runs over it.

    Raises DesignChangeJudged and PeriodCrossesChange.
    """
    for each in periods:
        if each.state in FREE or each.ends_before <= effective_on:
            continue
        if each.state not in (OPEN, RETURNED):
            raise DesignChangeJudged(number=each.number, state=each.state)
        if each.starts_on < effective_on or not crediting.holds(each.span):
            raise PeriodCrossesChange(
                number=each.number, **_written(each.span), effective_on=effective_on.isoformat()
            )


def check_one_design(span: DaySpan, changes: Iterable[DesignChange]) -> None:
    """Whether one design counts on all days of a period to be opened. Raises
    PeriodCrossesChange."""
    for each in changes:
        if each.state == ACCEPTED and span.starts_on < each.effective_on < span.ends_before:
            raise PeriodCrossesChange(
                pointer="/to",
                number="",
                **_written(span),
                effective_on=each.effective_on.isoformat(),
            )


def _numbers(design: JsonObject) -> list[str]:
    return sorted(each.number for each in facts_of(design).meters)


def _written(span: DaySpan) -> Mapping[str, str]:
    return {
        "starts_on": span.starts_on.isoformat(),
        "ends_before": span.ends_before.isoformat(),
    }
