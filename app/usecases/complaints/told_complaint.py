"""A complaint with all that was said to it."""

from __future__ import annotations

from typing import NamedTuple

from app.store.complaints.complainants import contact_of
from app.store.complaints.entries import entries_of
from app.store.complaints.files import files_of
from app.store.database import Connection
from behaviours.complainants import ContactData
from behaviours.complaint_files import ComplaintFile
from behaviours.complaints import COMPLAINANT, Complaint, ComplaintEntry


class ToldComplaint(NamedTuple):
    """A complaint as it stands, its history in order, and what was handed in with it."""

    complaint: Complaint
    history: list[ComplaintEntry]
    files: list[ComplaintFile]
    # Of who complains without an account.
    contact: ContactData | None


def told_complaint(connection: Connection, complaint: Complaint) -> ToldComplaint:
    """The complaint with its history, for who may see it."""
    contact = None
    if complaint.filed_by == COMPLAINANT:
        contact = contact_of(connection, complaint)
    return ToldComplaint(
        complaint, entries_of(connection, complaint), files_of(connection, complaint), contact
    )
