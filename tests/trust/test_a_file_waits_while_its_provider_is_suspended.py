"""A file ends where its provider is suspended or its papers ran out, with true counts, and is read
on afterwards."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.jobs import import_tasks, run_import
from app.jobs.run_import import Import
from app.settings import Settings
from app.store.organisations.running_papers import write_running
from app.usecases.organisations.expire_papers import expire_papers
from app.usecases.recording.import_batch import import_batch
from app.usecases.recording.read_import import read_import
from app.wiring import Wiring, wire
from behaviours.paper_kinds import CONTRACT
from behaviours.paper_terms import USUAL
from behaviours.paper_validity import RunningPaper
from behaviours.viewer import Viewer
from tests.app.recording.imports.conftest import RIDES
from tests.builders import files
from tests.builders.jobs import drain, task
from tests.builders.people import an_organisation
from tests.builders.standing import lifted, suspended
from tests.trust.test_files_are_never_lost_whole import a_file


def papers_ran_out(wiring: Wiring, provider: UUID) -> None:
    day = date(2020, 1, 1)
    paper = RunningPaper(provider, CONTRACT, provider, day, day)
    wiring.database.transact(write_running, provider, [paper])
    assert by_the_clock(wiring) == 1


def papers_came(wiring: Wiring, provider: UUID) -> None:
    wiring.database.transact(write_running, provider, [])
    assert by_the_clock(wiring) == 1


def by_the_clock(wiring: Wiring) -> int:
    return wiring.database.transact(
        expire_papers, terms=USUAL, zone=wiring.zone, clock=wiring.clock
    )


@pytest.mark.parametrize(
    "way",
    [
        (suspended, lifted, "ORGANISATION_SUSPENDED: "),
        (papers_ran_out, papers_came, "ORGANISATION_PAPERS_EXPIRED: "),
    ],
)
def test_a_file_ends_where_its_provider_is_stopped_and_is_read_on_afterwards(
    settings: Settings,
    fresh_database: str,
    monkeypatch: pytest.MonkeyPatch,
    way: tuple[Callable[[Wiring, UUID], object], Callable[[Wiring, UUID], object], str],
) -> None:
    stop, let_in, problem = way
    with closing(wire(replace(settings, database_url=fresh_database))) as wiring:
        provider = an_organisation(wiring)
        raw, expected = a_file(1000)
        import_id = files.accepted(wiring, provider, raw, RIDES)
        batches = [0]

        def stopping(*given: Any, **named: Any) -> Any:
            batches[0] += 1
            if batches[0] == 4:
                stop(wiring, provider)
            return import_batch(*given, **named)

        monkeypatch.setattr(run_import, "import_batch", stopping)
        monkeypatch.setattr(import_tasks, "Import", functools.partial(Import, batch=100))
        drain(wiring)
        stopped = task(wiring, import_id)
        assert stopped["state"] == "waiting"
        assert stopped["problem"].startswith(problem)
        viewer = Viewer("provider", provider, provider)
        seen = wiring.database.transact(read_import, import_id, viewer=viewer)
        assert 0 < seen.recorded.recorded_lines < expected["recorded"]
        assert (drain(wiring), batches[0]) == (0, 4), "it does not try again and again"

        let_in(wiring, provider)
        drain(wiring)
        done = task(wiring, import_id)
        assert (done["state"], done["problem"]) == ("done", None)
        assert done["result"]["lines"] == expected
        assert done["result"]["problem"] is None
