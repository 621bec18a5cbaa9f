"""What tests of methodologies share: an office that publishes, its day, a database of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from app.settings import Settings
from app.wiring import Wiring, wire
from behaviours.civil_time import civil_day
from tests.builders.civil import CHINA
from tests.builders.methodologies import Office


@pytest.fixture(scope="module")
def office(wiring: Wiring) -> Office:
    return Office(wiring)


@pytest.fixture
def today(wiring: Wiring) -> date:
    return civil_day(wiring.clock.now(), CHINA)


@pytest.fixture
def own(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    """The wiring of a database that no other test sees."""
    wiring = wire(replace(settings, database_url=fresh_database))
    yield wiring
    wiring.close()
