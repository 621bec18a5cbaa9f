"""Hand in a file with a complaint; the same one again changes nothing."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_id
from app.store.complaints.files import add_file, files_of
from app.store.database import Connection
from app.usecases.complaints.find_complaint import find_complaint
from behaviours.complaint_files import ComplaintFile, handed_in
from behaviours.complaints import Deadlines
from behaviours.evidence_files import EvidenceFile
from behaviours.viewer import Viewer


def hand_in_file(
    connection: Connection,
    number: str,
    file: EvidenceFile,
    *,
    viewer: Viewer,
    deadlines: Deadlines,
    clock: Clock,
) -> ComplaintFile:
    """The file as it is kept. Refuses with UnknownComplaint, ComplaintEnded or TooManyFiles."""
    held, now = find_complaint(connection, number, viewer=viewer, deadlines=deadlines, clock=clock)
    held.check_takes_words()
    known = handed_in(files_of(connection, held), file, viewer)
    if known is not None:
        return known
    size = len(file.content)
    made = ComplaintFile(new_id(), viewer, now, file.media_type, size, file.sha256)
    add_file(connection, held, made, file.content)
    return made
