"""Add a message to a complaint: a question, an answer to it, or more evidence."""

from __future__ import annotations

from app.clock import Clock
from app.store.complaints.entries import add_entries, messages_since
from app.store.database import Connection
from app.usecases.complaints.find_complaint import find_complaint
from app.usecases.complaints.told_complaint import ToldComplaint, told_complaint
from behaviours.civil_time import civil_day, start_of_day
from behaviours.complaint_refusals import TooManyComplaints
from behaviours.complaints import MESSAGE, ComplaintEntry, ComplaintWords, Deadlines
from behaviours.viewer import Viewer


def add_message(
    connection: Connection,
    number: str,
    said: ComplaintWords,
    *,
    viewer: Viewer,
    deadlines: Deadlines,
    clock: Clock,
) -> ToldComplaint:
    """The complaint with the message; every party to it reads that.

    Refuses with UnknownComplaint, ComplaintEnded or TooManyComplaints.
    """
    complaint, now = find_complaint(
        connection, number, viewer=viewer, deadlines=deadlines, clock=clock
    )
    complaint.check_takes_words()
    most = deadlines.terms.messages_per_day
    since = start_of_day(civil_day(now, deadlines.zone), deadlines.zone)
    if messages_since(connection, complaint, viewer.role, since=since) >= most:
        raise TooManyComplaints.until_tomorrow("messages", most=most, now=now, zone=deadlines.zone)
    add_entries(connection, [(complaint, ComplaintEntry(MESSAGE, viewer, now, *said))])
    return told_complaint(connection, complaint)
