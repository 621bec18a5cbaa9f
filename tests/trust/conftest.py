"""The running application of the tests of routes, and a provider with one person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.clock import Clock
from app.factory import create_app
from app.wiring import Wiring
from tests.app.conftest import _shared_clock_stays, app, http, movable, token_for, wiring
from tests.app.recording.conftest import make_scene

__all__ = ["_shared_clock_stays", "app", "http", "make_scene", "movable", "token_for", "wiring"]


@pytest.fixture(scope="module")
def moving(wiring: Wiring, tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Wiring]:
    """An application around a clock that the tests of one file alone move."""
    moved = replace(wiring, clock=Clock(tmp_path_factory.mktemp("moving") / "clock"))
    return create_app(moved), moved
