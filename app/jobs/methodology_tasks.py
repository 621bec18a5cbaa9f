"""Shadow runs: a draft over recorded actions, in one read-only look at the books.

It writes nothing but its own report, so a run that was killed is simply done again.
"""

from __future__ import annotations

from typing import Any

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.audit.snapshot import snapshot
from app.store.methodologies.shadowing import finish_run, read_run
from app.store.methodologies.versions import read_kept
from app.usecases.methodologies.check_document import check_document
from app.usecases.methodologies.run_shadow import run_shadow
from app.wiring import Wiring
from behaviours.rules.methodology import Version


def shadow_run(wiring: Wiring, run: TaskRun) -> dict[str, Any]:
    """Do the run of this task's id; progress counts actions."""
    asked = wiring.database.transact(read_run, run.task_id)
    assert asked is not None, "a shadow run has its row, written with its task"
    version = version_to_run(wiring, asked["code"], asked["version"])
    with snapshot(wiring.database) as connection:
        report = run_shadow(
            connection,
            version,
            occurred_from=asked["occurred_from"],
            occurred_to=asked["occurred_to"],
            sample=asked["sample"],
            seed=asked["seed"],
            rulebook=wiring.rulebook,
            progress=run.progress,
        )
    wiring.database.transact(finish_run, run.task_id, report, now=wiring.clock.now())
    # The report may name actions; it is read at its own route, by those who may see them.
    return {"actions": report["totals"]["actions"], "digest": report["digest"]}


def version_to_run(wiring: Wiring, code: str, version: str) -> Version:
    """The draft as it stands, or the published version."""
    kept = wiring.database.transact(read_kept, code, version)
    if kept is None:
        return wiring.rulebook.version(code, version)
    return check_document(code, version, kept.document, kept.examples)


METHODOLOGIES = {names.SHADOW_RUN: shadow_run}
