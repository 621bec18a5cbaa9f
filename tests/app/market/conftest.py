"""A database of its own for every test of the market: selection takes whatever is pooled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.settings import Settings
from app.wiring import Wiring, wire
from tests.builders.market import open_gates


@pytest.fixture
def shut(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    """Parts around an empty database in which no version was approved for bundles."""
    made = wire(
        replace(
            settings,
            database_url=fresh_database,
            rate_limit_per_minute=1_000_000,
            web_threads=16,
        )
    )
    yield made
    made.close()


@pytest.fixture
def market(shut: Wiring) -> Wiring:
    """The same, with every shipped version approved."""
    open_gates(shut)
    return shut
