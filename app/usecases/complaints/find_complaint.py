"""Find a complaint to do something with it: as it stands now, held until the transaction ends."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from app.clock import Clock
from app.store.complaints.complaints import lock_by_number
from app.store.database import Connection
from app.usecases.complaints.pass_time import pass_time
from behaviours.complaint_numbers import read_number
from behaviours.complaint_refusals import UnknownComplaint
from behaviours.complaints import Complaint, Deadlines
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


class Held(NamedTuple):
    """A complaint as it stands at a moment, which was read under its lock."""

    complaint: Complaint
    now: datetime


def find_complaint(
    connection: Connection, number: str, *, viewer: Viewer, deadlines: Deadlines, clock: Clock
) -> Held:
    """The complaint after what time has done to it, written down; refuses with UnknownComplaint."""
    found = found_or(lock_by_number(connection, read_number(number)), UnknownComplaint("number"))
    found.check_visible(viewer)
    now = clock.now()
    (complaint,) = pass_time(connection, [found], now=now, deadlines=deadlines)
    return Held(complaint, now)
