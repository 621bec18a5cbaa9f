"""A file ends where its provider is suspended, with true counts, and is read on afterwards."""

from __future__ import annotations

import functools
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from app.jobs import import_tasks, run_import
from app.jobs.run_import import Import
from app.settings import Settings
from app.usecases.recording.import_batch import import_batch
from app.usecases.recording.read_import import read_import
from app.wiring import wire
from behaviours.viewer import Viewer
from tests.app.recording.imports.conftest import RIDES
from tests.builders import files
from tests.builders.jobs import drain, task
from tests.builders.people import an_organisation
from tests.builders.standing import lifted, suspended
from tests.trust.test_files_are_never_lost_whole import a_file


def test_a_file_ends_where_its_provider_is_suspended_and_is_read_on_afterwards(
    settings: Settings, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(wire(replace(settings, database_url=fresh_database))) as wiring:
        provider = an_organisation(wiring)
        raw, expected = a_file(1000)
        import_id = files.accepted(wiring, provider, raw, RIDES)
        batches = [0]

        def stopping(*given: Any, **named: Any) -> Any:
            batches[0] += 1
            if batches[0] == 4:
                suspended(wiring, provider)
            return import_batch(*given, **named)

        monkeypatch.setattr(run_import, "import_batch", stopping)
        monkeypatch.setattr(import_tasks, "Import", functools.partial(Import, batch=100))
        drain(wiring)
        stopped = task(wiring, import_id)
        assert stopped["state"] == "waiting"
        assert stopped["problem"].startswith("ORGANISATION_SUSPENDED: ")
        viewer = Viewer("provider", provider, provider)
        seen = wiring.database.transact(read_import, import_id, viewer=viewer)
        assert 0 < seen.recorded.recorded_lines < expected["recorded"]
        assert (drain(wiring), batches[0]) == (0, 4), "it does not try again and again"

        lifted(wiring, provider)
        drain(wiring)
        done = task(wiring, import_id)
        assert (done["state"], done["problem"]) == ("done", None)
        assert done["result"]["lines"] == expected
        assert done["result"]["problem"] is None
