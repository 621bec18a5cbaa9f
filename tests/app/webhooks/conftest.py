"""Books of their own for each test: a sender sends to every endpoint that it finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.settings import Settings
from app.wiring import Wiring
from tests.builders.processes import own_wiring
from tests.builders.receivers import Receiver, a_receiver


@pytest.fixture
def books(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    made = own_wiring(settings, fresh_database, web_threads=16)
    yield made
    made.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made
