"""Read how far an import is, for the provider that started it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.outbox import names
from app.store.database import Connection
from app.store.outbox.task import DONE, FAILED, StoredTask
from app.store.recording.import_tally import ImportTally, outcome_of, tally_of
from app.usecases.platform.read_task import UnknownTask, read_task
from behaviours.file_refusals import UnknownImport
from behaviours.json_value import JsonObject
from behaviours.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """``done`` and ``total`` count bytes; ``counts`` and ``problem`` come with the end.

    Of an import that failed ``counts`` are those of what was done, unless its worker was killed.
    ``recorded`` is what its attempts recorded for good, also while it runs and if it fails.
    """

    import_id: UUID
    state: str
    created_at: datetime
    finished_at: datetime | None
    done: int
    total: int | None
    counts: JsonObject | None
    problem: str | None
    recorded: ImportTally

    @classmethod
    def of(
        cls, task: StoredTask, recorded: ImportTally, outcome: JsonObject | None
    ) -> ImportProgress:
        """The import that a task does; ``outcome`` is how it was closed."""
        counts = dict(task.result or (outcome if task.state == FAILED else None) or {})
        stated = counts.pop("problem", None)
        return cls(
            task.task_id,
            task.state,
            task.created_at,
            task.finished_at,
            task.done,
            task.total,
            counts or None,
            str(stated) if stated else task.problem,
            recorded,
        )

    @property
    def has_refusals(self) -> bool:
        """Whether the file of what was refused is there."""
        return self.state == DONE or self.counts is not None


def read_import(connection: Connection, import_id: UUID, *, viewer: Viewer) -> ImportProgress:
    """The import as it is now; raises UnknownImport for who did not start it."""
    try:
        task = read_task(connection, import_id, viewer=viewer)
    except UnknownTask:
        raise UnknownImport("import") from None
    if task.name != names.IMPORT_FILE:
        raise UnknownImport("import")
    outcome = outcome_of(connection, import_id)
    return ImportProgress.of(task, tally_of(connection, import_id), outcome)
