"""SQL of what is handed in with complaints: what it was, and its bytes, sealed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import RowMapping, text

from app.secrecy.sealing import COMPLAINT_FILE, seal_bytes, unseal_bytes
from app.store.complaints.complainants import complaint_keys_of
from app.store.database import Connection
from behaviours.complaint_files import ComplaintFile
from behaviours.complaints import COMPLAINANT, PARTICIPANT, Complaint
from behaviours.viewer import Viewer

_ADD = text("""
    with known as (
        insert into complaint_file (participant_id, complaint_id, file_id, added_by,
               organisation_id, user_id, added_at, media_type, size_bytes, sha256)
        values (:participant_id, :complaint_id, :file_id, :added_by, :organisation_id, :user_id,
                :added_at, :media_type, :size_bytes, :sha256))
    insert into complaint_file_content (participant_id, complaint_id, file_id, content)
    values (:participant_id, :complaint_id, :file_id, :content)
""")
_OF = text("""
    select file_id, added_by, organisation_id, user_id, added_at, media_type, size_bytes, sha256
      from complaint_file
     where participant_id = :participant_id and complaint_id = :complaint_id order by file_id
""")
_CONTENT = text("""
    select content from complaint_file_content
     where participant_id = :participant_id and complaint_id = :complaint_id
       and file_id = :file_id
""")


def add_file(connection: Connection, of: Complaint, file: ComplaintFile, content: bytes) -> None:
    """Keep a file with a complaint that is open."""
    key = complaint_keys_of(connection, [of.participant_id])[of.participant_id]
    by_its_person = file.by.role in (PARTICIPANT, COMPLAINANT)
    connection.execute(
        _ADD,
        {
            "participant_id": of.participant_id,
            "complaint_id": of.complaint_id,
            "file_id": file.file_id,
            "added_by": file.by.role,
            "organisation_id": None if by_its_person else file.by.tenant_id,
            "user_id": file.by.user_id,
            "added_at": file.added_at,
            "media_type": file.media_type,
            "size_bytes": file.size_bytes,
            "sha256": file.sha256,
            "content": seal_bytes(key, file.file_id.bytes + COMPLAINT_FILE, content),
        },
    )


def files_of(connection: Connection, of: Complaint) -> list[ComplaintFile]:
    """What was handed in, in order, whether or not its bytes are still there."""
    given = {"participant_id": of.participant_id, "complaint_id": of.complaint_id}
    return [_file(row, of) for row in connection.execute(_OF, given).mappings()]


def content_of(connection: Connection, of: Complaint, file_id: UUID) -> bytes | None:
    """The bytes of a file; None once their time is over or nobody can read them any more."""
    given = {
        "participant_id": of.participant_id,
        "complaint_id": of.complaint_id,
        "file_id": file_id,
    }
    sealed = connection.execute(_CONTENT, given).scalar_one_or_none()
    key = complaint_keys_of(connection, [of.participant_id]).get(of.participant_id)
    if sealed is None or key is None:
        return None
    return unseal_bytes(key, file_id.bytes + COMPLAINT_FILE, sealed)


def _file(row: RowMapping, of: Complaint) -> ComplaintFile:
    by_its_person = row["added_by"] in (PARTICIPANT, COMPLAINANT)
    whose = of.participant_id if by_its_person else row["organisation_id"]
    by = Viewer(row["added_by"], whose, row["user_id"])
    return ComplaintFile(
        row["file_id"],
        by,
        row["added_at"],
        row["media_type"],
        row["size_bytes"],
        bytes(row["sha256"]),
    )
