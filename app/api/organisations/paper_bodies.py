"""What is sent of an organisation that applies: its statement, documents, and their assessment."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.http.encoded_file import PIXEL, EncodedBody
from app.http.fields import Day, Line, PublicId, Strict
from app.http.organisation_statements import SaidOfItself, statement_from
from app.http.validators import Characters, Count, OneOf
from behaviours.admission import OrganisationStatement
from behaviours.json_value import JsonObject
from behaviours.organisation_papers import DocumentJudgement, OrganisationContract
from behaviours.paper_kinds import DOCUMENT_KINDS
from behaviours.paper_renewals import NewRenewalJudgement

MOST_INTERESTS, MOST_SCENES = 500, 200
_EXAMPLE_DOCUMENT = "doc_0199b2c3d4e57f0080000000000000aa"


class ContactBody(Strict):
    """Whom of the organisation to speak to."""

    name = Line(required=True, most=100, metadata={"example": "陈洁"})
    phone = Line(required=True, least=5, most=32, metadata={"example": "+86 571 0000 0000"})
    email = Line(required=True, least=3, most=254, metadata={"example": "office@example.cn"})


class SentContact(TypedDict):
    """As ``ContactBody`` loads it."""

    name: str
    phone: str
    email: str


class StatementBody(Strict):
    """Who an organisation is, and everything that ties it to others."""

    EXAMPLE: ClassVar[JsonObject] = {
        "credit_code": "91350100M000100Y43",
        "legal_name": "市民出行有限公司",
        "contact": {"name": "陈洁", "phone": "+86 571 0000 0000", "email": "office@example.cn"},
        "interests": [],
        "of_operator": False,
    }

    credit_code = Line(
        required=True,
        most=32,
        metadata={"description": "Unified social credit code (GB 32100-2015), 18 characters."},
    )
    legal_name = Line(required=True, most=200)
    contact = plain.Nested(ContactBody, required=True)
    interests = plain.List(
        PublicId("org"),
        required=True,
        validate=Count(0, MOST_INTERESTS),
        metadata={
            "description": "Every organisation here that it has a part in, controls, advises,"
            " supplies or is paid by, or that has a part in it; [] when there is none."
        },
    )
    of_operator = plain.Boolean(
        required=True,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether it is tied to who operates this programme."},
    )
    group = Line(most=64, metadata={"description": "By which name or number its group is known."})
    scenes = plain.List(
        Line(most=64),
        validate=Count(0, MOST_SCENES),
        metadata={"description": "Of a provider: behaviours or categories that it is to report."},
    )
    reports = plain.String(
        validate=Characters(min=1, max=4_000),
        metadata={"description": "What is reported, how it is known, and how data are kept safe."},
    )
    issuers = plain.List(
        Line(most=64),
        validate=Count(0, MOST_SCENES),
        metadata={"description": "Of a provider: codes of the issuers whose numbers it reports."},
    )


class SentStatement(SaidOfItself):
    """As ``StatementBody`` loads it."""

    contact: SentContact


class PaperBody(EncodedBody):
    """A document, in base64, and the days on which it is good, as it says of itself."""

    EXAMPLE: ClassVar[JsonObject] = {
        "kind": "business_licence",
        **PIXEL,
    }

    kind = plain.String(
        required=True, validate=OneOf(DOCUMENT_KINDS), metadata={"enum": list(DOCUMENT_KINDS)}
    )
    valid_from = Day(metadata={"example": "2026-01-01"})
    valid_until = Day(
        metadata={
            "example": "2028-12-31",
            "description": "The last civil day; left out where the document names none.",
        }
    )


class SentPaper(TypedDict):
    """As ``PaperBody`` loads it."""

    kind: str
    media_type: str
    content: bytes
    valid_from: NotRequired[date]
    valid_until: NotRequired[date]


class JudgementBody(Strict):
    """Whether a document is accepted; one that is refused is refused with a reason."""

    document_id = PublicId("doc", required=True)
    accepted = plain.Boolean(required=True, truthy={True}, falsy={False})
    reason = Line(most=500)


class SentJudgement(TypedDict):
    """As ``JudgementBody`` loads it."""

    document_id: UUID
    accepted: bool
    reason: NotRequired[str]


class ContractBody(Strict):
    """The contract with the programme."""

    number = Line(required=True, most=64, metadata={"example": "ZJ-2026-017"})
    begins_on = Day(required=True, metadata={"example": "2026-01-01"})
    ends_on = Day(required=True, metadata={"example": "2028-12-31"})


class SentContract(TypedDict):
    """As ``ContractBody`` loads it."""

    number: str
    begins_on: date
    ends_on: date


class DocumentAssessmentBody(Strict):
    """What an operator finds in a document that is to take another's place."""

    EXAMPLE: ClassVar[JsonObject] = {"accepted": True}

    accepted = plain.Boolean(required=True, truthy={True}, falsy={False})
    reason = Line(most=500, metadata={"description": "Of one that is refused: why."})
    contract = plain.Nested(
        ContractBody, metadata={"description": "Of a contract that is accepted."}
    )


class SentDocumentAssessment(TypedDict):
    """As ``DocumentAssessmentBody`` loads it."""

    accepted: bool
    reason: NotRequired[str]
    contract: NotRequired[SentContract]


class PapersAssessmentBody(Strict):
    """What an operator finds in everything that was handed in."""

    EXAMPLE: ClassVar[JsonObject] = {
        "documents": [{"document_id": _EXAMPLE_DOCUMENT, "accepted": True}],
        "contract": {"number": "ZJ-2026-017", "begins_on": "2026-01-01", "ends_on": "2028-12-31"},
        "finding": "The licence is in the public register; both sides signed the contract.",
    }

    documents = plain.List(
        plain.Nested(JudgementBody), required=True, validate=Count(1, len(DOCUMENT_KINDS))
    )
    contract = plain.Nested(
        ContractBody, metadata={"description": "Left out only where a document is refused."}
    )
    finding = plain.String(required=True, validate=Characters(min=1, max=4_000))


class SentPapersAssessment(TypedDict):
    """As ``PapersAssessmentBody`` loads it."""

    documents: list[SentJudgement]
    contract: NotRequired[SentContract]
    finding: str


def statement_of(body: SentStatement) -> OrganisationStatement:
    """What is stated; raises CreditCodeWrong."""
    return statement_from(body, **body["contact"])


def judgements_of(body: SentPapersAssessment) -> list[DocumentJudgement]:
    """What is said of each document, in order."""
    return [
        DocumentJudgement(each["document_id"], each["accepted"], each.get("reason"))
        for each in body["documents"]
    ]


def renewal_judgement_of(body: SentDocumentAssessment, document_id: UUID) -> NewRenewalJudgement:
    """What is said of a document that is to take another's place."""
    judgement = DocumentJudgement(document_id, body["accepted"], body.get("reason"))
    return NewRenewalJudgement(judgement, contract_of(body))


def contract_of(
    body: SentPapersAssessment | SentDocumentAssessment,
) -> OrganisationContract | None:
    """The contract, if one is stated."""
    stated = body.get("contract")
    return OrganisationContract(**stated) if stated else None
