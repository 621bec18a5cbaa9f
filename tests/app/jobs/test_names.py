"""Every task that can be started can be run, and the other way round."""

from __future__ import annotations

from app.jobs.tasks import TASKS
from app.outbox import names
from tests.builders.worker_child import TEST_TASKS


def test_the_names_of_tasks_are_those_that_the_worker_can_run() -> None:
    named = {value for name, value in vars(names).items() if name.isupper()}
    assert set(TASKS) - set(TEST_TASKS) == named
