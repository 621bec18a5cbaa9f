"""The running application of the tests of routes, and a provider with one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.clock import Clock
from app.factory import create_app
from app.wiring import Wiring
from tests.app.conftest import _shared_clock_stays, app, http, movable, token_for, wiring
from tests.app.projects.conftest import an_applicant, applicant, later, later_app, tokens
from tests.app.recording.conftest import make_scene
from tests.builders.live_programme import LiveProgramme, a_live_programme

__all__ = [
    "_shared_clock_stays",
    "an_applicant",
    "app",
    "applicant",
    "http",
    "later",
    "later_app",
    "make_scene",
    "movable",
    "token_for",
    "tokens",
    "wiring",
]


@pytest.fixture(scope="module")
def moving(wiring: Wiring, tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Wiring]:
    """An application around a clock that the tests of one file alone move."""
    moved = replace(wiring, clock=Clock(tmp_path_factory.mktemp("moving") / "clock"))
    return create_app(moved), moved


@pytest.fixture
def opened(
    make_database: Callable[[], str], redis_url: str, tmp_path: Path
) -> Iterator[LiveProgramme]:
    """A programme in live mode, from an empty database."""
    with a_live_programme(make_database(), redis_url, tmp_path) as programme:
        yield programme
