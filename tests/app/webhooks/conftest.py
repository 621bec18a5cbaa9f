"""Books of their own for each file: a sender sends to every endpoint that it finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.settings import Settings
from app.wiring import Wiring
from tests.builders.processes import own_wiring
from tests.builders.receivers import Receiver, a_receiver
from tests.builders.webhooks import change


@pytest.fixture(scope="module")
def own_books(settings: Settings, two_databases: tuple[str, str]) -> Iterator[Wiring]:
    made = own_wiring(settings, two_databases[0], web_threads=16)
    yield made
    made.close()


@pytest.fixture
def books(own_books: Wiring) -> Wiring:
    """The books of this file, in which there is no endpoint."""
    for table in ("webhook_pending", "webhook_attempt", "webhook_endpoint"):
        change(own_books, f"delete from {table}")
    return own_books


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made
