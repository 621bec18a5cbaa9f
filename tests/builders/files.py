"""Files of providers as the reader sees them, without a database; and workers that are killed."""

from __future__ import annotations

import functools
import io
import json
import multiprocessing
import random
import signal
from datetime import UTC, datetime
from multiprocessing.synchronize import Event, Semaphore
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.files.installing import InstallationShaper
from app.files.reading import RowFile
from app.files.shaping import Shaper
from app.jobs import import_tasks
from app.jobs.run import run
from app.jobs.run_import import Import, run_import
from app.settings import Settings
from app.store.recording.import_tally import tally_of
from app.usecases.people.enrol_of_file import AgreedText
from app.usecases.recording.accept_import import accept_import
from app.usecases.recording.import_batch import import_batch
from app.usecases.recording.import_installations import import_installations
from app.usecases.recording.record import RecordingRules
from app.wiring import Wiring, wire
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import Counts, Draft, Flaw, InstallationDraft
from tests.builders.civil import CHINA

RIDE: dict[str, Any] = {
    "person": "{card}",
    "records": [
        {
            "behaviour": "bike_ride",
            "region": "CN-33",
            "external_id": "{trip}",
            "occurred_at": "{at}",
            "quantities": {"distance_km": {"value": "{km}", "times": "1"}},
            "evidence": {"ride_id": "{trip}"},
        }
    ],
}


def a_reading(
    raw: str | bytes, mapping: Any = None, *, name: str = "rides.csv", shift_days: int = 0
) -> tuple[list[Draft], list[Flaw], Counts]:
    """What becomes of every row; asserts that every line that was read is in it once."""
    written = mapping if isinstance(mapping, str) else json.dumps(mapping or RIDE)
    made, counts = read_mapping(written, CHINA), Counts()
    opened = io.BytesIO(raw if isinstance(raw, bytes) else raw.encode())
    file = RowFile(opened, name, made.source, counts)
    shaper = Shaper(made, counts, shift_days, same_columns=not file.is_ndjson)
    shaped = list(shaper.shape(file.rows()))
    drafts = [one for one in shaped if isinstance(one, Draft)]
    flaws = [one for one in shaped if isinstance(one, Flaw)]
    accounted = sum(one.lines for one in shaped) + counts.heading + counts.blank
    assert accounted == counts.lines, (accounted, counts)
    return drafts, flaws, counts


def installations_read(
    raw: str | bytes, mapping: str, *, name: str = "plants.csv"
) -> tuple[list[InstallationDraft], list[Flaw], Counts]:
    """The same of a file that tells installations."""
    made, counts = read_mapping(mapping, CHINA), Counts()
    opened = io.BytesIO(raw if isinstance(raw, bytes) else raw.encode())
    file = RowFile(opened, name, made.source, counts)
    shaper = InstallationShaper(made, counts, same_columns=not file.is_ndjson)
    shaped = list(shaper.shape(file.rows()))
    accounted = sum(one.lines for one in shaped) + counts.heading + counts.blank
    assert accounted == counts.lines, (accounted, counts)
    return (
        [one for one in shaped if isinstance(one, InstallationDraft)],
        [one for one in shaped if isinstance(one, Flaw)],
        counts,
    )


def _child(
    settings: Settings, task_id: UUID, batch: int, ready: Event, committed: Semaphore
) -> None:
    import_tasks.Import = functools.partial(Import, batch=batch)  # type: ignore[misc, assignment]
    wiring = wire(settings)
    transact = wiring.database.transact

    def told(work: Any, *given: Any, **named: Any) -> Any:
        answer = transact(work, *given, **named)
        if work in (import_batch, import_installations):
            committed.release()
        return answer

    wiring.database.transact = told  # type: ignore[method-assign]
    ready.set()
    run(wiring, task_id)


def killed_at_random(settings: Settings, task_id: UUID, *, batch: int, batches: int) -> bool:
    """Work on the task in a process of its own, and kill that at some moment of its work.

    The moment is at most 20 ms after one of its first ``batches`` batches was committed, or after
    its beginning. True when it was killed, False when it had come to its end before.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.builders.files"])
    ready, committed = context.Event(), context.Semaphore(0)
    child = context.Process(target=_child, args=(settings, task_id, batch, ready, committed))
    child.start()
    assert ready.wait(60)
    for _ in range(random.randrange(batches)):
        while not committed.acquire(timeout=0.1) and child.is_alive():
            pass
    child.join(random.uniform(0, 0.02))
    child.kill()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return child.exitcode != 0


def waits_again(wiring: Wiring, import_id: UUID) -> bool:
    """What the relay does with a task whose lease has lapsed; whether anything was recorded."""
    with wiring.database.engine.begin() as connection:
        connection.execute(
            text(
                "update task set state = 'waiting', leased_until = null"
                " where task_id = :id and state = 'running'"
            ),
            {"id": import_id},
        )
        return tally_of(connection, import_id).recorded > 0


AGREED = AgreedText("v1", datetime(2026, 1, 1, tzinfo=UTC))


def accepted(
    wiring: Wiring,
    provider_id: UUID,
    raw: bytes,
    mapping: Any,
    *,
    name: str = "rides.csv",
    agreement: AgreedText | None = AGREED,
) -> UUID:
    """A file as its provider uploaded it; it waits for its task."""
    return wiring.database.transact(
        accept_import,
        io.BytesIO(raw),
        name=name,
        mapping=mapping if isinstance(mapping, str) else json.dumps(mapping),
        provider_id=provider_id,
        agreement=agreement,
        language="en",
        dry_run=False,
        identity_key=wiring.settings.identity_key,
        clock=wiring.clock,
    )


def imported(wiring: Wiring, asked: Import) -> tuple[Counts, list[Flaw]]:
    """What an import made of its file, and every row that it refused."""
    flaws: list[Flaw] = []
    counts = run_import(
        wiring.database,
        asked,
        clock=wiring.clock,
        rules=lambda: RecordingRules(wiring.rulebook, wiring.policies),
        identity_key=wiring.settings.identity_key,
        refused=flaws.append,
        progress=lambda *_: None,
    )
    return counts, flaws
