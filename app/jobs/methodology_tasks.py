"""Shadow runs: a draft over recorded actions, in one read-only look at the books.

It writes nothing but its own report, so a run that was killed is simply done again.
"""

from __future__ import annotations

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.audit.snapshot import snapshot
from app.store.methodologies.shadowing import find_run, finish_run
from app.usecases.methodologies.read_rule_to_run import read_rule_to_run
from app.usecases.methodologies.run_shadow import run_shadow
from app.wiring import Wiring
from behaviours.json_value import JsonObject


def shadow_run(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Do the run of this task's id; progress counts actions."""
    asked = wiring.database.transact(find_run, run.task_id)
    assert asked is not None, "a shadow run has its row, written with its task"
    rulebook = wiring.rulebook
    version = wiring.database.transact(
        read_rule_to_run, asked.code, asked.version, rulebook=rulebook
    )
    with snapshot(wiring.database) as connection:
        report = run_shadow(
            connection,
            version,
            occurred_from=asked.occurred_from,
            occurred_to=asked.occurred_to,
            sample=asked.sample,
            seed=asked.seed,
            rulebook=rulebook,
            progress=run.progress,
        )
    wiring.database.transact(finish_run, run.task_id, report, now=wiring.clock.now())
    # The report may name actions; it is read at its own route, by those who may see them.
    return {"actions": report["totals"]["actions"], "digest": report["digest"]}


METHODOLOGIES = {names.SHADOW_RUN: shadow_run}
