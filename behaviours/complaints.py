"""Complaints: something was not credited, or is wrong, and somebody must answer by a day.

``STEPS`` is the whole life of a complaint, and every open state has exactly one clock::

    (filed) ─acknowledge─▶ under_review             the clock of the reply goes on
      filed, under_review ─reply───▶ replied        the person accepts it or takes it further
      filed, under_review ─overrun─▶ escalated      nobody answered in time: time itself does it
      replied ─accept, settle─▶ closed              the person agrees, or says nothing in time
      replied ─escalate─▶ escalated                 the authority decides
      escalated ─decide─▶ closed                    by somebody who did not answer it; final
      escalated ─uphold─▶ upheld ─fulfil─▶ closed   who must answer has yet to put it right
      filed, under_review, escalated, upheld ─withdraw─▶ withdrawn
      (any open) ─leave─▶ person_left               nobody can read it any more

Before it is answered, who must answer may hand it over to who can: the clock of the reply runs on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import PLATFORM, QUANTIFIED
from behaviours.civil_time import civil_day, day_ends_at
from behaviours.complaint_refusals import (
    ComplaintActionWrong,
    ComplaintEnded,
    ComplaintNotYours,
    ComplaintOutcomeWrong,
    ComplaintStateWrong,
    DecidedBySame,
    HandedOverWrong,
    UnknownComplaint,
)
from behaviours.complaint_terms import ComplaintTerms
from behaviours.steps import Step
from behaviours.viewer import Viewer
from behaviours.working_days import WorkingDays

# What it is about.
MISSING_CREDIT: Final = "missing_credit"
WRONG_CREDIT: Final = "wrong_credit"
POINTS: Final = "points"
REDEMPTION: Final = "redemption"
PERSONAL_DATA: Final = "personal_data"
OTHER: Final = "other"
# To a project whose design is on public notice.
OBJECTION: Final = "objection"
KINDS: Final = (
    *(MISSING_CREDIT, WRONG_CREDIT, POINTS, REDEMPTION),
    *(PERSONAL_DATA, OTHER, OBJECTION),
)

# Who must answer.
PROVIDER, MERCHANT, PROGRAMME = "provider", "merchant", "programme"
ANSWERERS: Final = (PROVIDER, MERCHANT, PROGRAMME)
PARTICIPANT, OPERATOR, AUTHORITY = "participant", "operator", "authority"
# Who complains without an account, and is known by the complaint's secret.
COMPLAINANT: Final = "complainant"
_WHOSE: Final = (PARTICIPANT, COMPLAINANT)
_MAY_ANSWER: Final = (PROVIDER, MERCHANT, OPERATOR, AUTHORITY)

FILED, ACKNOWLEDGED, ANSWERED = "filed", "under_review", "replied"
ESCALATED, UPHELD = "escalated", "upheld"
CLOSED, WITHDRAWN, LEFT = "closed", "withdrawn", "person_left"
OPEN: Final = (FILED, ACKNOWLEDGED, ANSWERED, ESCALATED, UPHELD)
ENDED: Final = (CLOSED, WITHDRAWN, LEFT)
STATES: Final = (*OPEN, *ENDED)

ACKNOWLEDGE, REPLY, ACCEPT, ESCALATE = "acknowledge", "reply", "accept", "escalate"
DECIDE, UPHOLD, FULFIL, WITHDRAW = "decide", "uphold", "fulfil", "withdraw"
OVERRUN, SETTLE, LEAVE = "overrun", "settle", "leave"
STEPS: Final[Mapping[str, Step]] = {
    ACKNOWLEDGE: Step((FILED,), ACKNOWLEDGED, _MAY_ANSWER),
    REPLY: Step((FILED, ACKNOWLEDGED), ANSWERED, _MAY_ANSWER),
    ACCEPT: Step((ANSWERED,), CLOSED, _WHOSE),
    ESCALATE: Step((ANSWERED,), ESCALATED, _WHOSE),
    DECIDE: Step((ESCALATED,), CLOSED, (AUTHORITY,)),
    UPHOLD: Step((ESCALATED,), UPHELD, (AUTHORITY,)),
    FULFIL: Step((UPHELD,), CLOSED, _MAY_ANSWER),
    WITHDRAW: Step((FILED, ACKNOWLEDGED, ESCALATED, UPHELD), WITHDRAWN, _WHOSE),
    OVERRUN: Step((FILED, ACKNOWLEDGED), ESCALATED, (PLATFORM.role,)),
    SETTLE: Step((ANSWERED,), CLOSED, (PLATFORM.role,)),
    LEAVE: Step(OPEN, LEFT, (PLATFORM.role,)),
}
# What time itself does to each state once its clock has run out. Of the others it is only seen.
BY_TIME: Final[Mapping[str, str]] = {
    state: step for step in (OVERRUN, SETTLE) for state in STEPS[step].needs
}
# The person's own end, which is one of two steps: ``accept`` an answer, or ``withdraw``.
CLOSE: Final = "close"
# What is said to a complaint besides its steps.
FILE, MESSAGE, HAND_OVER = "file", "message", "hand_over"
SAYINGS: Final = (FILE, MESSAGE, HAND_OVER, *STEPS)

CREDIT, CORRECT, REFUSE = "credit", "correct", "refuse"
OUTCOMES: Final = (CREDIT, CORRECT, REFUSE)
# The steps that state an outcome.
_STATING: Final = (REPLY, DECIDE, FULFIL)
REFUSAL_REASONS: Final = (
    "not_done",
    "already_credited",
    "rule_does_not_cover",
    "evidence_missing",
    "as_the_rules_say",
    "too_late",
    "other",
)


class About(NamedTuple):
    """What is complained about; which members are needed is the kind's."""

    kind: str
    behaviour: str | None = None
    occurred_on: date | None = None
    action_id: UUID | None = None
    provider_id: UUID | None = None
    redemption_id: UUID | None = None
    offer_id: UUID | None = None
    project_id: UUID | None = None


