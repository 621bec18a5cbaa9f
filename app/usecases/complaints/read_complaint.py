"""Read one complaint by its number."""

from __future__ import annotations

from app.clock import Clock
from app.store.complaints.complaints import find_by_number
from app.store.database import Connection
from app.usecases.complaints.told_complaint import ToldComplaint, told_complaint
from behaviours.complaint_numbers import read_number
from behaviours.complaint_refusals import UnknownComplaint
from behaviours.complaints import Deadlines
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def read_complaint(
    connection: Connection, number: str, *, viewer: Viewer, deadlines: Deadlines, clock: Clock
) -> ToldComplaint:
    """The complaint as it stands now, with its history; refuses with UnknownComplaint."""
    found = found_or(find_by_number(connection, read_number(number)), UnknownComplaint("number"))
    found.check_visible(viewer)
    return told_complaint(connection, found.as_of(clock.now(), deadlines))
