"""Waiting: an action that is recorded but not credited, and what may become of it.

``STEPS`` is the whole life of an action::

    (recorded) ─▶ quantified                  credited at once
    (recorded) ─▶ pending_confirmation, held  claimed and quantified, without points or pool
      pending_confirmation, held ─confirm─▶ quantified
      pending_confirmation, held ─refuse──▶ refused_after_hold
      pending_confirmation, held ─lapse, leave─▶ lapsed
      quantified, pending_confirmation, held ─reverse─▶ reversed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple, NotRequired, TypedDict
from uuid import UUID

from behaviours.actions.drawing import Drawing
from behaviours.checks import NO_CHECKS, Checks
from behaviours.hold_terms import LAPSE_AFTER_DAYS, LOOK_WITHIN_DAYS
from behaviours.issuers import IssuerRegister
from behaviours.quotas import NO_QUOTAS, Quotas
from behaviours.refusal import Conflict, Forbidden, Invalid
from behaviours.steps import Step
from behaviours.viewer import Viewer

QUANTIFIED: Final = "quantified"
PENDING_CONFIRMATION: Final = "pending_confirmation"
HELD: Final = "held"
REFUSED_AFTER_HOLD: Final = "refused_after_hold"
LAPSED: Final = "lapsed"
REVERSED: Final = "reversed"
STATES: Final = (QUANTIFIED, PENDING_CONFIRMATION, HELD, REFUSED_AFTER_HOLD, LAPSED, REVERSED)
# Claimed and quantified, with neither a lot nor a place in the pool.
OPEN: Final = (PENDING_CONFIRMATION, HELD)
# Ended without credit: what they claimed is free.
ENDED: Final = (REFUSED_AFTER_HOLD, LAPSED, REVERSED)

PROVIDER: Final = "provider"
OPERATOR: Final = "operator"
AUTHORITY: Final = "authority"
PARTICIPANT: Final = "participant"
# The platform's own tasks.
PLATFORM: Final = Viewer("platform", None)


class WaitTerms(NamedTuple):
    """How long an action waits, how soon it should be looked at, and which ones are made to."""

    lapse_after: timedelta = timedelta(days=LAPSE_AFTER_DAYS)
    look_within: timedelta = timedelta(days=LOOK_WITHIN_DAYS)
    drawing: Drawing = Drawing()
    quotas: Quotas = NO_QUOTAS
    checks: Checks = NO_CHECKS


USUAL_TERMS: Final = WaitTerms()


CONFIRM: Final = "confirm"
REFUSE: Final = "refuse"
LAPSE: Final = "lapse"
LEAVE: Final = "leave"
REVERSE: Final = "reverse"
STEPS: Final[Mapping[str, Step]] = {
    CONFIRM: Step(OPEN, QUANTIFIED, (PROVIDER, OPERATOR)),
    REFUSE: Step(OPEN, REFUSED_AFTER_HOLD, (PROVIDER, OPERATOR)),
    LAPSE: Step(OPEN, LAPSED, (PLATFORM.role,)),
    # The person left: nobody can be asked any more.
    LEAVE: Step(OPEN, LAPSED, (PLATFORM.role,)),
    REVERSE: Step((QUANTIFIED, *OPEN), REVERSED, (PROVIDER, OPERATOR, AUTHORITY, PLATFORM.role)),
}
OUTCOMES: Final = (CONFIRM, REFUSE)
# Why an action is refused after somebody looked.
REFUSAL_REASONS: Final = (
    "not_done",
    "done_by_somebody_else",
    "figures_wrong",
    "evidence_missing",
    "evidence_false",
    "counted_elsewhere",
    "no_answer",
    "other",
)


class ActionNotWaiting(Conflict):
    """The action does not wait any more, or never did; its state is named."""


class ConfirmationNotYours(Forbidden):
    """Who reported the action, or gains by it, does not confirm it."""


class ConfirmerNotAdmitted(Forbidden):
    """The number of the action is of an issuer for which who confirms was not admitted."""


class RefusalReasonMissing(Invalid):
    """A refusal names a reason of the list beside its text."""


class HoldTaken(Conflict):
    """Somebody else looks at the action already."""


class AlreadyContested(Conflict):
    """The person has said why the action is right; whoever looks at it reads that."""


class FactRead(TypedDict):
    """Something that a reason rests on: its name, value and unit."""

    name: str
    value: str
    unit: str


class Reason(TypedDict):
    """Why an action waits. ``meaning`` is the rule's own text, in both languages."""

    code: str
    facts: list[FactRead]
    condition: NotRequired[str]
    meaning: NotRequired[dict[str, str]]


class HoldOutcome(NamedTuple):
    """What became of an action that waited: who decided it, when and why."""

    step: str
    decided_by: str
    decided_at: datetime
    reason_code: str | None
    reason: str


class Contest(NamedTuple):
    """What the person says to it, and where that can be seen."""

    text: str
    evidence: str
    contested_at: datetime


class SeenPart(NamedTuple):
    """A part of what a household shares, for who looks at the whole: one decision is of all.

    Ids of None are not for who asks; of one that ``is_nobodys`` there is no action.
    """

    action_id: UUID | None
    participant_id: UUID | None
    parts: int
    saved_mg: int
    contest: Contest | None = None
    is_nobodys: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """An action that waits, or did; ``if_confirmed`` is what it would have earned when reported.

    ``lapses_at`` is when it ends by itself, ``look_by`` when somebody should have looked at it and
    ``alarmed_at`` when it was said that nobody had.
    """

    participant_id: UUID
    action_id: UUID
    state: str
    reasons: tuple[Reason, ...]
    if_confirmed: int
    began_at: datetime
    lapses_at: datetime
    look_by: datetime
    alarmed_at: datetime | None = None
    owner: str | None = None
    owned_at: datetime | None = None
    contest: Contest | None = None
    outcome: HoldOutcome | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def check_open(self) -> None:
        """Raises ActionNotWaiting."""
        if not self.is_open:
            raise ActionNotWaiting(state=self.state)

    def check_confirmer(
        self, by: Viewer, issuers: Mapping[str, str] | None, register: IssuerRegister
    ) -> None:
        """Who cannot look up a number cannot say that it is right; ``issuers`` by kind of number.

        Raises ConfirmerNotAdmitted. Operators see to it that somebody can tell them.
        """
        if by.role != PROVIDER or by.tenant_id is None:
            return
        admitted = {each.code for each in register.of_provider(by.tenant_id.hex)}
        for code in sorted(set((issuers or {}).values())):
            if code in register.issuers and code not in admitted:
                raise ConfirmerNotAdmitted(issuer=code)

    def move(
        self, step: str, by: Viewer, *, outcome: HoldOutcome, provider_id: UUID | None
    ) -> Waiting:
        """The action after a step that ends its waiting; ``provider_id`` reported it.

        Raises ActionNotWaiting, ConfirmationNotYours, RefusalReasonMissing.
        """
        rule = STEPS[step]
        if by.role not in rule.by:
            raise ConfirmationNotYours(role=by.role)
        if step in OUTCOMES and by.role == PROVIDER and by.tenant_id == provider_id:
            raise ConfirmationNotYours(role=by.role)
        if self.state not in rule.needs:
            raise ActionNotWaiting(state=self.state)
        if step == REFUSE and outcome.reason_code is None:
            raise RefusalReasonMissing(pointer="/reason_code")
        return replace(self, state=rule.leads_to, outcome=outcome)
