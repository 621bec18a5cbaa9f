"""An installation in live mode, where everybody who acts for somebody has an authenticator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.factory import create_app
from app.wiring import Wiring
from tests.builders.people import Http, Tokens
from tests.builders.staff import Office, Watch


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def live(wiring: Wiring, watch: Watch) -> Wiring:
    return replace(wiring, settings=replace(wiring.settings, mode="live"), clock=watch)


@pytest.fixture
def live_app(live: Wiring) -> Flask:
    return create_app(live)


@pytest.fixture
def office(live_app: Flask, live: Wiring, watch: Watch) -> Office:
    tokens = Tokens(live_app, live)
    return Office(live_app, Http(live_app), watch, tokens("operator"), tokens("authority"))
