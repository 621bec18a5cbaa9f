"""Closed days as pages: in both languages, with every figure of the day and how to verify it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from app.factory import create_app
from app.ids import new_id
from app.jobs.anchor_tasks import close_days
from app.jobs.task_run import TaskRun
from app.settings import Settings
from app.store.database import Database
from app.wiring import Wiring, wire
from tests.builders.anchors import write_each
from tests.builders.people import Http

SAID = {
    "en": ("Closed days of the books", "Log: who did what", "every root and signature anew"),
    "zh-CN": ("账簿封存日", "操作日志", "重新生成所有根值和签名"),
}


@pytest.fixture
def http(settings: Settings, fresh_database: str, books: Database) -> Iterator[Http]:
    """Of a programme whose books began four days ago."""
    wiring: Wiring = wire(replace(settings, database_url=fresh_database))
    write_each(books, wiring.clock.now() - timedelta(days=4))
    close_days(wiring, TaskRun(new_id(), None, {}))
    yield Http(create_app(wiring))
    wiring.close()


@pytest.mark.parametrize("language", sorted(SAID))
def test_closed_days_are_read_in_both_languages_with_how_to_verify_them(
    http: Http, language: str
) -> None:
    listed = http.get("/v1/registry/anchors").json["data"]
    page = http.get(f"/registry/anchors?lang={language}")
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page.text
    shown = unescape(page.text)
    for said in (*SAID[language], *(day["day"] for day in listed)):
        assert said in shown
    assert "tanpuhui verify --anchors earlier.jsonl --published anchors.jsonl" in shown
    for link in re.findall(r'href="(/[^"]*)"', shown):
        assert http.get(link).status_code == 200, link


@pytest.mark.parametrize("language", sorted(SAID))
def test_a_day_is_shown_whole(http: Http, language: str) -> None:
    day = http.get("/v1/registry/anchors").json["data"][-1]
    page = unescape(http.get(f"/registry/anchors/{day['day']}?lang={language}").text)
    for book in day["books"]:
        for figure in ("root", "previous", "chain"):
            assert book[figure] in page
        assert f"{int(book['count']):,}" in page
    for stated in (day["starts_at"], day["ends_at"], day["format"], day["signature"]["key_id"]):
        assert stated in page


def test_pages_go_on_with_older_days_and_say_what_is_not_closed(http: Http) -> None:
    days = [each["day"] for each in http.get("/v1/registry/anchors").json["data"]]
    first = unescape(http.get("/registry/anchors?lang=en&limit=1").text)
    assert days[0] in first
    assert days[1] not in first
    (cursor,) = re.findall(r'rel="next" href="\?lang=en&cursor=([^"]+)"', first)
    second = http.get(f"/registry/anchors?lang=en&cursor={cursor}").text
    assert days[1] in second
    assert days[0] not in second
    assert http.get("/registry/anchors/2019-01-01").status_code == 404
