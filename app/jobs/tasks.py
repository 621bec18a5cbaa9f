"""Every task by its name. A name that was once started must stay here, or be migrated away."""

from __future__ import annotations

from collections.abc import Callable

from app.jobs.anchor_tasks import ANCHORS
from app.jobs.exchange_tasks import EXCHANGES
from app.jobs.import_tasks import IMPORTS
from app.jobs.methodology_tasks import METHODOLOGIES
from app.jobs.organisation_tasks import ORGANISATIONS
from app.jobs.pooling_tasks import POOLING
from app.jobs.recording_tasks import RECORDING
from app.jobs.retention_tasks import RETENTION
from app.jobs.sweep_tasks import SWEEPS
from app.jobs.task_run import TaskRun
from app.wiring import Wiring
from behaviours.json_value import JsonObject

# Takes the wiring of the process and the run; returns a small JSON object or None. Idempotent,
# and chunked: each chunk is its own transaction, followed by ``run.progress(done, total)``.
TaskFunction = Callable[[Wiring, TaskRun], JsonObject | None]

TASKS: dict[str, TaskFunction] = {
    **IMPORTS,
    **POOLING,
    **EXCHANGES,
    **METHODOLOGIES,
    **ORGANISATIONS,
    **RECORDING,
    **ANCHORS,
    **SWEEPS,
    **RETENTION,
}
