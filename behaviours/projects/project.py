"""Project: land or plants of one owner, whose reductions are monitored and issued to the owner.

``STEPS`` is the life of a project; each step says from which states it leads to which, and who may
take it::

    draft ─change─▶ draft ─submit─▶ submitted ─design─▶ designed ─design─▶ designed
    designed ─open_notice─▶ on_notice ─redesign─▶ on_notice ─close_notice─▶ notice_closed
    notice_closed ─seat_validator─▶ in_validation ─pass─▶ validated
    in_validation ─return─▶ returned ─design─▶ designed;  in_validation ─fail─▶ rejected
    in_validation ─unseat_validator─▶ notice_closed;  findings are raised and answered in between
    validated ─ask─▶ registration_requested ─register─▶ registered, or ─refuse─▶ rejected
    registered ─suspend─▶ suspended ─resume─▶ registered
    registered, suspended ─complete─▶ completed
    registered, completed ─credit─▶ registered (by another crediting period)
    registered, suspended, completed ─deregister─▶ deregistered
    (before it is registered) ─withdraw─▶ withdrawn
    (before it is registered, and waiting for nobody's judgement) ─lapse─▶ lapsed

An organisation that takes part as an enterprise applies: the owner, or whom the owner entrusted in
writing with its duties, rights and benefits (粤环发〔2022〕4号). From ``designed`` on the project
holds its land and its meters: nobody else designs on them until it is withdrawn, rejected, lapsed
or taken off the register. The owner never takes a step that judges the project.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.refusal import Conflict, UnknownId
from behaviours.steps import Step
from behaviours.viewer import Viewer
from behaviours.working_days import NoticeRunning

DRAFT, SUBMITTED, DESIGNED = "draft", "submitted", "designed"
ON_NOTICE, NOTICE_CLOSED = "on_notice", "notice_closed"
IN_VALIDATION, RETURNED, VALIDATED = "in_validation", "returned", "validated"
REGISTRATION_REQUESTED: Final = "registration_requested"
REGISTERED, SUSPENDED, COMPLETED = "registered", "suspended", "completed"
REJECTED, WITHDRAWN, LAPSED = "rejected", "withdrawn", "lapsed"
DEREGISTERED: Final = "deregistered"
# Before it is registered.
OPEN: Final = (
    *(DRAFT, SUBMITTED, DESIGNED, ON_NOTICE, NOTICE_CLOSED),
    *(IN_VALIDATION, RETURNED, VALIDATED, REGISTRATION_REQUESTED),
)
# What was handed in is frozen when registration is asked for.
HANDING_IN: Final = OPEN[:-1]
ON_REGISTER: Final = (REGISTERED, SUSPENDED, COMPLETED)
MONITORED: Final = (REGISTERED, COMPLETED)
STATES: Final = (*OPEN, *ON_REGISTER, REJECTED, WITHDRAWN, LAPSED, DEREGISTERED)
# The land and the meters of the design are this project's alone.
HOLDING: Final = (*OPEN[2:], *ON_REGISTER)
# The design and what stands in it may still be another. Under a judgement they stand.
_RESTATED: Final = (SUBMITTED, DESIGNED, NOTICE_CLOSED, RETURNED)
# Silence of whoever judges is overdue; it ends no project.
LAPSING: Final = tuple(each for each in OPEN if each not in (IN_VALIDATION, REGISTRATION_REQUESTED))

# Who applies, by the kind of the organisation; who validates is a verifier.
APPLYING: Final = "enterprise"
VALIDATING: Final = "verifier"
OPERATOR, AUTHORITY = "operator", "authority"
CHANGE, SUBMIT, DESIGN, WITHDRAW = "change", "submit", "design", "withdraw"
REDESIGN, OPEN_NOTICE, CLOSE_NOTICE = "redesign", "open_notice", "close_notice"
SEAT, UNSEAT = "seat_validator", "unseat_validator"
RAISE_FINDINGS, ANSWER_FINDINGS = "raise_findings", "answer_findings"
PASS, RETURN, FAIL = "pass", "return", "fail"
ASK, REGISTER, REFUSE = "ask", "register", "refuse"
SUSPEND, RESUME, COMPLETE, DEREGISTER = "suspend", "resume", "complete", "deregister"
CREDIT: Final = "credit"
LAPSE: Final = "lapse"
_PROGRAMME: Final = (AUTHORITY, OPERATOR)
# By whom it is judged: a validator, or the authority where the rule's text says so.
_JUDGES: Final = (VALIDATING, AUTHORITY)
STEPS: Final[Mapping[str, Step]] = {
    CHANGE: Step((DRAFT,), DRAFT, (APPLYING,)),
    SUBMIT: Step((DRAFT,), SUBMITTED, (APPLYING,)),
    DESIGN: Step(_RESTATED, DESIGNED, (APPLYING,)),
    OPEN_NOTICE: Step((DESIGNED,), ON_NOTICE, (OPERATOR,)),
    REDESIGN: Step((ON_NOTICE,), ON_NOTICE, (APPLYING,)),
    CLOSE_NOTICE: Step((ON_NOTICE,), NOTICE_CLOSED, (OPERATOR,)),
    SEAT: Step((NOTICE_CLOSED,), IN_VALIDATION, (AUTHORITY,)),
    UNSEAT: Step((IN_VALIDATION,), NOTICE_CLOSED, _JUDGES),
    RAISE_FINDINGS: Step((IN_VALIDATION,), IN_VALIDATION, _JUDGES),
    ANSWER_FINDINGS: Step((IN_VALIDATION,), IN_VALIDATION, (APPLYING,)),
    PASS: Step((IN_VALIDATION,), VALIDATED, _JUDGES),
    RETURN: Step((IN_VALIDATION,), RETURNED, _JUDGES),
    FAIL: Step((IN_VALIDATION,), REJECTED, _JUDGES),
    ASK: Step((VALIDATED,), REGISTRATION_REQUESTED, (APPLYING,)),
    REGISTER: Step((REGISTRATION_REQUESTED,), REGISTERED, _PROGRAMME),
    REFUSE: Step((REGISTRATION_REQUESTED,), REJECTED, (AUTHORITY,)),
    # A declaration found later suspends too, and time itself completes, but not what is suspended:
    # what another mechanism owns would be issued after all.
    SUSPEND: Step((REGISTERED, COMPLETED), SUSPENDED, _PROGRAMME),
    RESUME: Step((SUSPENDED,), REGISTERED, _PROGRAMME),
    COMPLETE: Step((REGISTERED,), COMPLETED),
    CREDIT: Step((REGISTERED, COMPLETED), REGISTERED, _PROGRAMME),
    DEREGISTER: Step(ON_REGISTER, DEREGISTERED, _PROGRAMME),
    WITHDRAW: Step(OPEN, WITHDRAWN, (APPLYING,)),
    LAPSE: Step(LAPSING, LAPSED),
}

# What a body does for a project, and never another of them.
VALIDATOR, VERIFIER = BODY_ROLES = ("validator", "verifier")

# What is handed over: that the land is the owner's, that the plant is on the grid, and that the
# applicant was entrusted.
TENURE, GRID_CONNECTION, ENTRUSTMENT = "tenure", "grid_connection", "entrustment"
SUPPORTING: Final = "supporting"
# Of a project on the register that another takes over: the act that both signed, and the consent of
# those who share the benefits.
TRANSFER_ACT, BENEFIT_CONSENT = LATER_KINDS = ("transfer_act", "benefit_consent")
PROOF_KINDS: Final = (TENURE, GRID_CONNECTION, ENTRUSTMENT, SUPPORTING, *LATER_KINDS)
# Comes with an opinion.
VALIDATION_REPORT: Final = "validation_report"


class UnknownProject(UnknownId):
    """There is no such project, or it is not the asker's to see."""

    cases = ("project",)


