"""Start a shadow run: a task, and the row that will hold its report."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.methodologies.shadowing import insert_run
from app.store.methodologies.versions import read_kept
from app.usecases.methodologies.programme_rules import ProgrammeRulebook
from app.usecases.methodologies.refusals import BadShadowPeriod
from app.usecases.methodologies.standing import Actor, subject_of
from behaviours.civil_time import civil_day


def start_shadow_run(
    connection: Connection,
    *,
    code: str,
    version: str,
    occurred_from: date,
    occurred_to: date,
    sample: int | None,
    seed: str,
    by: Actor,
    rulebook: ProgrammeRulebook,
    now: datetime,
) -> UUID:
    """The id of the run, which is that of its task. Raises UnknownMethodology, BadShadowPeriod."""
    if read_kept(connection, code, version) is None:
        # Published and shipped versions can be run too: over other people's actions, or again.
        rulebook.version(code, version)
    check_period(occurred_from, occurred_to, today=civil_day(now, rulebook.zone))
    run_id = start_task(
        connection,
        names.SHADOW_RUN,
        subject_id=subject_of(code, version),
        arguments={"code": code, "version": version},
        now=now,
        started_by=by.user_id,
    )
    insert_run(
        connection,
        run_id=run_id,
        code=code,
        version=version,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
        sample=sample,
        seed=seed,
        started_by=by.user_id,
        now=now,
    )
    return run_id


def check_period(occurred_from: date, occurred_to: date, *, today: date) -> None:
    """Raises BadShadowPeriod for a period that is backwards or not over."""
    if occurred_to < occurred_from:
        raise BadShadowPeriod(
            f"The period ends ({occurred_to}) before it begins ({occurred_from}).", pointer="/to"
        )
    if occurred_to > today:
        raise BadShadowPeriod(
            "A shadow run looks at actions that were recorded; end it today at the latest.",
            pointer="/to",
        )
