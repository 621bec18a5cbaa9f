"""Every test of closed days has books of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.store.database import Database


@pytest.fixture
def books(fresh_database: str) -> Iterator[Database]:
    database = Database(fresh_database)
    yield database
    database.close()
