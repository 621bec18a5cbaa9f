"""A running application for tests of routes: its wiring, a client that speaks JSON, tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.auth import EXTENSION
from app.clock import Clock
from app.factory import create_app
from app.settings import Settings
from app.wiring import Wiring, wire
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens
from tests.builders.processes import own_wiring


@pytest.fixture(scope="session")
def wiring(settings: Settings) -> Iterator[Wiring]:
    """The parts of one process. The limit on requests is out of the way of ordinary tests."""
    made = wire(replace(settings, rate_limit_per_minute=1_000_000))
    # Tests register more of this kind beside it: a person who reports a ride alone names it.
    an_issuer(made, "rides", kinds=("ride",))
    yield made
    made.close()


@pytest.fixture
def books(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    """The parts around a database of one test's own: nobody else breaks what it audits."""
    made = own_wiring(settings, fresh_database, web_threads=16)
    yield made
    made.close()


@pytest.fixture
def movable(wiring: Wiring, tmp_path: Path) -> Wiring:
    """The same parts around a clock of the test's own, for tests that move it."""
    return replace(wiring, clock=Clock(tmp_path / "clock"))


@pytest.fixture(autouse=True)
def _shared_clock_stays(base_settings: Settings) -> Iterator[None]:
    """Every code and every day of the tests that come later hangs on the clock that all share."""
    yield
    moved = base_settings.clock_path
    assert moved is not None
    if moved.exists():
        moved.unlink()
        pytest.fail("This test moved the clock that all tests share: ask for `movable`.")


@pytest.fixture(scope="session")
def app(wiring: Wiring) -> Flask:
    """The application, without a server around it."""
    return create_app(wiring)


@pytest.fixture
def http(app: Flask) -> Http:
    """A client: ``http.post("/v1/actions", {...}, token=token, key="...")``."""
    return Http(app)


@pytest.fixture
def token_for(app: Flask) -> Callable[..., str]:
    """``token_for("provider")``: a token of a fresh caller of that role; see ``Tokens``."""
    return Tokens(app, app.extensions[EXTENSION])
