"""Closed days are published: as a list, one by one, and as a file for mirrors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.factory import create_app
from app.ids import new_id
from app.jobs.anchor_tasks import close_days
from app.jobs.task_run import TaskRun
from app.settings import Settings
from app.store.database import Database
from app.wiring import Wiring, wire
from behaviours.signed_document import check_signature, read_document, read_keys
from rewards.ledger.anchor import BOOK_OF_KIND, chain_faults, line_of
from tests.builders.anchors import write_each
from tests.builders.commands import typed
from tests.builders.people import Http


@pytest.fixture
def programme(settings: Settings, fresh_database: str, books: Database) -> Iterator[Wiring]:
    """A programme whose books began four days ago, closed by its own task."""
    wiring = wire(replace(settings, database_url=fresh_database))
    write_each(books, wiring.clock.now() - timedelta(days=4))
    done = close_days(wiring, TaskRun(new_id(), None, {}))
    assert done is not None
    assert done["busy"] == []
    yield wiring
    wiring.close()


def test_days_are_listed_the_last_first_and_read_one_by_one(programme: Wiring) -> None:
    http = Http(create_app(programme))
    listed = http.get("/v1/registry/anchors?limit=2").json
    assert listed["has_more"]
    more = http.get(f"/v1/registry/anchors?limit=2&cursor={listed['next_cursor']}").json
    days = [each["day"] for each in (*listed["data"], *more["data"])]
    assert len(days) >= 3
    assert days == sorted(days, reverse=True)
    one = http.get(f"/v1/registry/anchors/{days[1]}").json
    assert one == listed["data"][1]
    keys = read_keys(http.get("/v1/registry/keys").json)
    assert check_signature(one, keys=keys).holds
    assert datetime.fromisoformat(one["ends_at"]) > datetime.fromisoformat(one["starts_at"])


def test_the_file_for_mirrors_has_every_day_in_order(programme: Wiring) -> None:
    http = Http(create_app(programme))
    answer = http.get("/v1/registry/anchors.jsonl")
    assert answer.content_type == "application/jsonl; charset=utf-8"
    days = [read_document(line) for line in answer.text.splitlines()]
    assert len(days) >= 3
    assert list(chain_faults(days)) == []
    listed = http.get("/v1/registry/anchors").json["data"]
    assert json.loads(answer.text.splitlines()[-1]) == listed[0]


@pytest.mark.parametrize("day", ["2019-01-01", "yesterday", "2026-02-30", "9999-12-31"])
def test_a_day_that_is_not_closed_is_not_found(programme: Wiring, day: str) -> None:
    answer = Http(create_app(programme)).get(f"/v1/registry/anchors/{day}")
    assert answer.status_code == 404
    assert answer.json["code"] == "NOT_FOUND"


def test_the_rows_of_closed_days_are_printed_as_they_are_hashed(programme: Wiring) -> None:
    result = typed(programme, "audit", "rows")
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert {row[0] for row in rows} == BOOK_OF_KIND.keys()
    assert [line_of(row).decode() for row in rows] == result.output.splitlines()
    assert typed(programme, "audit", "rows", "--to", "2020-01-01").output == ""
