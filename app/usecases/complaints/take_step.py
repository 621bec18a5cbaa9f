"""Take a step with a complaint: read it, answer it, accept, take it further, decide, withdraw."""

from __future__ import annotations

from typing import NamedTuple

from app.clock import Clock
from app.store.complaints.complaints import is_named_elsewhere, write_moved
from app.store.complaints.entries import add_entries
from app.store.database import Connection
from app.usecases.complaints.find_complaint import find_complaint
from app.usecases.complaints.told_complaint import ToldComplaint, told_complaint
from app.usecases.recording.read_action import read_action
from behaviours.complaint_refusals import ComplaintActionWrong
from behaviours.complaints import CREDIT, Complaint, ComplaintEntry, ComplaintOutcome, Deadlines
from behaviours.viewer import Viewer


class Stepping(NamedTuple):
    """A step, what is said with it, and the outcome of one that answers."""

    step: str
    words: str | None = None
    files: tuple[str, ...] = ()
    verdict: ComplaintOutcome | None = None


def take_step(
    connection: Connection,
    number: str,
    stepping: Stepping,
    *,
    viewer: Viewer,
    deadlines: Deadlines,
    clock: Clock,
) -> ToldComplaint:
    """The complaint after the step, with its history.

    Refuses with UnknownComplaint, as ``Complaint.move`` does, and with UnknownAction or
    ComplaintActionWrong when what was recorded for it is not what was missing.
    """
    held, now = find_complaint(connection, number, viewer=viewer, deadlines=deadlines, clock=clock)
    verdict, step = stepping.verdict, held.step_of(stepping.step)
    moved = held.move(step, viewer, at=now, deadlines=deadlines, verdict=verdict)
    if verdict is not None and verdict.outcome == CREDIT:
        _check_credited(connection, moved, verdict, viewer=viewer, deadlines=deadlines)
    write_moved(connection, [moved])
    said = ComplaintEntry(step, viewer, now, stepping.words, stepping.files, verdict)
    add_entries(connection, [(moved, said)])
    return told_complaint(connection, moved)


def _check_credited(
    connection: Connection,
    moved: Complaint,
    verdict: ComplaintOutcome,
    *,
    viewer: Viewer,
    deadlines: Deadlines,
) -> None:
    """Recording is the provider's own verb: here is looked at what it made."""
    assert verdict.action_id is not None, "a credit names its action"
    moved.check_recorded(read_action(connection, verdict.action_id, viewer=viewer), deadlines.zone)
    if is_named_elsewhere(connection, moved, verdict.action_id):
        raise ComplaintActionWrong("used", pointer="/action_id")
