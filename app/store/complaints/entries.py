"""SQL of what was done with complaints and said to them: sealed for who has the person's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from app.ids import new_ids
from app.secrecy.sealing import COMPLAINT, seal, unseal
from app.store.complaints.complainants import complaint_keys_of
from app.store.database import Connection
from behaviours.complaints import (
    COMPLAINANT,
    PARTICIPANT,
    Answerer,
    Complaint,
    ComplaintEntry,
    ComplaintOutcome,
)
from behaviours.viewer import Viewer

_ADD = text("""
    insert into complaint_entry (participant_id, complaint_id, entry_id, step, said_by,
           organisation_id, user_id, said_at, outcome, reason_code, action_id, handed_to,
           handed_to_id, seal)
    values (:participant_id, :complaint_id, :entry_id, :step, :said_by, :organisation_id, :user_id,
            :said_at, :outcome, :reason_code, :action_id, :handed_to, :handed_to_id, :seal)
""")
_OF = text("""
    select entry_id, step, said_by, organisation_id, user_id, said_at, outcome, reason_code,
           action_id, handed_to, handed_to_id, seal
      from complaint_entry
     where participant_id = :participant_id and complaint_id = :complaint_id order by entry_id
""")
_SENT = text("""
    select count(*) from complaint_entry
     where participant_id = :participant_id and complaint_id = :complaint_id
       and step = 'message' and said_at >= :since and said_by = :said_by
""")


def add_entries(connection: Connection, said: Sequence[tuple[Complaint, ComplaintEntry]]) -> None:
    """Keep what was said, in this order; words of people who left are not written any more."""
    if not said:
        return
    keys = complaint_keys_of(connection, sorted({of.participant_id for of, _ in said}))
    rows = []
    for (of, each), entry_id in zip(said, new_ids(len(said)), strict=True):
        verdict = each.verdict
        sealed = None
        if each.words is not None:
            content = [each.words, list(each.files)]
            sealed = seal(keys[of.participant_id], entry_id.bytes + COMPLAINT, content)
        rows.append(
            {
                "participant_id": of.participant_id,
                "complaint_id": of.complaint_id,
                "entry_id": entry_id,
                "step": each.step,
                "said_by": each.by.role,
                "organisation_id": None if _is_person(each.by) else each.by.tenant_id,
                "user_id": each.by.user_id,
                "said_at": each.said_at,
                "outcome": verdict.outcome if verdict else None,
                "reason_code": verdict.reason_code if verdict else None,
                "action_id": verdict.action_id if verdict else None,
                "handed_to": each.handed_to.role if each.handed_to else None,
                "handed_to_id": each.handed_to.organisation_id if each.handed_to else None,
                "seal": sealed,
            }
        )
    connection.execute(_ADD, rows)


def entries_of(connection: Connection, complaint: Complaint) -> list[ComplaintEntry]:
    """What was done and said, in order; without words once nobody can read them."""
    key = complaint_keys_of(connection, [complaint.participant_id]).get(complaint.participant_id)
    rows = connection.execute(
        _OF,
        {
            "participant_id": complaint.participant_id,
            "complaint_id": complaint.complaint_id,
        },
    ).mappings()
    return [_said(row, complaint.participant_id, key) for row in rows]


def messages_since(
    connection: Connection, complaint: Complaint, said_by: str, *, since: datetime
) -> int:
    """How many messages of a role a complaint has from a moment on."""
    given = {
        "participant_id": complaint.participant_id,
        "complaint_id": complaint.complaint_id,
        "said_by": said_by,
        "since": since,
    }
    return int(connection.execute(_SENT, given).scalar_one())


def _said(row: RowMapping, participant_id: UUID, key: bytes | None) -> ComplaintEntry:
    words, files = None, list[str]()
    if row["seal"] is not None and key is not None:
        content = unseal(key, row["entry_id"].bytes + COMPLAINT, row["seal"])
        assert isinstance(content, list)
        words, files = content
    verdict = None
    if row["outcome"] is not None:
        verdict = ComplaintOutcome(row["outcome"], row["reason_code"], row["action_id"])
    by = Viewer(row["said_by"], row["organisation_id"], row["user_id"])
    if _is_person(by):
        by = replace(by, tenant_id=participant_id)
    to = Answerer(row["handed_to"], row["handed_to_id"]) if row["handed_to"] else None
    return ComplaintEntry(row["step"], by, row["said_at"], words, tuple(files), verdict, to)


def _is_person(by: Viewer) -> bool:
    return by.role in (PARTICIPANT, COMPLAINANT)
