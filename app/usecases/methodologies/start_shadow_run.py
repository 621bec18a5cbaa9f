"""Start a shadow run: a task, and the row that will hold its report."""

from __future__ import annotations

from datetime import date

from app.clock import Clock
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.methodologies.shadowing import insert_run
from app.store.methodologies.versions import find_version
from behaviours.civil_time import civil_day
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.lifecycle import subject_of
from behaviours.rules.shadow import RunOfARule, check_period
from behaviours.viewer import Viewer


def start_shadow_run(
    connection: Connection,
    *,
    code: str,
    version: str,
    occurred_from: date,
    occurred_to: date,
    sample: int | None,
    seed: str,
    by: Viewer,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> RunOfARule:
    """The run, whose id is that of its task. Raises UnknownMethodology, BadShadowPeriod,
    ForProjects."""
    if find_version(connection, code, version) is None:
        # Published and shipped versions can be run too: over other people's actions, or again.
        rulebook.version(code, version).check_of_actions()
    now = clock.now()
    check_period(occurred_from, occurred_to, civil_day(now, rulebook.zone))
    assert by.user_id is not None, "a run is started by somebody"
    run_id = start_task(
        connection,
        names.SHADOW_RUN,
        subject_id=subject_of(code, version),
        arguments={"code": code, "version": version},
        now=now,
        started_by=by.user_id,
    )
    run = RunOfARule(
        run_id, code, version, occurred_from, occurred_to, sample, seed, by.user_id, now, None
    )
    insert_run(connection, run)
    return run