class UnknownProof(UnknownId):
    """The project has no such document."""

    cases = ("document",)


class ProjectStateConflict(Conflict):
    """The project is at another point of its life than this step needs."""


class ObjectionOpen(Conflict):
    """A notice is closed when every objection to it has come to an end."""


class ProofMissing(Conflict):
    """A document is missing: ``place``: neither tenure nor grid connection; or one by its kind."""

    cases = ("place", "tenure", "grid_connection", "transfer_act", "benefit_consent")


class UnitsOutstanding(Conflict):
    """Units of the project are somebody's still: what they stand for is not taken off the register
    under them."""


class EntrustmentMissing(Conflict):
    """Whoever applies for another owner hands in the owner's written entrustment."""


class Entruster(NamedTuple):
    """The owner for whom another applies, by name and unified social credit code."""

    name: str
    credit_code: str


class ProjectStatement(NamedTuple):
    """What a project says of itself; ``owner`` None: the applicant is the owner.

    ``methodology`` is ``code@version`` of a rule of projects, ``digest`` that of its document.
    """

    name: str
    summary: str
    region: str
    methodology: str
    digest: str
    owner: Entruster | None = None


class ProjectProof(NamedTuple):
    """A document as it was handed in; its content lies sealed elsewhere."""

    document_id: UUID
    project_id: UUID
    kind: str
    media_type: str
    size_bytes: int
    sha256: bytes
    handed_in_by: UUID
    handed_in_at: datetime


