"""Read the files that a provider sent, with how far they are."""

from __future__ import annotations

from uuid import UUID

from app.outbox import names
from app.store.database import Connection
from app.store.recording.import_tally import ImportTally, outcomes_of, tallies_of
from app.store.recording.own_lists import OwnPage, tasks_of
from app.usecases.recording.read_import import ImportProgress


def read_own_imports(
    connection: Connection,
    provider_id: UUID,
    *,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[ImportProgress]:
    """The newest first, from before an id on; in one state, or in any."""
    page = OwnPage(provider_id, before, most)
    tasks = tasks_of(connection, page, name=names.IMPORT_FILE, state=state)
    ids = [each.task_id for each in tasks]
    recorded, closed = tallies_of(connection, ids), outcomes_of(connection, ids)
    return [
        ImportProgress.of(each, recorded.get(each.task_id, ImportTally()), closed.get(each.task_id))
        for each in tasks
    ]
