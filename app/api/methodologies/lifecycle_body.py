"""What the routes of a methodology's life take and answer."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from marshmallow import Schema, fields as plain

from app.http.faults import invalid
from app.http.fields import Day, Line, Plain, PublicId, Strict, moment, refuse
from app.http.languages import preferred_language
from app.http.reasons import Reasoned
from app.http.sent_documents import LARGEST_DOCUMENT, SentDocument, WholeDocument
from app.http.validators import OneOf
from app.ids import public
from app.messages.catalogues import sentence
from behaviours.json_value import JsonObject
from behaviours.rules.application import Application, DesignDocument, Grounds
from behaviours.rules.lifecycle import STATES, WITHDRAWN, MethodologyVersion
from behaviours.rules.publication import Drafted

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Prose(Plain):
    """Text of several lines, without control characters."""

    def __init__(self, *, most: int, **options: Any) -> None:
        metadata = {"minLength": 1, "maxLength": most, **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)
        self._most = most

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("WRONG_TYPE", "string")
        if not value.strip() or len(value) > self._most:
            refuse("LENGTH", "characters", least=1, most=self._most)
        if _UNSTORABLE.search(value):
            refuse("NOT_PRINTABLE", "lines")
        return value


class Sha256(Plain):
    """64 hexadecimal digits."""

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"(?:sha256:)?[0-9a-fA-F]{64}", value):
            refuse("NOT_A_DIGEST")
        return value.removeprefix("sha256:").lower()


class DraftBody(Strict):
    """A rule with its worked examples, which must come out to the milligram."""

    document = WholeDocument(
        required=True, metadata={"description": "methodology.yaml, or it as JSON."}
    )
    examples = WholeDocument(
        required=True, metadata={"description": "examples.yaml, or it as JSON."}
    )


class SentDraft(TypedDict):
    """As ``DraftBody`` loads it."""

    document: SentDocument
    examples: SentDocument


class RevisionBody(Strict):
    """What is named is replaced."""

    document = WholeDocument()
    examples = WholeDocument()


class SentRevision(TypedDict, total=False):
    """As ``RevisionBody`` loads it."""

    document: SentDocument
    examples: SentDocument


class FillBody(Strict):
    """The figures that a version awaits; everything else of it stays as it is."""

    figures = WholeDocument(
        required=True,
        metadata={"description": "`figures:` by name, as YAML or JSON; see the guide."},
    )
    name = Line(most=32, metadata={"description": "Of the new version; else the next number."})
    starts_on = Day(
        data_key="from",
        metadata={
            "description": "Else the first day of the version that waited.",
            "example": "2027-01-01",
        },
    )


class SentFill(TypedDict):
    """As ``FillBody`` loads it."""

    figures: SentDocument
    name: NotRequired[str]
    starts_on: NotRequired[date]


class DesignDocumentBody(Strict):
    """The text, the SHA-256 of a text that is kept elsewhere, or both."""

    title = Line(required=True, most=200)
    text = Prose(most=LARGEST_DOCUMENT)
    sha256 = Sha256()


class SentDesignDocument(TypedDict):
    """As ``DesignDocumentBody`` loads it."""

    title: str
    text: NotRequired[str]
    sha256: NotRequired[str]


class EligibilityBody(Strict):
    """Why the behaviour qualifies, a sentence each."""

    voluntary = Line(most=1000)
    quantifiable = Line(most=1000)
    inclusive = Line(most=1000)
    additional = Line(most=1000)


class FilingBody(Strict):
    """The application form: who asks for the methodology, and on what grounds."""

    applicant = Line(required=True, most=200, metadata={"example": "岭南低碳研究院"})
    applicant_id = PublicId("org", metadata={"description": "If it takes part here."})
    contact_role = Line(required=True, most=200, metadata={"example": "methodology lead"})
    statement = Prose(required=True, most=20_000)
    eligibility = plain.Nested(EligibilityBody, load_default=dict)
    design_document = plain.Nested(DesignDocumentBody, required=True)


class SentFiling(TypedDict):
    """As ``FilingBody`` loads it."""

    applicant: str
    applicant_id: NotRequired[UUID]
    contact_role: str
    statement: str
    eligibility: Grounds
    design_document: SentDesignDocument


class DeclarationBody(Strict):
    """What the expert declares of themselves."""

    employer = Line(required=True, most=200)
    belongs_to_applicant = plain.Boolean(required=True, truthy={True}, falsy={False})
    took_part_in_drafting = plain.Boolean(required=True, truthy={True}, falsy={False})
    other_interest = Line(most=1000)


class SentDeclaration(TypedDict):
    """As ``DeclarationBody`` loads it."""

    employer: str
    belongs_to_applicant: bool
    took_part_in_drafting: bool
    other_interest: NotRequired[str]


class ReviewBody(Strict):
    """An expert's opinion with its reasons."""

    opinion = plain.String(
        required=True, validate=OneOf(["approve", "return"]), metadata={"example": "approve"}
    )
    reasons = Prose(required=True, most=20_000)
    declaration = plain.Nested(DeclarationBody, required=True)


