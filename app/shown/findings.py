"""How findings of a validation or a verification are shown, with what was said of each."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from app.usecases.projects.told_findings import ToldFindings
from behaviours.json_value import JsonObject
from behaviours.projects.finding import (
    FINDING_KINDS,
    RAISED,
    REPLIES,
    FindingReply,
    ProjectFinding,
)


class FindingReplyAnswer(Schema):
    """What was said of a finding."""

    reply = plain.String(metadata={"enum": list(REPLIES)})
    text = plain.String()
    replied_at = plain.String(metadata=AS_MOMENT)


class FindingAnswer(Schema):
    """A finding, and what became of it."""

    id = plain.String(metadata={"example": "fnd_0199b2c3d4e57f0080000000000000aa"})
    attempt = plain.Integer()
    kind = plain.String(metadata={"enum": list(FINDING_KINDS)})
    section = plain.String()
    text = plain.String()
    state = plain.String(metadata={"enum": [RAISED, *(r for r in REPLIES if r != RAISED)]})
    raised_at = plain.String(metadata=AS_MOMENT)
    replies = plain.List(plain.Nested(FindingReplyAnswer))


class FindingsAnswer(Schema):
    """What was found, in its order."""

    findings = plain.List(plain.Nested(FindingAnswer))


def findings_answer(told: ToldFindings) -> JsonObject:
    """What was found and what was said of it."""
    return {"findings": [_finding(each, told.replies) for each in told.findings]}


def _finding(one: ProjectFinding, replies: list[FindingReply]) -> JsonObject:
    return {
        "id": public("fnd", one.finding_id),
        "attempt": one.attempt,
        "kind": one.kind,
        "section": one.section,
        "text": one.text,
        "state": one.state,
        "raised_at": moment(one.raised_at),
        "replies": [
            {"reply": each.reply, "text": each.text, "replied_at": moment(each.replied_at)}
            for each in replies
            if each.finding_id == one.finding_id
        ],
    }
