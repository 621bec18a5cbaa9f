"""A town of its own for each journey: an empty database, a clock to move, a real web server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from app.wiring import Wiring, wire
from tests.builders.audit import assert_books_balance
from tests.builders.server import Town, serving


@pytest.fixture
def town_wiring(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Wiring]:
    """The parts that the town's server and its worker share."""
    wiring = wire(replace(settings, database_url=fresh_database, data_dir=tmp_path / "var"))
    yield wiring
    wiring.close()


@pytest.fixture
def town(town_wiring: Wiring, tmp_path: Path) -> Iterator[Town]:
    """Served by granian in a process of its own. The journey ends with the audit."""
    with (
        serving(town_wiring.settings, tmp_path / "server.log") as base_url,
        httpx.Client(base_url=base_url, timeout=30) as web,
    ):
        yield Town(town_wiring, web)
    assert_books_balance(town_wiring)
