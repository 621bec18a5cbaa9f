"""Read complaints: what is open, by its clock, or what ended."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.complaints.complaints import Sought, archive_of, queue_of
from app.store.database import Connection
from behaviours.complaints import PARTICIPANT, Complaint, Deadlines
from behaviours.viewer import Viewer


class SoughtComplaints(NamedTuple):
    """Which of those that one may see; None narrows nothing down."""

    is_open: bool = True
    kind: str | None = None
    state: str | None = None
    answerer: str | None = None
    answerer_id: UUID | None = None
    overdue: bool | None = None


class After(NamedTuple):
    """Where a page goes on: by the clock that is stored, of what is open, and by the id."""

    due_at: datetime | None
    complaint_id: UUID


class Listed(NamedTuple):
    """A complaint as it stands now, and after what the next page goes on."""

    complaint: Complaint
    after: After


def read_complaints(
    connection: Connection,
    wanted: SoughtComplaints,
    *,
    viewer: Viewer,
    after: After | None,
    most: int,
    deadlines: Deadlines,
    clock: Clock,
) -> list[Listed]:
    """Open ones by their clock, so that what is overdue stands first; ended ones newest first.

    A person sees their own, an organisation what it must answer or has filed, and who answers for
    the programme all of them.
    """
    sought = _sought(wanted, viewer)
    now = clock.now()
    if wanted.is_open:
        last = (after.due_at, after.complaint_id) if after and after.due_at else None
        found = queue_of(connection, sought, now=now, after=last, most=most)
    else:
        found = archive_of(
            connection, sought, now=now, after=after.complaint_id if after else None, most=most
        )
    return [
        Listed(each.as_of(now, deadlines), After(each.due_at, each.complaint_id)) for each in found
    ]


def _sought(wanted: SoughtComplaints, viewer: Viewer) -> Sought:
    """What is wanted, of what this viewer may see, as ``Complaint.is_visible_to`` has it."""
    whose, of = None, None
    if not viewer.sees_all:
        assert viewer.tenant_id is not None, "people and organisations are known by their tokens"
        if viewer.role == PARTICIPANT:
            whose = viewer.tenant_id
        else:
            of = viewer.tenant_id
    return Sought(
        whose,
        of,
        viewer.area,
        wanted.kind,
        wanted.state,
        wanted.answerer,
        wanted.answerer_id,
        wanted.overdue,
    )
