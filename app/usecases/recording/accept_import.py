"""Accept an uploaded file: it is kept, and a task will import it."""

from __future__ import annotations

from typing import IO
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.outbox import names
from app.outbox.start_task import start_task
from app.secrecy.files import file_key
from app.store.database import Connection
from app.store.recording.import_parts import FILE, put_file
from app.usecases.people.enrol_of_file import AgreedText


def accept_import(
    connection: Connection,
    content: IO[bytes],
    *,
    name: str,
    mapping: str,
    provider_id: UUID,
    agreement: AgreedText | None,
    language: str,
    dry_run: bool,
    identity_key: bytes,
    clock: Clock,
) -> UUID:
    """Keep the file and start its task; the id of both. The mapping's text was checked before.

    ``language`` is that of the sentences that will say what was refused.
    """
    # From its beginning, also when this transaction is run again.
    content.seek(0)
    import_id = new_id()
    put_file(connection, import_id, FILE, content, key=file_key(identity_key))
    granted_at = agreement.granted_at if agreement else None
    start_task(
        connection,
        names.IMPORT_FILE,
        subject_id=import_id,
        task_id=import_id,
        started_by=provider_id,
        arguments={
            "name": name,
            "mapping": mapping,
            "provider_id": provider_id.hex,
            "consent_text": agreement.text_version if agreement else None,
            "consent_since": granted_at.isoformat() if granted_at else None,
            "language": language,
            "dry_run": dry_run,
        },
        now=clock.now(),
    )
    return import_id
