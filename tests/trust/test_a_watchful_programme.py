"""What a programme may state of quotas and checks is shipped whole, read, and seen at work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.demo import seed
from app.factory import create_app
from app.settings import Settings
from app.wiring import Wiring, wire
from behaviours.programme import SHIPPED, Programme, load_programmes, read_programmes
from tests.builders.audit import assert_books_balance
from tests.builders.people import Http

WATCHFUL = SHIPPED.parent / "watchful.yaml"
# There is a Saturday in it, whatever day it is.
DAYS = 8


def only(path: Path) -> Programme:
    (version,) = load_programmes(path).versions
    return version


def test_the_shipped_programme_states_neither_and_the_watchful_one_all() -> None:
    shipped, watchful = only(SHIPPED), only(WATCHFUL)
    assert not shipped.quotas.are_stated
    assert not shipped.checks.are_stated
    assert watchful.quotas.by_default is not None
    assert None not in watchful.quotas.by_default
    assert None not in (
        watchful.checks.people_per_device,
        watchful.checks.people_per_content,
        watchful.checks.enrolled_together,
        watchful.checks.km_per_hour,
    )
    # Nothing else is other than where it states nothing.
    stated = {"quotas", "checks", "holds", "payments", "compliance", "statistics", "engagement"}
    assert stated <= watchful.tree.keys()
    assert {"payments", "compliance", "statistics", "engagement"}.isdisjoint(shipped.tree)
    assert {name: each for name, each in watchful.tree.items() if name not in stated} == dict(
        shipped.tree
    )
    assert watchful.holds == shipped.holds


def test_what_the_shipped_document_shows_as_comments_can_be_taken_as_it_stands() -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()
    began = {"people", "holds", "quotas", "signatures", "checks"}
    found, inside = set[str](), False
    for at, line in enumerate(lines):
        name = re.fullmatch(r"    # (\w+):", line)
        if name and name[1] in began:
            found.add(name[1])
            inside = True
        elif not re.match(r"    #   ( *- | *\w+:( [\"{]|$))", line):
            inside = False
        if inside:
            lines[at] = line.replace("    # ", "    ", 1)
    assert found == began
    (version,) = read_programmes("\n".join(lines), "default.yaml").versions
    watchful = only(WATCHFUL)
    assert version.checks == watchful.checks
    assert version.quotas.by_default == watchful.quotas.by_default
    assert len(version.quotas.of_providers) == 1


@pytest.fixture
def told(
    settings: Settings, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Wiring]:
    """The first days of the demo under the watchful programme."""
    monkeypatch.setattr(seed, "DAYS", DAYS)
    own = replace(settings, database_url=fresh_database, data_dir=tmp_path, programme=WATCHFUL)
    wiring = wire(replace(own, rate_limit_per_minute=1_000_000))
    with wiring.database.engine.begin() as connection:
        # The demo publishes its own.
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("truncate published_text"))
    seed.seed_demo(wiring)
    yield wiring
    wiring.close()


def test_the_demo_under_it_has_something_to_look_at(told: Wiring) -> None:
    web = Http(create_app(told))
    credentials = seed.Credentials.kept(told.settings)
    assert credentials is not None

    def token(**grant: str) -> str:
        return web.post("/v1/auth/token", grant).json["access_token"]

    operator = token(grant_type="password", **credentials.users["operator"])
    held = web.get("/v1/holds?limit=100", token=operator).json["data"]
    assert held
    assert {(each["behaviour"], why["code"]) for each in held for why in each["why"]} == {
        ("own_bag", "same_device")
    }
    provider = token(grant_type="client_credentials", **credentials.clients["provider2"])
    seen = web.get("/v1/provider", token=provider).json
    (waiting,) = seen["waiting"]
    assert (waiting["actions"], waiting["reasons"]) == (len(held), {"same_device": len(held)})
    assert seen["quota"]["actions_per_day"] == 100_000
    assert_books_balance(told)
