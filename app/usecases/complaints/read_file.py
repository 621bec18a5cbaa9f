"""Read a file that was handed in with a complaint, for who may read that."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.complaints.files import content_of
from app.store.database import Connection
from app.usecases.complaints.read_complaint import read_complaint
from behaviours.complaint_files import ComplaintFile, ComplaintFileGone, UnknownComplaintFile
from behaviours.complaints import Deadlines
from behaviours.viewer import Viewer


class FileRead(NamedTuple):
    """What a file was, its bytes, and the number that it was handed in with."""

    file: ComplaintFile
    content: bytes
    number: str


def read_file(
    connection: Connection,
    number: str,
    file_id: UUID,
    *,
    viewer: Viewer,
    deadlines: Deadlines,
    clock: Clock,
) -> FileRead:
    """The file. Refuses with UnknownComplaint, UnknownComplaintFile or ComplaintFileGone."""
    told = read_complaint(connection, number, viewer=viewer, deadlines=deadlines, clock=clock)
    named = [each for each in told.files if each.file_id == file_id]
    if not named:
        raise UnknownComplaintFile("complaint_file")
    content = content_of(connection, told.complaint, file_id)
    if content is None:
        raise ComplaintFileGone
    return FileRead(named[0], content, told.complaint.number)
