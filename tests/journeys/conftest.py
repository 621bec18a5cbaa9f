"""What every journey may ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.wiring import Wiring
from tests.builders.jobs import drain


@pytest.fixture
def run_tasks(wiring: Wiring) -> Callable[[], int]:
    """Runs every waiting task through the real outbox, relay and an RQ worker, and returns."""
    return lambda: drain(wiring)
