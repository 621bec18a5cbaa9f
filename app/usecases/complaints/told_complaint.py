"""A complaint with all that was said to it."""

from __future__ import annotations

from typing import NamedTuple

from app.store.complaints.entries import entries_of
from app.store.database import Connection
from behaviours.complaints import Complaint, ComplaintEntry


class ToldComplaint(NamedTuple):
    """A complaint as it stands, and its history in order."""

    complaint: Complaint
    history: list[ComplaintEntry]


def told_complaint(connection: Connection, complaint: Complaint) -> ToldComplaint:
    """The complaint with its history, for who may see it."""
    return ToldComplaint(complaint, entries_of(connection, complaint))
