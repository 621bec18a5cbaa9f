"""A database of its own for every test of bundles and units: selection takes what is pooled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.factory import create_app
from app.settings import Settings
from app.wiring import Wiring
from tests.builders.market import rows
from tests.builders.processes import own_wiring


@pytest.fixture
def shut(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    """Parts around an empty database in which no version was approved for bundles."""
    made = own_wiring(settings, fresh_database, web_threads=16)
    yield made
    made.close()


@pytest.fixture
def market(settings: Settings, fresh_market: str) -> Iterator[Wiring]:
    """The same, with every shipped version approved."""
    made = own_wiring(settings, fresh_market, web_threads=16)
    yield made
    made.close()


@pytest.fixture
def app(app: Flask, request: pytest.FixtureRequest) -> Flask:
    """The application around the market of a test that has one; else the one that all share."""
    if "market" not in request.fixturenames:
        return app
    return create_app(request.getfixturevalue("market"))


@pytest.fixture
def numbers_are_conserved(market: Wiring) -> Iterator[None]:
    """The test ends with the live blocks filling the numbers given out, without overlap."""
    yield
    live = rows(
        market,
        "select lower(numbers) as a, upper(numbers) as b from unit_block"
        " where state not in ('split', 'merged') order by numbers",
    )
    (counter,) = rows(market, "select next_number from serial_counter") or [{"next_number": 1}]
    ends = [1, *(row["b"] for row in live)]
    assert [row["a"] for row in live] == ends[:-1]
    assert ends[-1] == counter["next_number"]
    retired = rows(
        market,
        "select count(*) as n, coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint as t"
        " from unit_block where state = 'retired'",
    )[0]
    booked = rows(
        market,
        "select (select count(*) from retirement_block) as n,"
        " coalesce(sum(quantity_t), 0)::bigint as t from retirement",
    )[0]
    assert retired == booked
