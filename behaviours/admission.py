"""Admission of organisations: somebody applies, one assesses, and two others admit them.

``STEPS`` is the whole life of an application::

    applied ─assess─▶ assessed ─admit─▶ accepted
    applied, assessed ─hand_in─▶ applied
    applied, assessed ─decline─▶ declined        applied, assessed ─withdraw─▶ withdrawn
    accepted ─close─▶ closed

The organisation states who it is and hands over its documents; an operator reads them
(``behaviours.organisation_papers``). Whatever is handed in after that is assessed anew, and what
was signed counts for nothing: a signature is for one ``revision``. An organisation takes part from
the moment it is admitted; before, nothing knows of it. One that was closed does not come back:
whoever it was applies anew, by the same credit code, and is another organisation in the books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from behaviours.refusal import Conflict, UnknownId
from behaviours.steps import Step
from behaviours.users import APPLICANT
from behaviours.viewer import Viewer

APPLIED, ASSESSED = "applied", "assessed"
ADMITTED, DECLINED, WITHDRAWN = "accepted", "declined", "withdrawn"
CLOSED: Final = "closed"
STATES: Final = (APPLIED, ASSESSED, ADMITTED, DECLINED, WITHDRAWN, CLOSED)
# Nothing is decided yet.
OPEN: Final = (APPLIED, ASSESSED)
# Nobody else may apply by the same credit code to take part as the same.
HOLDING: Final = (*OPEN, ADMITTED)
# It takes part, or did.
WAS_ADMITTED: Final = (ADMITTED, CLOSED)
# What was handed in is not needed any more.
OVER: Final = (DECLINED, WITHDRAWN)

HAND_IN, ASSESS, ADMIT = "hand_in", "assess", "admit"
DECLINE, WITHDRAW = "decline", "withdraw"
# Of the organisation, which closes; its application is told.
CLOSE: Final = "close"

_BOTH: Final = ("authority", "operator")
STEPS: Final[Mapping[str, Step]] = {
    HAND_IN: Step(OPEN, APPLIED, ("operator", APPLICANT)),
    ASSESS: Step(OPEN, ASSESSED, ("operator",)),
    ADMIT: Step((ASSESSED,), ADMITTED, _BOTH),
    DECLINE: Step(OPEN, DECLINED, _BOTH),
    WITHDRAW: Step(OPEN, WITHDRAWN, ("operator", APPLICANT)),
    CLOSE: Step((ADMITTED,), CLOSED, _BOTH),
}


class UnknownApplication(UnknownId):
    """Nobody applied under this id, or it is not the asker's to see."""

    cases = ("application",)


class ApplicationDecided(Conflict):
    """The organisation was admitted or declined before, or has withdrawn."""


@dataclass(frozen=True, slots=True)
class OrganisationStatement:
    """What an organisation says of itself.

    ``interests`` are the organisations of the programme that it owns, advises, supplies or is paid
    by, or that have such a part in it, and ``of_operator`` the same of who operates the programme;
    they bar verifiers once it is admitted. Of a provider: the ``scenes`` that it is to report, in
    ``reports`` what is reported, how it is known and how data are kept safe, and the ``issuers``
    of the numbers.
    """

    credit_code: str
    legal_name: str
    contact_name: str
    contact_phone: str
    contact_email: str
    interests: frozenset[UUID]
    of_operator: bool
    group: str | None = None
    scenes: tuple[str, ...] = ()
    reports: str | None = None
    issuers: tuple[str, ...] = ()

    @property
    def has_ties(self) -> bool:
        """Whether it says that anything ties it to others."""
        return bool(self.interests) or self.of_operator or self.group is not None


@dataclass(frozen=True, slots=True)
class OrganisationApplication:
    """Who applies: the organisation's id to be, its kind and name, and what it is.

    ``stated_by`` is who wrote the statement. ``revision`` grows with everything that is handed in
    or assessed.
    """

    organisation_id: UUID
    kind: str
    name: str
    covered_emitter: bool
    state: str
    applied_at: datetime
    decided_at: datetime | None = None
    revision: int = 1
    statement: OrganisationStatement | None = None
    stated_by: UUID | None = None
    # Admitted by a release that did not ask for documents, or in a sandbox, which asks nobody.
    before_assessment: bool = False

    def move(self, step: str, *, now: datetime) -> OrganisationApplication:
        """The application after ``step``; raises ApplicationDecided."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise ApplicationDecided(state=self.state)
        if leads_to in OPEN:
            return replace(self, state=leads_to, revision=self.revision + 1)
        return replace(self, state=leads_to, decided_at=now)

    def stating(
        self, statement: OrganisationStatement, *, by: UUID, now: datetime
    ) -> OrganisationApplication:
        """The application with another statement; raises ApplicationDecided."""
        return replace(self.move(HAND_IN, now=now), statement=statement, stated_by=by)

    def unassessed(self, *, now: datetime) -> OrganisationApplication:
        """The application as it is admitted where nobody is assessed: in a sandbox."""
        return replace(self, state=ADMITTED, decided_at=now, before_assessment=True)

    @property
    def is_assessed(self) -> bool:
        return self.state == ASSESSED

    @property
    def is_open(self) -> bool:
        """Whether nothing is decided yet."""
        return self.state in OPEN

    def check_seen_by(self, by: Viewer) -> None:
        """Who answers for the programme sees each, an organisation its own. Raises
        UnknownApplication."""
        if not (by.sees_all or by.tenant_id == self.organisation_id):
            raise UnknownApplication("application")
