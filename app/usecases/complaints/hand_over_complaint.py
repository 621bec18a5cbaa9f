"""Hand a complaint over to somebody who can answer it; the clocks run on."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.complaints.complaints import write_moved
from app.store.complaints.entries import add_entries
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.people.consents import consents_with
from app.usecases.complaints.find_complaint import find_complaint
from app.usecases.complaints.told_complaint import ToldComplaint, told_complaint
from behaviours.complaint_refusals import HandedOverWrong
from behaviours.complaints import (
    HAND_OVER,
    PROGRAMME,
    PROVIDER,
    Answerer,
    ComplaintEntry,
    ComplaintWords,
    Deadlines,
)
from behaviours.viewer import Viewer


def hand_over_complaint(
    connection: Connection,
    number: str,
    to: Answerer,
    said: ComplaintWords,
    *,
    viewer: Viewer,
    deadlines: Deadlines,
    clock: Clock,
) -> ToldComplaint:
    """The complaint with who must answer it now; the person reads the reason.

    What is said in it is read by who must answer it: of providers only one to whom the person
    agreed. Refuses with UnknownComplaint, HandedOverWrong and as ``Complaint.hand_over`` does.
    """
    held, now = find_complaint(connection, number, viewer=viewer, deadlines=deadlines, clock=clock)
    moved = held.hand_over(to, viewer)
    _check_named(connection, held.participant_id, to)
    write_moved(connection, [moved])
    entry = ComplaintEntry(HAND_OVER, viewer, now, *said, handed_to=to)
    add_entries(connection, [(moved, entry)])
    return told_complaint(connection, moved)


def _check_named(connection: Connection, person: UUID, to: Answerer) -> None:
    if to.role == PROGRAMME:
        if to.organisation_id is not None:
            raise HandedOverWrong("provider", pointer="/organisation_id")
        return
    named = organisation(connection, to.organisation_id) if to.organisation_id else None
    if named is None or named.kind != PROVIDER:
        raise HandedOverWrong("provider", pointer="/organisation_id")
    given = consents_with(connection, [person], named.organisation_id).get(person, [])
    if all(each.withdrawn_at is not None for each in given):
        raise HandedOverWrong("provider", pointer="/organisation_id")
