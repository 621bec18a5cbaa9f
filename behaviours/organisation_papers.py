"""What an organisation that applies hands over, and what an operator finds in it.

Nothing is edited: a document that is handed in anew stands beside the earlier one, and an
assessment beside the one before it. An assessment judges every document that counts at that moment,
the newest of each kind, and the application with it, by its revision.

Three people at least come between an organisation and the programme: whoever handed in does not
assess, and whoever assessed does not admit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.admission import (
    ASSESS,
    HAND_IN,
    OrganisationApplication,
    OrganisationStatement,
)
from behaviours.organisations import PROVIDER
from behaviours.refusal import Conflict, Invalid, UnknownId

BUSINESS_LICENCE: Final = "business_licence"
CONTRACT: Final = "contract"
# Who of the organisation may speak and sign for it.
AUTHORISATION: Final = "authorisation"
DOCUMENT_KINDS: Final = (BUSINESS_LICENCE, CONTRACT, AUTHORISATION)

# What an admission may lack besides documents.
STATEMENT: Final = "statement"
ASSESSMENT: Final = "assessment"
CONTRACT_OVER: Final = "contract_over"
REFUSED: Final = "{}_refused"
LACKING: Final = (
    STATEMENT,
    *DOCUMENT_KINDS,
    *(REFUSED.format(kind) for kind in DOCUMENT_KINDS),
    ASSESSMENT,
    CONTRACT_OVER,
)


class UnknownDocument(UnknownId):
    """The organisation handed in no such document, or its time is over."""

    cases = ("document",)


class ReportsUnfit(Invalid):
    """Scenes and issuers are for providers, and scenes come with what is to be reported."""

    cases = ("not_a_provider", "words")


class ApplicationIncomplete(Conflict):
    """Something is missing before the organisation can be assessed, or admitted."""


class DocumentsChanged(Conflict):
    """Other documents count than those that were judged: some came meanwhile, or are left out."""


class AssessmentUnfit(Invalid):
    """An assessment leaves open what it has to say."""

    cases = ("reason", "contract", "contract_dates")


class AssessorHandedIn(Conflict):
    """Whoever handed in a document or the statement does not assess it."""


class AssessorAdmits(Conflict):
    """Whoever assessed an organisation does not sign its admission."""


class OrganisationDocument(NamedTuple):
    """A document as it was handed in; its content lies sealed elsewhere."""

    document_id: UUID
    organisation_id: UUID
    kind: str
    media_type: str
    size_bytes: int
    sha256: bytes
    handed_in_by: UUID
    handed_in_at: datetime


class DocumentJudgement(NamedTuple):
    """Whether a document was accepted; of one that was refused: why."""

    document_id: UUID
    accepted: bool
    reason: str | None


class OrganisationContract(NamedTuple):
    """The contract with the programme: its number, and its first and last day."""

    number: str
    begins_on: date
    ends_on: date


class OrganisationAssessment(NamedTuple):
    """What an operator found; ``passed`` when every document was accepted."""

    organisation_id: UUID
    revision: int
    passed: bool
    judgements: tuple[DocumentJudgement, ...]
    contract: OrganisationContract | None
    finding: str
    assessed_by: UUID
    assessed_at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationPapers:
    """An application with all that was ever handed in and found, each oldest first."""

    application: OrganisationApplication
    documents: tuple[OrganisationDocument, ...]
    assessments: tuple[OrganisationAssessment, ...]

    @property
    def current(self) -> dict[str, OrganisationDocument]:
        """The documents that count, by kind: the newest of each."""
        return {each.kind: each for each in self.documents}

    @property
    def assessment(self) -> OrganisationAssessment | None:
        """The newest one."""
        return self.assessments[-1] if self.assessments else None

    def judgement_of(self, document_id: UUID) -> DocumentJudgement | None:
        """What was found last of a document; None: nobody has read it."""
        found = None
        for assessment in self.assessments:
            for each in assessment.judgements:
                found = each if each.document_id == document_id else found
        return found

    def lacking(self, *, today: date) -> list[str]:
        """What is missing before two people can admit the organisation, of ``LACKING``."""
        found = self._not_handed_in()
        for kind, document in self.current.items():
            judged = self.judgement_of(document.document_id)
            if judged is not None and not judged.accepted:
                found.append(REFUSED.format(kind))
        if not found and not self.application.is_assessed:
            found.append(ASSESSMENT)
        contract = self.assessment.contract if self.assessment else None
        if contract is not None and contract.ends_on < today:
            found.append(CONTRACT_OVER)
        return found

    def handing_in(
        self, document: OrganisationDocument, *, now: datetime
    ) -> OrganisationApplication | None:
        """The application once the document is handed in; None when it is the one that counts.

        Raises ApplicationDecided.
        """
        moved = self.application.move(HAND_IN, now=now)
        before = self.current.get(document.kind)
        return None if before and before.sha256 == document.sha256 else moved

    def check_admitted_by(self, user_id: UUID | None, *, today: date) -> None:
        """Whether somebody may sign the admission. Raises ApplicationIncomplete and
        AssessorAdmits."""
        if not self.application.is_open:
            return
        if found := self.lacking(today=today):
            raise ApplicationIncomplete(lacking=found)
        if self.assessment is not None and self.assessment.assessed_by == user_id:
            raise AssessorAdmits

    def assess(
        self,
        judgements: Sequence[DocumentJudgement],
        contract: OrganisationContract | None,
        finding: str,
        *,
        by: UUID,
        now: datetime,
    ) -> tuple[OrganisationApplication, OrganisationAssessment]:
        """The application and what was found; with a document refused it waits for another one.

        Raises ApplicationDecided, ApplicationIncomplete, DocumentsChanged, AssessorHandedIn and
        AssessmentUnfit.
        """
        moved = self.application.move(ASSESS, now=now)
        if found := self._not_handed_in():
            raise ApplicationIncomplete(lacking=found)
        current = self.current.values()
        wanted = sorted(each.document_id for each in current)
        if sorted(each.document_id for each in judgements) != wanted:
            raise DocumentsChanged
        if by in {self.application.stated_by, *(each.handed_in_by for each in current)}:
            raise AssessorHandedIn
        passed = all(each.accepted for each in judgements)
        _check_said(judgements, contract, passed=passed)
        if not passed:
            moved = self.application.move(HAND_IN, now=now)
        return moved, OrganisationAssessment(
            moved.organisation_id,
            moved.revision,
            passed,
            tuple(judgements),
            contract,
            finding,
            by,
            now,
        )

    def _not_handed_in(self) -> list[str]:
        missing = [] if self.application.statement else [STATEMENT]
        return missing + [kind for kind in DOCUMENT_KINDS if kind not in self.current]


def check_reports(kind: str, said: OrganisationStatement) -> None:
    """Whether somebody of this kind may ask for these scenes and issuers. Raises ReportsUnfit."""
    if kind != PROVIDER and (said.scenes or said.issuers or said.reports):
        raise ReportsUnfit("not_a_provider", pointer="/scenes")
    if said.scenes and not said.reports:
        raise ReportsUnfit("words", pointer="/reports")


def _check_said(
    judgements: Sequence[DocumentJudgement], contract: OrganisationContract | None, *, passed: bool
) -> None:
    for place, each in enumerate(judgements):
        if not each.accepted and not each.reason:
            raise AssessmentUnfit("reason", pointer=f"/documents/{place}/reason")
    if passed and contract is None:
        raise AssessmentUnfit("contract", pointer="/contract")
    if contract is not None and contract.ends_on < contract.begins_on:
        raise AssessmentUnfit("contract_dates", pointer="/contract/ends_on")
