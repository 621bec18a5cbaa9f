"""What is taken back of a provider's days, chunk by chunk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.usecases.recording.reverse_some_of_days import reverse_some_of_days
from app.wiring import Wiring
from behaviours.actions.days_reversal import ProviderStretch
from behaviours.json_value import JsonObject
from behaviours.viewer import Viewer


def reverse_days(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Take back what two people signed; run again, it takes back what is left of it."""
    assert run.subject_id is not None, "days are of a provider"
    told = {name: str(value) for name, value in run.arguments.items()}
    times = (datetime.fromisoformat(told[name]) for name in ProviderStretch._fields[1:])
    stretch = ProviderStretch(run.subject_id, *times)
    after: UUID | None = None
    taken = refused = 0
    while some := wiring.database.transact(
        reverse_some_of_days,
        stretch,
        after,
        reason_code=told["reason_code"],
        reason=told["reason"],
        by=Viewer(told["role"], None, UUID(told["by"])),
        rulebook=wiring.rulebook,
        policies=wiring.policies,
        clock=wiring.clock,
        takes_points_for_months=wiring.programme.people.clawback_months,
    ):
        taken, refused, after = taken + some.taken, refused + some.refused, some.last
        run.progress(taken + refused)
    return {"taken_back": taken, "refused": refused}


RECORDING = {names.REVERSE_DAYS: reverse_days}
