"""Bundle: reductions that are gathered, verified, sealed and issued together.

``STEPS`` is the whole life of a bundle: each step says from which states it leads to which, and
who may take it. Long steps are begun by a person and carried on by the platform's own tasks::

    draft ─preview, count…─▶ draft
    draft ─select─▶ selecting ─gather…─▶ selected ─report─▶ reported ─submit─▶ submitted
      submitted ─seat, decline, accept─▶ submitted
      submitted, verified or noticed ─unseat─▶ submitted (then seated anew)
      submitted ─verify─▶ verified ─notice─▶ noticed ─seal─▶ sealing ─root─▶ sealed ─issue─▶ issued
      issued or suspended ─suspend─▶ suspended ─restore─▶ issued
      suspended ─replace─▶ suspended (then restored, when nothing is short any more)
      reported ─leave─▶ selected
      submitted ─reject─▶ rejected            every state before sealing ─cancel─▶ cancelled
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from behaviours.steps import Step
from behaviours.viewer import Viewer
from behaviours.working_days import NoticeRunning
from rewards.ledger.carbon import BundleBook
from rewards.pooling.documents import (
    Amounts,
    Conditions,
    DrawnPlan,
    LeavingReduction,
    MonitoringReport,
    Opinion,
)
from rewards.pooling.refusals import (
    AlreadyAccepted,
    BadBundlePeriod,
    BundleStateConflict,
    NotAccepted,
    NothingSelected,
    PopulationChanged,
    VerificationLapsed,
)
from rewards.registry.replacement import Lack
from rewards.registry.serials import mix_of

DRAFT: Final = "draft"
SELECTING: Final = "selecting"
SELECTED: Final = "selected"
REPORTED: Final = "reported"
SUBMITTED: Final = "submitted"
VERIFIED: Final = "verified"
NOTICED: Final = "noticed"
SEALING: Final = "sealing"
SEALED: Final = "sealed"
ISSUED: Final = "issued"
# Issued, and short of cover: what was taken back since is more than the reserve held.
SUSPENDED: Final = "suspended"
REJECTED: Final = "rejected"
CANCELLED: Final = "cancelled"
# Up to here a bundle can lose what its providers take back, and its verifier.
UNSEALED: Final = (
    *(SELECTING, SELECTED, REPORTED, SUBMITTED),
    *(VERIFIED, NOTICED, SEALING),
)

STATES: Final = (
    DRAFT, SELECTING, SELECTED, REPORTED, SUBMITTED, VERIFIED, NOTICED, SEALING, SEALED, ISSUED,
    SUSPENDED, REJECTED, CANCELLED,
)  # fmt: skip
# From the notice on everybody may see a bundle.
PUBLISHED: Final = (NOTICED, SEALING, SEALED, ISSUED, SUSPENDED)
# What was returned: its reductions go back to the pool.
RETURNED: Final = (REJECTED, CANCELLED)
OPEN: Final = (DRAFT, SELECTING, SELECTED, REPORTED, SUBMITTED, VERIFIED, NOTICED)

OPERATOR: Final = "operator"
AUTHORITY: Final = "authority"
VERIFIER: Final = "verifier"
ENTERPRISE: Final = "enterprise"
# The platform's own tasks, which go on with what a person began.
PLATFORM: Final = Viewer("platform", None)
_TASKS: Final = (PLATFORM.role,)


PREVIEW: Final = "preview"
COUNT: Final = "count"
SELECT: Final = "select"
GATHER: Final = "gather"
CLOSE_SELECTION: Final = "close_selection"
START_REPORT: Final = "start_report"
REPORT: Final = "report"
SUBMIT: Final = "submit"
SEAT: Final = "seat"
APPROVE: Final = "approve"
DECLINE: Final = "decline"
UNSEAT: Final = "unseat"
ACCEPT: Final = "accept"
FIND: Final = "find"
VERIFY: Final = "verify"
REJECT: Final = "reject"
NOTICE: Final = "notice"
SIGN_SEAL: Final = "sign_seal"
SEAL: Final = "seal"
FREEZE: Final = "freeze"
ROOT: Final = "root"
SIGN_ISSUE: Final = "sign_issue"
ISSUE: Final = "issue"
CANCEL: Final = "cancel"
LEAVE: Final = "leave"
EMPTY: Final = "empty"
SUSPEND: Final = "suspend"
RESTORE: Final = "restore"
REPLACE: Final = "replace"

STEPS: Final[Mapping[str, Step]] = {
    # Counted, window by window, before anything is marked; a draft stays a draft.
    PREVIEW: Step((DRAFT,), DRAFT, (OPERATOR,)),
    COUNT: Step((DRAFT,), DRAFT, _TASKS),
    SELECT: Step((DRAFT,), SELECTING, (OPERATOR,)),
    GATHER: Step((SELECTING,), SELECTING, _TASKS),
    CLOSE_SELECTION: Step((SELECTING,), SELECTED, _TASKS),
    START_REPORT: Step((SELECTED,), SELECTED, (OPERATOR,)),
    REPORT: Step((SELECTED,), REPORTED, _TASKS),
    SUBMIT: Step((REPORTED,), SUBMITTED, (OPERATOR,)),
    # Who verifies: drawn from the pool, or approved by name, until one has accepted.
    APPROVE: Step((REPORTED,), REPORTED, (AUTHORITY,)),
    SEAT: Step((SUBMITTED,), SUBMITTED, (OPERATOR, AUTHORITY, *_TASKS)),
    DECLINE: Step((SUBMITTED,), SUBMITTED, (VERIFIER,)),
    # Its days are over, or a tie was declared: up to the seal, what it said does not stand.
    UNSEAT: Step((SUBMITTED, VERIFIED, NOTICED), SUBMITTED, _TASKS),
    # The verifier gives its number, and the sample follows from it.
    ACCEPT: Step((SUBMITTED,), SUBMITTED, (VERIFIER,)),
    FIND: Step((SUBMITTED,), SUBMITTED, (VERIFIER,)),
    VERIFY: Step((SUBMITTED,), VERIFIED, (VERIFIER,)),
    REJECT: Step((SUBMITTED,), REJECTED, (VERIFIER,)),
    NOTICE: Step((VERIFIED,), NOTICED, (OPERATOR,)),
    SIGN_SEAL: Step((NOTICED,), NOTICED, (OPERATOR, AUTHORITY)),
    SEAL: Step((NOTICED,), SEALING, (OPERATOR, AUTHORITY)),
    FREEZE: Step((SEALING,), SEALING, _TASKS),
    ROOT: Step((SEALING,), SEALED, _TASKS),
    SIGN_ISSUE: Step((SEALED,), SEALED, (OPERATOR, AUTHORITY)),
    ISSUE: Step((SEALED,), ISSUED, (OPERATOR, AUTHORITY)),
    CANCEL: Step(OPEN, CANCELLED, (OPERATOR,)),
    # A reduction of a reported bundle was taken back: the report is to be written again.
    LEAVE: Step((REPORTED,), SELECTED, _TASKS),
    # Nothing was left to seal.
    EMPTY: Step((SEALING,), CANCELLED, _TASKS),
    SUSPEND: Step((ISSUED, SUSPENDED), SUSPENDED, _TASKS),
    RESTORE: Step((SUSPENDED,), ISSUED, _TASKS),
    # Whoever holds units offers them; operators and authorities offer the programme's, and sign.
    REPLACE: Step((SUSPENDED,), SUSPENDED, (ENTERPRISE, OPERATOR, AUTHORITY)),
}


def roles_for(step: str) -> tuple[str, ...]:
    """Who may take a step; routes admit these roles and nobody else."""
    return STEPS[step].by


@dataclass(frozen=True, slots=True)
class Bundle(Conditions):
    """One bundle as it stands. Masses are milligrams CO2e; what is not known yet is None."""

    bundle_id: UUID
    state: str
    created_by: UUID
    created_at: datetime
    # The stated share that stays with the registry, as it was when the bundle was opened.
    reserve_per_mille: int
    # SHA-256 of the secret that the draw of its sample starts from.
    commitment: bytes | None = None
    # Filled by selection and recounted when the bundle is frozen.
    reductions: int | None = None
    selected_mg: int | None = None
    carried_in_mg: int | None = None
    deducted_mg: int | None = None
    reserve_mg: int | None = None
    issued_t: int | None = None
    carried_out_mg: int | None = None
    root: bytes | None = None
    # Actions before this moment have been looked at: where a stopped selection goes on.
    selected_until: datetime | None = None
    # After this moment nothing leaves the bundle any more: sealing has begun to hash it.
    frozen_at: datetime | None = None
    # The work that is on its way, or was the last one.
    task_id: UUID | None = None
    verifier_id: UUID | None = None
    # From this moment on its verifier is late to accept, or to give its opinion.
    verify_by: datetime | None = None
    sampling_plan: DrawnPlan | None = None
    report: MonitoringReport | None = None
    opinion: Opinion | None = None
    noticed_at: datetime | None = None
    notice_until: date | None = None
    sealed_at: datetime | None = None
    issued_at: datetime | None = None
    # What was taken back after the freeze and is neither out of the reserve nor replaced.
    shortfall_mg: int = 0
    # Of a project: the monitoring period whose verified mass of this vintage it is. It has no
    # leaves, and its root is the digest of the report.
    period_id: UUID | None = None

    @property
    def family(self) -> str:
        """The name under which its remainder and reserve are kept, besides its vintage."""
        return self.methodology or mix_of(self.methodologies)

    @property
    def book(self) -> BundleBook:
        """Its part of the carbon book."""
        return BundleBook(self.bundle_id, self.unit_class, self.family, self.vintage)

    @property
    def lack(self) -> Lack:
        """What units have to be cancelled for, and of which class and vintage."""
        return Lack(self.unit_class, self.vintage, self.shortfall_mg)

    @property
    def is_published(self) -> bool:
        return self.state in PUBLISHED

    @property
    def is_returned(self) -> bool:
        return self.state in RETURNED

    def visible_to(self, viewer: Viewer | None) -> bool:
        """Whether somebody (None: the public) sees it."""
        sight = sight_of(viewer)
        return (sight.states is None or self.state in sight.states) and (
            sight.verifier_id is None or self.verifier_id == sight.verifier_id
        )

    def check(self, step: str, *, by: Viewer) -> None:
        """Refuse a step that the bundle's state does not allow. Raises BundleStateConflict."""
        needs, _, roles = STEPS[step]
        # Routes and pages admit the step's roles, so another one here is a fault of ours.
        assert by.role in roles, f"a bundle's step {step} is not for the role {by.role}"
        if self.state not in needs:
            raise BundleStateConflict(state=self.state, needed=list(needs))

    def move(self, step: str, *, by: Viewer, **changed: Any) -> Bundle:
        """The bundle after a step, with what the step changes. Raises BundleStateConflict."""
        self.check(step, by=by)
        return replace(self, state=STEPS[step].leads_to, **changed)

    def without(self, left: Sequence[LeavingReduction]) -> Bundle:
        """The bundle after reductions left it before the freeze: every figure follows.

        What was reported is stale and has to be written again; what was submitted is counted
        down, line by line, and keeps its plan.
        """
        reductions = (self.reductions or 0) - len(left)
        fewer = replace(
            self,
            reductions=reductions,
            selected_mg=(self.selected_mg or 0) - sum(each.saved_mg for each in left),
        )
        if self.state == REPORTED:
            return fewer.move(LEAVE, by=PLATFORM, report=None)
        plan, report = self.sampling_plan, self.report
        return replace(
            fewer,
            report=report.without(left) if report else None,
            sampling_plan=plan.of_fewer(reductions) if plan else None,
        )

    def check_awaits_acceptance(self, step: str, *, by: Viewer) -> DrawnPlan:
        """The plan, before its sample is drawn. Raises BundleStateConflict, AlreadyAccepted."""
        self.check(step, by=by)
        assert self.sampling_plan is not None, "a submitted bundle has a plan"
        if self.sampling_plan.is_accepted:
            raise AlreadyAccepted
        return self.sampling_plan

    def check_approvable(self, *, by: Viewer) -> None:
        """Raises BundleStateConflict, AlreadyAccepted: somebody can be approved to verify it."""
        if self.state == SUBMITTED:
            self.check_awaits_acceptance(SEAT, by=by)
        else:
            self.check(APPROVE, by=by)

    def seat(self, verifier_id: UUID, name: str, *, until: datetime, by: Viewer) -> Bundle:
        """The bundle with its verifier; ``name`` is the public id as it is published."""
        plan = self.check_awaits_acceptance(SEAT, by=by).given_to(name)
        given = self.move(SEAT, by=by, sampling_plan=plan, verifier_id=verifier_id)
        return replace(given, verify_by=until)

    def decline(self, *, by: Viewer) -> Bundle:
        """The bundle without its verifier. Raises BundleStateConflict, AlreadyAccepted."""
        plan = self.check_awaits_acceptance(DECLINE, by=by).given_to("")
        left = self.move(DECLINE, by=by, sampling_plan=plan, verifier_id=None)
        return replace(left, verify_by=None)

    def accept(self, plan: DrawnPlan, *, until: datetime, by: Viewer) -> Bundle:
        """The bundle with a drawn sample. Raises BundleStateConflict, AlreadyAccepted."""
        if self.is_accepted:
            raise AlreadyAccepted
        return self.move(ACCEPT, by=by, sampling_plan=plan, verify_by=until)

    @property
    def awaits_seal(self) -> bool:
        """Whether its verifier can lose the seat; plans from before strata are drawn once only."""
        plan, seated = self.sampling_plan, self.verifier_id is not None
        return seated and self.state in STEPS[UNSEAT].needs and bool(plan and plan.strata)

    @property
    def is_accepted(self) -> bool:
        return self.sampling_plan is not None and self.sampling_plan.is_accepted

    def is_overdue(self, now: datetime) -> bool:
        """Whether the days of its verifier are over and it has no opinion."""
        return self.state == SUBMITTED and self.verify_by is not None and now >= self.verify_by

    def check_in_time(self, now: datetime) -> None:
        """Raises VerificationLapsed: the verifier's days are over, whether or not it was swept."""
        if self.is_overdue(now):
            raise VerificationLapsed

    def unseat(self, commitment: bytes | None) -> Bundle:
        """The bundle without its verifier and what it said; with a ``commitment`` to a new secret
        where the sample had been drawn by the old one."""
        assert self.sampling_plan is not None, "somebody was seated for a plan"
        return self.move(
            UNSEAT,
            by=PLATFORM,
            commitment=commitment or self.commitment,
            verifier_id=None,
            verify_by=None,
            sampling_plan=self.sampling_plan.undrawn(),
            opinion=None,
            deducted_mg=None,
            noticed_at=None,
            notice_until=None,
        )

    def check_drawn(self) -> DrawnPlan:
        """The plan, once its sample is drawn. Raises NotAccepted."""
        if self.sampling_plan is None or not self.is_accepted:
            raise NotAccepted
        return self.sampling_plan

    def check_population(self, found: Amounts) -> None:
        """Raises NothingSelected, PopulationChanged: what is submitted is what is in it."""
        if not found.reductions:
            raise NothingSelected
        reported = self.report.whole if self.report else None
        if found != (self.reductions, self.selected_mg) or found != reported:
            raise PopulationChanged(reductions=found.reductions)

    def short_of(self, shortfall_mg: int) -> Bundle:
        """The bundle when this much of its mass has no cover; an issued one is then suspended."""
        assert shortfall_mg >= 0, "nothing is covered twice"
        short = replace(self, shortfall_mg=shortfall_mg)
        if self.issued_at is None or (shortfall_mg == 0 and self.state == ISSUED):
            return short
        return short.move(SUSPEND if shortfall_mg else RESTORE, by=PLATFORM)

    def check_reportable(self) -> None:
        """Raises NothingSelected: an empty bundle has nothing to report or verify."""
        if not self.reductions:
            raise NothingSelected

    def check_notice_over(self, today: date) -> None:
        """Raises NoticeRunning up to and including the last day of the notice."""
        assert self.notice_until is not None, "a bundle under notice states its last day"
        if today <= self.notice_until:
            raise NoticeRunning(notice_until=self.notice_until.isoformat())


class Sight(NamedTuple):
    """Which bundles somebody sees: of these states and of this verifier; None is every one."""

    states: tuple[str, ...] | None
    verifier_id: UUID | None = None


def sight_of(viewer: Viewer | None) -> Sight:
    """Operators and authorities see every bundle, a verifier those that were submitted to it.

    Everybody else (None: the public) sees what was published.
    """
    if viewer is None or not (viewer.sees_all or viewer == PLATFORM or viewer.role == VERIFIER):
        return Sight(PUBLISHED)
    if viewer.role == VERIFIER:
        assert viewer.tenant_id is not None, "a verifier's token names it"
        return Sight(None, viewer.tenant_id)
    return Sight(None)


def check_period(conditions: Conditions) -> None:
    """Raises BadBundlePeriod: a bundle holds civil days of one vintage year, first to last."""
    first, last = conditions.occurred_from, conditions.occurred_to
    if last < first:
        raise BadBundlePeriod("backwards", pointer="/to")
    for pointer, day in (("/from", first), ("/to", last)):
        if day.year != conditions.vintage:
            raise BadBundlePeriod("other_year", pointer=pointer, vintage=conditions.vintage)
