"""What is sent of findings, in a validation as in a verification: what was found, and replies."""

from __future__ import annotations

from typing import ClassVar, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.http.fields import Line, PublicId, Strict
from app.http.validators import Characters, Count, OneOf
from behaviours.json_value import JsonObject
from behaviours.projects.finding import (
    ANSWERED,
    CORRECT,
    FINDING_KINDS,
    JUDGED,
    NewFinding,
    NewReply,
)

MOST_FINDINGS = 200


class ProjectFindingBody(Strict):
    """Something that was found."""

    kind = plain.String(
        required=True, validate=OneOf(FINDING_KINDS), metadata={"enum": list(FINDING_KINDS)}
    )
    section = Line(required=True, most=200, metadata={"example": "B.4"})
    text = plain.String(required=True, validate=Characters(min=1, max=4_000))


class SentProjectFinding(TypedDict):
    """As ``ProjectFindingBody`` loads it."""

    kind: str
    section: str
    text: str


class ProjectFindingsBody(Strict):
    """What was found."""

    EXAMPLE: ClassVar[JsonObject] = {
        "findings": [{"kind": CORRECT, "section": "B.4", "text": "The baseline leaves out 2024."}]
    }

    findings = plain.List(
        plain.Nested(ProjectFindingBody), required=True, validate=Count(1, MOST_FINDINGS)
    )


class SentProjectFindings(TypedDict):
    """As ``ProjectFindingsBody`` loads it."""

    findings: list[SentProjectFinding]


class AnswerToFindingBody(Strict):
    """What the owner says of a finding."""

    finding_id = PublicId("fnd", required=True)
    text = plain.String(required=True, validate=Characters(min=1, max=4_000))


class AnswersToFindingsBody(Strict):
    """What the owner says of findings."""

    answers = plain.List(
        plain.Nested(AnswerToFindingBody), required=True, validate=Count(1, MOST_FINDINGS)
    )


class SentAnswerToFinding(TypedDict):
    """As ``AnswerToFindingBody`` loads it."""

    finding_id: UUID
    text: str


class SentAnswersToFindings(TypedDict):
    """As ``AnswersToFindingsBody`` loads it."""

    answers: list[SentAnswerToFinding]


class JudgedFindingBody(AnswerToFindingBody):
    """What becomes of a finding; ``kept`` is for the next period, of a FAR."""

    reply = plain.String(required=True, validate=OneOf(JUDGED), metadata={"enum": list(JUDGED)})


class JudgedFindingsBody(Strict):
    """What becomes of findings."""

    judged = plain.List(
        plain.Nested(JudgedFindingBody), required=True, validate=Count(1, MOST_FINDINGS)
    )


class SentJudgedFinding(SentAnswerToFinding):
    """As ``JudgedFindingBody`` loads it."""

    reply: str


class SentJudgedFindings(TypedDict):
    """As ``JudgedFindingsBody`` loads it."""

    judged: list[SentJudgedFinding]


def findings_sent(sent: SentProjectFindings) -> list[NewFinding]:
    """What was sent as findings."""
    return [NewFinding(**each) for each in sent["findings"]]


def answers_sent(sent: SentAnswersToFindings) -> list[NewReply]:
    """What was sent as answers."""
    return [NewReply(each["finding_id"], ANSWERED, each["text"]) for each in sent["answers"]]


def judged_sent(sent: SentJudgedFindings) -> list[NewReply]:
    """What was sent as the judgement of findings."""
    return [NewReply(each["finding_id"], each["reply"], each["text"]) for each in sent["judged"]]
