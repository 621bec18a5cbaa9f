"""A programme in 2027, when rules of projects are in force, and enterprises that apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.clock import StandingClock
from app.factory import create_app
from app.wiring import Wiring
from tests.builders.people import Http, Tokens
from tests.builders.projects import Applicant


@pytest.fixture(scope="session")
def later(wiring: Wiring) -> Wiring:
    return replace(wiring, clock=StandingClock(datetime(2027, 3, 1, 2, tzinfo=UTC)))


@pytest.fixture(scope="session")
def later_app(later: Wiring) -> Flask:
    return create_app(later)


@pytest.fixture
def tokens(later_app: Flask, later: Wiring) -> Tokens:
    return Tokens(later_app, later)


@pytest.fixture
def an_applicant(later_app: Flask, tokens: Tokens) -> Callable[[], Applicant]:
    return lambda: Applicant(Http(later_app), tokens("enterprise"))


@pytest.fixture
def applicant(an_applicant: Callable[[], Applicant]) -> Applicant:
    return an_applicant()