class SentReview(TypedDict):
    """As ``ReviewBody`` loads it."""

    opinion: str
    reasons: str
    declaration: SentDeclaration


class ReopenBody(Reasoned):
    """Why the version goes back."""

    reason = Line(required=True, most=1000)


class WithdrawalBody(Strict):
    """From which day on no action is priced by the version any more; tomorrow at the earliest."""

    starts_on = Day(required=True, data_key="from", metadata={"example": "2027-01-01"})
    reason = Line(required=True, most=1000)


class SentWithdrawal(TypedDict):
    """As ``WithdrawalBody`` loads it."""

    starts_on: date
    reason: str


class ObstacleAnswer(Schema):
    """Why a draft could not be published as it stands; it can be looked at and run in shadow."""

    pointer = plain.String(metadata={"example": "/document/in_force/from"})
    code = plain.String(metadata={"example": "METHODOLOGY_STARTS_IN_THE_PAST"})
    detail = plain.String()


class VersionInProgress(Schema):
    """A version on its way: its content, its revision (also the ETag) and its application."""

    code = plain.String()
    version = plain.String()
    behaviour = plain.String()
    state = plain.String(metadata={"enum": [*STATES, WITHDRAWN]})
    revision = plain.Integer()
    digest = plain.String()
    document = plain.String()
    examples = plain.String()
    application = plain.Dict(allow_none=True)
    drafted_by = plain.String()
    drafted_at = plain.String()
    published_at = plain.String(allow_none=True)
    awaiting = plain.List(plain.String(), metadata={"description": "Roles that have yet to sign."})
    obstacles = plain.List(
        plain.Nested(ObstacleAnswer),
        metadata={"description": "What would be refused if it were to be published today."},
    )


def application_of(body: SentFiling) -> Application:
    """The application of a ``FilingBody``; refuses one without any design document."""
    design = body["design_document"]
    if not design.keys() & {"text", "sha256"}:
        raise invalid("/design_document/text", "REQUIRED", "design_document")
    return Application(
        applicant=body["applicant"],
        applicant_id=body.get("applicant_id"),
        contact_role=body["contact_role"],
        statement=body["statement"],
        eligibility=body["eligibility"],
        design_document=DesignDocument(design["title"], design.get("text"), design.get("sha256")),
    )


def drafted(draft: Drafted) -> JsonObject:
    """The answer about a draft that was just written."""
    language = preferred_language()
    obstacles = [
        {"pointer": each.pointer, "code": each.code, "detail": sentence(each, language)}
        for each in draft.obstacles
    ]
    return {**in_progress(draft.kept), "obstacles": obstacles}


def in_progress(kept: MethodologyVersion, awaiting: list[str] | None = None) -> JsonObject:
    """The answer about a version in the books."""
    return {
        "code": kept.code,
        "version": kept.version,
        "behaviour": kept.behaviour,
        "state": kept.state,
        "revision": kept.revision,
        "digest": kept.digest,
        "document": kept.document,
        "examples": kept.examples,
        "application": dict(kept.application) if kept.application else None,
        "drafted_by": public("usr", kept.drafted_by),
        "drafted_at": moment(kept.drafted_at),
        "published_at": moment(kept.published_at) if kept.published_at else None,
        "awaiting": awaiting or [],
    }
