"""What is handed in with a complaint: who did, when, and what it was; the bytes lie elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.evidence_files import EvidenceFile, check_number
from behaviours.refusal import Gone, UnknownId
from behaviours.viewer import Viewer

# Of each role that may hand something in.
MOST_FILES: Final = 10


class UnknownComplaintFile(UnknownId):
    """The complaint has no file of this id."""

    cases = ("complaint_file",)


class ComplaintFileGone(Gone):
    """Its time is over, or its person left: only what it was is kept, and its digest."""


class ComplaintFile(NamedTuple):
    """A file that was handed in with a complaint."""

    file_id: UUID
    by: Viewer
    added_at: datetime
    media_type: str
    size_bytes: int
    sha256: bytes


def handed_in(
    files: Sequence[ComplaintFile], new: EvidenceFile, by: Viewer
) -> ComplaintFile | None:
    """The same file, where this role handed it in before; None where there is room for it.

    Raises TooManyFiles.
    """
    own = [each for each in files if each.by.role == by.role]
    for each in own:
        if each.sha256 == new.sha256:
            return each
    check_number(len(own), most=MOST_FILES)
    return None
