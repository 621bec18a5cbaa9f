"""How a complaint is shown: to its person, to who must answer, and to who answers for all."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from marshmallow import Schema, fields as plain

from app.http.evidence import file_answer
from app.http.fields import AS_MOMENT, moment
from app.http.languages import preferred_language
from app.http.pages import page_of
from app.ids import public
from app.messages.catalogues import text
from app.usecases.complaints.read_file import FileRead
from app.usecases.complaints.told_complaint import ToldComplaint
from behaviours.complaint_files import ComplaintFile
from behaviours.complaint_statistics import CELLS, KindCounts
from behaviours.complaints import (
    ANSWERERS,
    COMPLAINANT,
    KINDS,
    OUTCOMES,
    REFUSAL_REASONS,
    SAYINGS,
    STATES,
    STEPS,
    Answerer,
    Complaint,
    ComplaintEntry,
    ComplaintOutcome,
)
from behaviours.evidence_files import MEDIA_TYPES, file_name
from behaviours.json_value import JsonObject
from behaviours.viewer import Viewer


class AnswererAnswer(Schema):
    """Who must answer; of the programme there is no id."""

    role = plain.String(metadata={"enum": list(ANSWERERS)})
    organisation_id = plain.String(allow_none=True)


class VerdictAnswer(Schema):
    """What an answer comes to; ``action_id`` was recorded for it."""

    outcome = plain.String(metadata={"enum": list(OUTCOMES)})
    reason_code = plain.String(allow_none=True, metadata={"enum": [*REFUSAL_REASONS, None]})
    reason = plain.String(
        allow_none=True, metadata={"description": "The reason in words of your language."}
    )
    action_id = plain.String(allow_none=True)


class SaidAnswer(Schema):
    """One thing that was done with a complaint, or said to it."""

    step = plain.String(metadata={"enum": list(SAYINGS)})
    by = plain.String(metadata={"description": "The role of who did it; `platform` is time."})
    said_at = plain.String(metadata=AS_MOMENT)
    text = plain.String(
        allow_none=True, metadata={"description": "Null too once the person has left."}
    )
    files = plain.List(plain.String(), metadata={"description": "SHA-256 of each file."})
    verdict = plain.Nested(VerdictAnswer, allow_none=True)
    handed_to = plain.Nested(
        AnswererAnswer, allow_none=True, metadata={"description": "Who must answer since."}
    )


class ComplaintRow(Schema):
    """A complaint as it stands."""

    number = plain.String(metadata={"example": "TPH-C20261126-48310592-67"})
    participant_id = plain.String(
        allow_none=True, metadata={"description": "Null of who complains without an account."}
    )
    region = plain.String(
        metadata={
            "example": "CN-330100",
            "description": "Where it was done, else where the person was at home then.",
        }
    )
    kind = plain.String(metadata={"enum": list(KINDS)})
    behaviour = plain.String(allow_none=True)
    occurred_on = plain.String(allow_none=True, metadata={"format": "date"})
    action_id = plain.String(allow_none=True)
    provider_id = plain.String(allow_none=True)
    redemption_id = plain.String(allow_none=True)
    offer_id = plain.String(allow_none=True)
    project_id = plain.String(allow_none=True)
    answerer = plain.Nested(AnswererAnswer)
    filed_by = plain.String()
    filed_at = plain.String(metadata=AS_MOMENT)
    acknowledge_by = plain.String(metadata=AS_MOMENT)
    state = plain.String(metadata={"enum": list(STATES)})
    due_at = plain.String(
        allow_none=True,
        metadata={**AS_MOMENT, "description": "The one clock of an open complaint."},
    )
    overdue = plain.Boolean(metadata={"description": "Whether somebody let a clock run out."})
    verdict = plain.Nested(
        VerdictAnswer,
        allow_none=True,
        metadata={"description": "The last answer; final once the complaint is closed."},
    )
    ended_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    notice = plain.String(
        metadata={"description": "To the person, in the reader's language: what is next, by when."}
    )
    next = plain.List(
        plain.String(metadata={"enum": list(STEPS)}),
        metadata={"description": "The steps that are yours now."},
    )


class ComplaintFileAnswer(Schema):
    """What was handed in; it is fetched by its id."""

    id = plain.String(metadata={"example": "cfl_0199b2c3d4e57f0080000000000000aa"})
    by = plain.String(metadata={"description": "The role of who handed it in."})
    added_at = plain.String(metadata=AS_MOMENT)
    media_type = plain.String(
        metadata={"enum": list(MEDIA_TYPES), "description": "By what it holds."}
    )
    size_bytes = plain.Integer()
    sha256 = plain.String()


class ContactAnswer(Schema):
    """How who complained without an account can be reached."""

    name = plain.String(allow_none=True)
    reach = plain.String(allow_none=True)


class ComplaintAnswer(ComplaintRow):
    """A complaint with all that was said to it and handed in with it, in order."""

    history = plain.List(plain.Nested(SaidAnswer))
    handed_in = plain.List(plain.Nested(ComplaintFileAnswer))
    contact = plain.Nested(
        ContactAnswer,
        allow_none=True,
        metadata={"description": "For who complained, and for operators and authorities."},
    )


class OpenedComplaint(ComplaintAnswer):
    """A complaint that was just filed without an account."""

    secret = plain.String(
        metadata={"description": "Opens it, with its number. Shown this once, kept nowhere."}
    )


ComplaintPage = page_of(ComplaintRow, "ComplaintPage")


class CellAnswer(Schema):
    """Null is a number so small that people could be found by it."""

    complaints = plain.Integer(allow_none=True)
    median_days = plain.Integer(
        allow_none=True, metadata={"description": "Civil days from filing to the end."}
    )


class KindAnswer(Schema):
    """What was received of a kind, and what became of it."""

    kind = plain.String(metadata={"enum": list(KINDS)})
    received = plain.Integer(allow_none=True)
    cells = plain.Dict(
        keys=plain.String(metadata={"enum": list(CELLS)}), values=plain.Nested(CellAnswer)
    )


class StatisticsAnswer(Schema):
    """Complaints that were filed in a civil year of the programme."""

    year = plain.Integer(metadata={"example": 2026})
    fewer_than = plain.Integer(metadata={"description": "Smaller numbers are null."})
    kinds = plain.List(plain.Nested(KindAnswer))


def complaint_row(complaint: Complaint, *, viewer: Viewer, now: datetime) -> JsonObject:
    """A complaint as one of a list."""
    about, due_at, ended_at = complaint.about, complaint.due_at, complaint.ended_at
    return {
        "number": complaint.number,
        "participant_id": (
            None if complaint.filed_by == COMPLAINANT else public("par", complaint.participant_id)
        ),
        "region": complaint.region,
        "kind": about.kind,
        "behaviour": about.behaviour,
        "occurred_on": about.occurred_on.isoformat() if about.occurred_on else None,
        "action_id": public("act", about.action_id) if about.action_id else None,
        "provider_id": public("org", about.provider_id) if about.provider_id else None,
        "redemption_id": public("rdm", about.redemption_id) if about.redemption_id else None,
        "offer_id": public("ofr", about.offer_id) if about.offer_id else None,
        "project_id": public("prj", about.project_id) if about.project_id else None,
        "answerer": _answerer(complaint.answerer),
        "filed_by": complaint.filed_by,
        "filed_at": moment(complaint.filed_at),
        "acknowledge_by": moment(complaint.acknowledge_by),
        "state": complaint.state,
        "due_at": moment(due_at) if due_at else None,
        "overdue": complaint.is_overdue(now),
        "verdict": _verdict(complaint.verdict),
        "ended_at": moment(ended_at) if ended_at else None,
        "notice": _notice(complaint),
        "next": list(complaint.steps_of(viewer)),
    }


def complaint_answer(told: ToldComplaint, *, viewer: Viewer, now: datetime) -> JsonObject:
    """A complaint with its history, and with what was handed in."""
    whose = Viewer(COMPLAINANT, told.complaint.participant_id)
    contact = told.contact and told.contact.told_to(viewer, whose=whose)
    return {
        **complaint_row(told.complaint, viewer=viewer, now=now),
        "history": [_said(each) for each in told.history],
        "handed_in": [complaint_file_answer(each) for each in told.files],
        "contact": dict(contact._asdict()) if contact else None,
    }


def complaint_file_answer(file: ComplaintFile) -> JsonObject:
    """What a file was."""
    return {
        "id": public("cfl", file.file_id),
        "by": file.by.role,
        "added_at": moment(file.added_at),
        "media_type": file.media_type,
        "size_bytes": file.size_bytes,
        "sha256": file.sha256.hex(),
    }


def file_to_keep(read: FileRead) -> Response:
    """A file that was handed in, under a name of ours."""
    file = read.file
    name = file_name(f"{read.number}-{file.file_id.hex[-8:]}", file.media_type)
    return file_answer(read.content, media_type=file.media_type, name=name, sha256=file.sha256)


def kind_answer(counts: KindCounts) -> JsonObject:
    """The counts of a kind."""
    return {
        "kind": counts.kind,
        "received": counts.received,
        "cells": {name: dict(cell._asdict()) for name, cell in counts.cells.items()},
    }


def _said(said: ComplaintEntry) -> JsonObject:
    return {
        "step": said.step,
        "by": said.by.role,
        "said_at": moment(said.said_at),
        "text": said.words,
        "files": list(said.files),
        "verdict": _verdict(said.verdict),
        "handed_to": _answerer(said.handed_to) if said.handed_to else None,
    }


def _answerer(answerer: Answerer) -> JsonObject:
    whose = answerer.organisation_id
    return {"role": answerer.role, "organisation_id": public("org", whose) if whose else None}


def _verdict(verdict: ComplaintOutcome | None) -> JsonObject | None:
    if verdict is None:
        return None
    code = verdict.reason_code
    return {
        "outcome": verdict.outcome,
        "reason_code": code,
        "reason": text(f"complaint_reason:{code}", preferred_language()) if code else None,
        "action_id": public("act", verdict.action_id) if verdict.action_id else None,
    }


def _notice(complaint: Complaint) -> str:
    facts = {
        "number": complaint.number,
        "answerer": complaint.answerer.role,
        "due_at": moment(complaint.due_at) if complaint.due_at else "",
    }
    return text(f"complaint_notice:{complaint.state}", preferred_language(), facts)