class Answerer(NamedTuple):
    """Who must answer; the programme is no organisation."""

    role: str
    organisation_id: UUID | None


class ComplaintOutcome(NamedTuple):
    """What an answer comes to: ``action_id`` was recorded for it."""

    outcome: str
    reason_code: str | None = None
    action_id: UUID | None = None


class Deadlines(NamedTuple):
    """How the programme counts: its terms, working days and zone."""

    terms: ComplaintTerms
    calendar: WorkingDays
    zone: tzinfo

    def after(self, moment: datetime, days: int) -> datetime:
        """The end of the ``days``-th working day after a moment."""
        return day_ends_at(self.calendar.later(civil_day(moment, self.zone), days), self.zone)

    def of_state(self, state: str, since: datetime) -> datetime:
        """When the clock of an open state runs out that began at a moment."""
        days = {
            FILED: self.terms.reply_days,
            ANSWERED: self.terms.escalate_days,
            ESCALATED: self.terms.decide_days,
            UPHELD: self.terms.reply_days,
        }
        return self.after(since, days[state])


class ComplaintWords(NamedTuple):
    """What somebody says of a complaint; ``files`` are the SHA-256 of files, in hexadecimal."""

    text: str
    files: tuple[str, ...] = ()


class ComplaintEntry(NamedTuple):
    """One thing that was done with a complaint or said to it; nothing of it ever changes.

    ``words`` are None where nothing was said, and where nobody can read it any more; ``files`` are
    the SHA-256 of files, in hexadecimal.
    """

    step: str
    by: Viewer
    said_at: datetime
    words: str | None = None
    files: tuple[str, ...] = ()
    verdict: ComplaintOutcome | None = None
    # Who must answer since, of a handing over.
    handed_to: Answerer | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as it stands. ``due_at`` is its one clock; None when it ended.

    Of who complains without an account, ``participant_id`` is an id that nobody else has.
    """

    participant_id: UUID
    complaint_id: UUID
    number: str
    about: About
    # Where it was done, or where its person was at home when it was filed; it stays that.
    region: str
    answerer: Answerer
    filed_by: str
    # The organisation that filed it for the person.
    filer_id: UUID | None
    filed_at: datetime
    acknowledge_by: datetime
    state: str
    due_at: datetime | None
    verdict: ComplaintOutcome | None = None
    # The user or client that answered: somebody else decides.
    answered_by: UUID | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether somebody let a clock run out; of an answer it is the person's own."""
        unread = self.state == FILED and now >= self.acknowledge_by
        late = self.due_at is not None and now >= self.due_at
        return unread or (late and self.state not in BY_TIME)

    def is_visible_to(self, viewer: Viewer) -> bool:
        """The person, who must answer, who filed it, and who answers for the programme."""
        if viewer.role in _WHOSE:
            return viewer.tenant_id == self.participant_id
        of = (self.answerer.organisation_id, self.filer_id)
        return viewer.answers_in(self.region) or (
            viewer.tenant_id is not None and viewer.tenant_id in of
        )

    def check_visible(self, viewer: Viewer) -> None:
        """Raises UnknownComplaint."""
        if not self.is_visible_to(viewer):
            raise UnknownComplaint("number")

    def check_takes_words(self) -> None:
        """Raises ComplaintEnded."""
        if not self.is_open:
            raise ComplaintEnded(complaint_state=self.state)

    def step_of(self, asked: str) -> str:
        """The step that is asked for; which end it is depends on where the complaint stands."""
        if asked != CLOSE:
            return asked
        return ACCEPT if self.state == ANSWERED else WITHDRAW

    def steps_of(self, viewer: Viewer) -> tuple[str, ...]:
        """What this viewer may do now."""
        return tuple(
            name
            for name, step in STEPS.items()
            if self.state in step.needs and self._is_for(name, viewer)
        )

    def as_of(self, now: datetime, deadlines: Deadlines) -> Complaint:
        """The complaint after what time has done to it, whether or not that is written yet."""
        step = BY_TIME.get(self.state)
        if step is None or self.due_at is None or now < self.due_at:
            return self
        return self._after(step, at=self.due_at, deadlines=deadlines)

    def move(
        self,
        step: str,
        by: Viewer,
        *,
        at: datetime,
        deadlines: Deadlines,
        verdict: ComplaintOutcome | None = None,
    ) -> Complaint:
        """The complaint after a step of this viewer.

        Raises ComplaintNotYours, ComplaintEnded, ComplaintStateWrong, DecidedBySame,
        ComplaintOutcomeWrong.
        """
        if not self._is_for(step, by):
            raise ComplaintNotYours(role=by.role, answerer=self.answerer.role)
        self.check_takes_words()
        if self.state not in STEPS[step].needs:
            raise ComplaintStateWrong(complaint_state=self.state)
        if step in (DECIDE, UPHOLD) and by.user_id == self.answered_by:
            raise DecidedBySame
        assert (verdict is not None) == (step in _STATING), "an answer has an outcome"
        if verdict is not None:
            self._check_verdict(verdict, step)
        moved = self._after(step, at=at, deadlines=deadlines)
        if verdict is not None:
            moved = replace(moved, verdict=verdict)
        return replace(moved, answered_by=by.user_id) if step == REPLY else moved

    def hand_over(self, to: Answerer, by: Viewer) -> Complaint:
        """The complaint when somebody else must answer it, by the clocks that run.

        By who must answer it now. To the programme, or to a provider; what somebody bought is its
        merchant's from the first. Raises ComplaintNotYours, ComplaintEnded, ComplaintStateWrong and
        HandedOverWrong.
        """
        if not self._is_for(REPLY, by):
            raise ComplaintNotYours(role=by.role, answerer=self.answerer.role)
        self.check_takes_words()
        if self.state not in STEPS[REPLY].needs:
            raise ComplaintStateWrong(complaint_state=self.state)
        if to == self.answerer:
            raise HandedOverWrong("same", pointer="/answerer")
        return replace(self, answerer=to)

    def leave(self, now: datetime) -> tuple[str, Complaint]:
        """The step that ends it because its person leaves, and how it stands then.

        An answer that had stood long enough stands: who leaves changes no count of before.
        """
        if self.state == ANSWERED and self.due_at is not None and self.due_at <= now:
            return SETTLE, self._ended(SETTLE, self.due_at)
        return LEAVE, self._ended(LEAVE, now)

    def check_recorded(self, action: StoredAction, zone: tzinfo) -> None:
        """Whether this action is what was missing: the person's, of that behaviour and day.

        Raises ComplaintActionWrong.
        """
        if action.participant_id != self.participant_id:
            raise ComplaintActionWrong("person", pointer="/action_id")
        if action.behaviour != self.about.behaviour:
            raise ComplaintActionWrong(
                "behaviour",
                pointer="/action_id",
                behaviour=self.about.behaviour,
                found=action.behaviour,
            )
        done_on = civil_day(action.occurred_at, zone)
        if done_on != self.about.occurred_on:
            assert self.about.occurred_on is not None, "a missing credit names its day"
            raise ComplaintActionWrong(
                "day",
                pointer="/action_id",
                day=self.about.occurred_on.isoformat(),
                found=done_on.isoformat(),
            )
        if action.state != QUANTIFIED:
            raise ComplaintActionWrong("state", pointer="/action_id", action_state=action.state)

    def _is_for(self, step: str, by: Viewer) -> bool:
        if by.role not in STEPS[step].by:
            return False
        if by.role in _WHOSE:
            return by.tenant_id == self.participant_id
        if STEPS[step].by != _MAY_ANSWER:
            return True
        if self.answerer.role == PROGRAMME:
            return by.answers_in(self.region)
        return by.tenant_id is not None and by.tenant_id == self.answerer.organisation_id

    def _check_verdict(self, verdict: ComplaintOutcome, step: str) -> None:
        missing = self.about.kind == MISSING_CREDIT
        allowed = [CREDIT if missing else CORRECT, REFUSE]
        if step == FULFIL:
            allowed.remove(REFUSE)
        if verdict.outcome not in allowed:
            raise ComplaintOutcomeWrong("outcome", pointer="/outcome", outcomes=allowed)
        if (verdict.reason_code is None) == (verdict.outcome == REFUSE):
            raise ComplaintOutcomeWrong("reason", pointer="/reason_code")
        if (verdict.action_id is None) == (verdict.outcome == CREDIT):
            raise ComplaintOutcomeWrong("action", pointer="/action_id")

    def _after(self, step: str, *, at: datetime, deadlines: Deadlines) -> Complaint:
        state = STEPS[step].leads_to
        if state in ENDED:
            return self._ended(step, at)
        due_at = self.due_at if step == ACKNOWLEDGE else deadlines.of_state(state, at)
        return replace(self, state=state, due_at=due_at)

    def _ended(self, step: str, at: datetime) -> Complaint:
        return replace(self, state=STEPS[step].leads_to, due_at=None, ended_at=at)


def answerer_of(about: About, merchant_id: UUID | None) -> Answerer:
    """Who must answer: who reports it, who sells it, or the programme itself."""
    if about.kind in (MISSING_CREDIT, WRONG_CREDIT) and about.provider_id is not None:
        return Answerer(PROVIDER, about.provider_id)
    if about.kind == REDEMPTION and merchant_id is not None:
        return Answerer(MERCHANT, merchant_id)
    return Answerer(PROGRAMME, None)
