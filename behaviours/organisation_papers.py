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

from behaviours.admission import ASSESS, HAND_IN, OrganisationApplication, OrganisationStatement
from behaviours.organisations import PROVIDER
from behaviours.paper_kinds import CONTRACT, DOCUMENT_KINDS
from behaviours.refusal import Conflict, Invalid, UnknownId

# What an admission may lack besides documents.
STATEMENT: Final = "statement"
ASSESSMENT: Final = "assessment"
REFUSED: Final = "{}_refused"
OVER: Final = "{}_over"
NOT_BEGUN: Final = "{}_not_begun"
LACKING: Final = (
    STATEMENT,
    *DOCUMENT_KINDS,
    *(REFUSED.format(kind) for kind in DOCUMENT_KINDS),
    ASSESSMENT,
    *(OVER.format(kind) for kind in DOCUMENT_KINDS),
    *(NOT_BEGUN.format(kind) for kind in DOCUMENT_KINDS),
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

    cases = (
        "reason",
        "contract",
        "contract_dates",
        "contract_other_dates",
        "begins_later",
        "over",
    )


class AssessorHandedIn(Conflict):
    """Whoever handed in a document or the statement does not assess it."""


class AssessorAdmits(Conflict):
    """Whoever assessed an organisation does not sign its admission."""


class OrganisationDocument(NamedTuple):
    """A document as it was handed in; its content lies sealed elsewhere.

    ``valid_from`` and ``valid_until`` are the first and the last civil day on which it is good, as
    it says of itself. A ``renewal`` was handed in after the admission, to take another's place.
    """

    document_id: UUID
    organisation_id: UUID
    kind: str
    media_type: str
    size_bytes: int
    sha256: bytes
    handed_in_by: UUID
    handed_in_at: datetime
    valid_from: date | None = None
    valid_until: date | None = None
    renewal: bool = False


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


class RenewalJudgement(NamedTuple):
    """What an operator found in a document that is to take another's place; of a contract that was
    accepted: its number and days."""

    organisation_id: UUID
    judgement: DocumentJudgement
    contract: OrganisationContract | None
    judged_by: UUID
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationPapers:
    """An application with all that was ever handed in and found, each oldest first."""

    application: OrganisationApplication
    documents: tuple[OrganisationDocument, ...]
    assessments: tuple[OrganisationAssessment, ...]
    renewals: tuple[RenewalJudgement, ...] = ()

    @property
    def current(self) -> dict[str, OrganisationDocument]:
        """The documents that count, by kind: the newest of each; of those that came after the
        admission, the newest that was accepted."""
        accepted = {each.judgement.document_id for each in self.renewals if each.judgement.accepted}
        return {
            each.kind: each
            for each in self.documents
            if not each.renewal or each.document_id in accepted
        }

    @property
    def newest(self) -> dict[str, OrganisationDocument]:
        """The documents that were handed in last, by kind, whether they count or not."""
        return {each.kind: each for each in self.documents}

    @property
    def waiting(self) -> list[OrganisationDocument]:
        """Those that wait to take another's place, and to be assessed."""
        judged = {each.judgement.document_id for each in self.renewals}
        return [
            each for each in self.newest.values() if each.renewal and each.document_id not in judged
        ]

    def document(self, document_id: UUID) -> OrganisationDocument | None:
        return next((each for each in self.documents if each.document_id == document_id), None)

    @property
    def contract(self) -> OrganisationContract | None:
        """The contract with the programme as it was stated last."""
        renewed = [each.contract for each in self.renewals if each.contract is not None]
        if renewed:
            return renewed[-1]
        return self.assessment.contract if self.assessment else None

    def runs_out_on(self, kind: str) -> date | None:
        """The last day on which the document of a kind is good that counts; None: it has none, or
        there is no such document."""
        if kind == CONTRACT and self.contract is not None:
            return self.contract.ends_on
        document = self.current.get(kind)
        return document.valid_until if document else None

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
        for renewal in self.renewals:
            found = renewal.judgement if renewal.judgement.document_id == document_id else found
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
        return found + self._not_good(today)

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
        if contract is not None:
            check_contract(contract, self.current[CONTRACT])
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

    def _not_good(self, today: date) -> list[str]:
        over = [
            OVER.format(kind)
            for kind in DOCUMENT_KINDS
            if (ends_on := self.runs_out_on(kind)) is not None and ends_on < today
        ]
        return over + [
            NOT_BEGUN.format(kind)
            for kind, document in self.current.items()
            if document.valid_from is not None and document.valid_from > today
        ]

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


def check_contract(contract: OrganisationContract, document: OrganisationDocument) -> None:
    """Whether a contract that is stated ends after it begins, and as its document says. Raises
    AssessmentUnfit."""
    if contract.ends_on < contract.begins_on:
        raise AssessmentUnfit("contract_dates", pointer="/contract/ends_on")
    stated = document.valid_from or contract.begins_on, document.valid_until or contract.ends_on
    if stated != (contract.begins_on, contract.ends_on):
        raise AssessmentUnfit(
            "contract_other_dates",
            pointer="/contract",
            begins_on=stated[0].isoformat(),
            ends_on=stated[1].isoformat(),
        )