class ProjectNotice(NamedTuple):
    """A public notice as it was opened or began anew: of which design, by its digest, to which
    last civil day, and the rule of the programme that made it so long."""

    project_id: UUID
    number: int
    design_number: int
    digest: bytes
    last_day: date
    by_rule: JsonObject
    opened_by: UUID
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """A project; ``applicant_id`` is the organisation that applies, and holds what is issued."""

    project_id: UUID
    applicant_id: UUID
    said: ProjectStatement
    state: str
    applied_at: datetime
    state_at: datetime
    # The last civil day of the notice that runs or ran last, and the design that it was of: from
    # then on everybody may read that one.
    notice_until: date | None = None
    noticed_design: int | None = None
    # Who validates, or did last; None too where the authority does it.
    validator_id: UUID | None = None
    # By which it stands in the public register, and the day after its crediting period.
    number: str | None = None
    ends_before: date | None = None

    def move(self, step: str, *, now: datetime) -> Project:
        """The project after ``step``; raises ProjectStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise ProjectStateConflict(state=self.state, needed=", ".join(needs))
        moved_at = self.state_at if leads_to == self.state else now
        return replace(self, state=leads_to, state_at=moved_at)

    def saying(self, said: ProjectStatement, *, now: datetime) -> Project:
        """The draft with another statement; raises ProjectStateConflict."""
        return replace(self.move(CHANGE, now=now), said=said)

    def submitted(self, proofs: Collection[str], *, now: datetime) -> Project:
        """The project whose statement stands; ``proofs`` are the kinds that were handed in.

        Raises ProjectStateConflict, ProofMissing and EntrustmentMissing.
        """
        moved = self.move(SUBMIT, now=now)
        if not {TENURE, GRID_CONNECTION} & set(proofs):
            raise ProofMissing("place")
        if self.said.owner is not None and ENTRUSTMENT not in proofs:
            raise EntrustmentMissing(owner=self.said.owner.name)
        return moved

    def on_notice(self, step: str, design: int, last_day: date, *, now: datetime) -> Project:
        """The project with a design on public notice to the end of ``last_day``.

        Raises ProjectStateConflict.
        """
        moved = self.move(step, now=now)
        return replace(moved, notice_until=last_day, noticed_design=design)

    def notice_closed(self, objections: Sequence[str], *, today: date, now: datetime) -> Project:
        """The project whose notice is over; ``objections`` are the numbers of those still open.

        Raises ProjectStateConflict, NoticeRunning and ObjectionOpen.
        """
        moved = self.move(CLOSE_NOTICE, now=now)
        assert self.notice_until is not None, "what is on notice has a last day"
        if today <= self.notice_until:
            raise NoticeRunning(notice_until=self.notice_until.isoformat())
        if objections:
            raise ObjectionOpen(numbers=", ".join(objections))
        return moved

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it: from its first notice on."""
        return self.noticed_design is not None

    @property
    def takes_objections(self) -> bool:
        """Whether anybody may object to its design."""
        return self.state == ON_NOTICE

    def registered(self, number: str, ends_before: date, *, now: datetime) -> Project:
        """The project on the register, by its number. Raises ProjectStateConflict."""
        return replace(self.move(REGISTER, now=now), number=number, ends_before=ends_before)

    def credited(self, ends_before: date, *, now: datetime) -> Project:
        """The project with another end of its crediting. Raises ProjectStateConflict."""
        return replace(self.move(CREDIT, now=now), ends_before=ends_before)

    def check_registered(self) -> None:
        """Raises ProjectStateConflict unless it stands in the register and is not suspended. Its
        last period is reported, verified and issued after its days are over."""
        if self.state not in MONITORED:
            raise ProjectStateConflict(state=self.state, needed=", ".join(MONITORED))

    def check_takes_ex_ante(self) -> None:
        """Raises ProjectStateConflict where no table can be stated for the newest design: under a
        judgement. A design that is stated during its notice has none yet, and what came onto the
        register before tables were asked for may have none; one that stands is never replaced."""
        needed = (*_RESTATED, ON_NOTICE, REGISTERED)
        if self.state not in needed:
            raise ProjectStateConflict(state=self.state, needed=", ".join(needed))

    def check_takes_proofs(self, kind: str) -> None:
        """Raises ProjectStateConflict once it is over, or frozen for its registration; what another
        takes it over by is handed in while it is on the register."""
        needed = ON_REGISTER if kind in LATER_KINDS else HANDING_IN
        if self.state not in needed:
            raise ProjectStateConflict(state=self.state, needed=", ".join(needed))

    def deregistered(self, outstanding_t: int, *, now: datetime) -> Project:
        """The project off the register; ``outstanding_t``: tonnes of its units that are neither
        retired nor cancelled, but for the reserve's. Raises ProjectStateConflict and
        UnitsOutstanding."""
        moved = self.move(DEREGISTER, now=now)
        if outstanding_t:
            raise UnitsOutstanding(quantity_t=outstanding_t)
        return moved

    def owned_by(self, next_id: UUID) -> Project:
        """The project of another owner, who applies for itself. Raises ProjectStateConflict."""
        self.check_registered()
        return replace(self, applicant_id=next_id, said=self.said._replace(owner=None))

    def check_seen_by(self, by: Viewer) -> None:
        """Who answers for the programme in its region sees it, its applicant, and who validates
        it. Raises UnknownProject."""
        seen = by.answers_in(self.said.region) or self.is_of(by) or self.is_seated(by)
        if not seen:
            raise UnknownProject("project")

    def check_of(self, by: Viewer) -> None:
        """Raises UnknownProject for everybody but its applicant."""
        if not self.is_of(by):
            raise UnknownProject("project")

    def is_seated(self, by: Viewer) -> bool:
        """Whether the viewer is the organisation that validates it, or did last."""
        return by.role == VALIDATING and by.tenant_id == self.validator_id

    def check_judged_by(self, by: Viewer) -> None:
        """Raises UnknownProject for everybody but who validates it: the organisation that has the
        seat, or the authority where nobody has."""
        by_authority = by.role == AUTHORITY and by.answers_in(self.said.region)
        if not (self.is_seated(by) or (by_authority and self.validator_id is None)):
            raise UnknownProject("project")

    def seated(self, validator_id: UUID | None, *, now: datetime) -> Project:
        """The project in validation, by an organisation or by the authority itself.

        Raises ProjectStateConflict.
        """
        return replace(self.move(SEAT, now=now), validator_id=validator_id)

    def is_of(self, by: Viewer) -> bool:
        """Whether the viewer is the applicant."""
        return by.role == APPLYING and by.tenant_id == self.applicant_id
