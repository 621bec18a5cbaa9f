"""What follows the closing of an organisation, chunk by chunk."""

from __future__ import annotations

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.usecases.people.end_links_of import end_links_of
from app.wiring import Wiring
from behaviours.json_value import JsonObject


def end_links(wiring: Wiring, run: TaskRun) -> JsonObject:
    """End every link to the users of the organisation; run again, it ends those that are left."""
    assert run.subject_id is not None, "links are of an organisation"
    ended = 0
    while some := wiring.database.transact(end_links_of, run.subject_id, clock=wiring.clock):
        ended += some
        run.progress(ended)
    return {"ended": ended}


ORGANISATIONS = {names.END_LINKS: end_links}
