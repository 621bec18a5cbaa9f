"""A wiring on a database of the test's own, so that nobody else's tasks are in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.jobs.tasks import TASKS
from app.settings import Settings
from app.wiring import Wiring, wire
from tests.builders.worker_child import TEST_TASKS


@pytest.fixture
def own_settings(settings: Settings, fresh_database: str, tmp_path: Path) -> Settings:
    """A clock of the test's own, too: it lies in the data directory."""
    return replace(settings, database_url=fresh_database, data_dir=tmp_path / "var")


@pytest.fixture
def own_wiring(own_settings: Settings) -> Iterator[Wiring]:
    wiring = wire(own_settings)
    wiring.redis.flushdb()
    yield wiring
    wiring.close()


@pytest.fixture(autouse=True)
def _tasks_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, function in TEST_TASKS.items():
        monkeypatch.setitem(TASKS, name, function)
