"""A real programme: from an empty server to the first action of a provider, in live mode.

Every command runs in a process of its own, everybody comes in over HTTP by a link that was printed
or handed on, and what must not go is tried on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.commands.main import tanpuhui
from app.store.database import Database
from app.store.demo.diary import begin_diary
from app.usecases.organisations.create_user import NewUser, create_user
from tests.builders.founders import (
    come_in,
    links_of,
    provider_acts,
    provider_is_admitted,
    scenes_are_published,
    text_is_published,
)
from tests.builders.opening import ANSWERS, Server, a_server


@pytest.fixture
def server(make_database: Callable[[], str], redis_url: str, tmp_path: Path) -> Server:
    return a_server(make_database(), redis_url, tmp_path)


def test_from_an_empty_server_to_the_first_action(server: Server, tmp_path: Path) -> None:
    answers = tmp_path / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    too_soon = server.type("init", "--from", str(answers))
    assert too_soon.returncode == 1
    assert "tanpuhui migrate" in too_soon.stderr
    migrated = server.type("migrate")
    assert migrated.returncode == 0
    assert "tanpuhui init" in migrated.stderr, "nothing is published before it is opened"

    first = server.type("init", "--from", str(answers))
    assert first.returncode == 0, first.stderr
    urls = links_of(first.stdout)
    assert len(set(urls)) == 3
    assert "█" in first.stdout, "as QR codes too"
    again = server.type("init", "--from", str(answers))
    assert (again.returncode, links_of(again.stdout)) == (0, [])
    assert "nobody was invited" in again.stdout
    renewed = links_of(server.type("init", "--renew", "--base-url",
                                   "https://tanpuhui.example.cn", "--no-qr").stdout)  # fmt: skip
    assert len(set(renewed) - set(urls)) == 3

    with server.serving() as web:
        assert web.get("/v1/programme").json()["name"]["en"] == "A Province"
        assert web.get(urls[0]).status_code == 410, "another link took its place"
        operator, second, authority = (come_in(web, url) for url in renewed)
        assert web.get(renewed[0]).status_code == 410, "it was used"
        text_is_published(operator, authority)
        organisation, administrator = provider_is_admitted(web, operator, second, authority)
        scenes_are_published(operator, second, authority, organisation)
        provider_acts(web, administrator, operator, organisation)
        users = operator.ask("GET", "/v1/users", expected=200)["data"]
        chief = next(each for each in users if each["role"] == "authority")
        path, why = f"/v1/users/{chief['id']}/end", {"reason": "To be alone."}
        assert operator.post(path, why, expected=409)["code"] == "LAST_OF_ITS_ROLE"
    over = server.type("init", "--renew")
    assert (over.returncode, over.stdout.count("active"), links_of(over.stdout)) == (0, 3, [])
    audit = server.type("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_what_is_missing_is_asked_for_and_nobody_is_invited_twice(
    server: Server, tmp_path: Path
) -> None:
    answers = tmp_path / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    assert server.type("migrate").returncode == 0
    asked = "li.wei\n李伟\nwang.fang\n王芳\nzhao.min\n赵敏\n某省\nA Province\nAsia/Shanghai\nPRV\n"
    first = server.type("init", "--no-qr", "--base-url", "https://tanpuhui.example.cn", sent=asked)
    assert first.returncode == 0, first.stderr
    assert len(links_of(first.stdout)) == 3, first.stdout
    assert links_of(server.type("init", "--from", str(answers)).stdout) == []


def test_of_a_file_that_leaves_something_out_only_that_is_named_and_asked_for(
    server: Server, tmp_path: Path
) -> None:
    answers = tmp_path / "opening.yaml"
    partial = ANSWERS.replace("zone: Asia/Shanghai, ", "")
    partial = partial.replace("authority: {username: zhao.min, display_name: 赵敏}\n", "")
    answers.write_text(partial, encoding="utf-8")
    assert server.type("migrate").returncode == 0
    opened = server.type("init", "--from", str(answers), "--no-qr", sent="zhao.min\n赵敏\n\n")
    assert opened.returncode == 0, opened.stderr
    assert "opening.yaml leaves out: programme.zone, authority." in opened.stdout
    asked = re.findall(r"(\w+: name to log in with|name to be shown by|Name of|Time zone|Prefix)",
                       opened.stdout)  # fmt: skip
    assert asked == ["authority: name to log in with", "name to be shown by", "Time zone"]
    assert len(links_of(opened.stdout)) == 3
    written = (tmp_path / "var" / "programme.yaml").read_text(encoding="utf-8")
    assert 'zone: "Asia/Shanghai"' in written
    assert 'serial_prefix: "PRV"' in written


@pytest.mark.parametrize(("ahead_s", "told"), [(20, "+20 s"), (-20, "-20 s"), (10, None)])
def test_a_database_whose_clock_is_off_opens_nothing(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ahead_s: int,
    told: str | None,
) -> None:
    """Its own answer, so many seconds later: nobody sets the clock of a server for this."""
    answers = tmp_path / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    assert server.type("migrate").returncode == 0
    off = text(f"select clock_timestamp() + interval '{ahead_s} seconds'")
    monkeypatch.setattr("app.store.server_facts._CLOCK", off)
    words = ["init", "--from", str(answers), "--no-qr"]
    answer = CliRunner().invoke(tanpuhui, words, env=server.environ)
    if told is None:
        assert len(links_of(answer.output)) == 3, answer.output
        return
    assert answer.exit_code == 1, answer.output
    assert f"database clock: {told} from this machine's" in answer.output
    assert "Let both machines follow a time server (NTP)." in answer.output
    assert not (tmp_path / "var" / "programme.yaml").exists()


NOT_RIGHT = (
    ("wang.fang", "li.wei", "FOUNDERS_INCOMPLETE"),
    ("  - {username: wang.fang, display_name: 王芳}\n", "", "FOUNDERS_INCOMPLETE"),
    ("zhao.min", "Zhao Min", "USERNAME_MALFORMED"),
    ("authority:", "authorities:", "INVALID_DOCUMENT"),
    ("Asia/Shanghai", "Mars/Olympus", "INVALID_PROGRAMME"),
)


def test_an_opening_that_is_not_right_leaves_nothing(server: Server, tmp_path: Path) -> None:
    answers = tmp_path / "opening.yaml"
    assert server.type("migrate").returncode == 0
    for was, stated, code in NOT_RIGHT:
        answers.write_text(ANSWERS.replace(was, stated), encoding="utf-8")
        answer = server.type("init", "--from", str(answers))
        assert (answer.returncode, code in answer.stderr) == (3, True), answer.stderr
        assert not (tmp_path / "var" / "programme.yaml").exists()
    answers.write_text(ANSWERS, encoding="utf-8")
    assert len(links_of(server.type("init", "--from", str(answers)).stdout)) == 3


def test_a_database_of_test_mode_is_refused(server: Server, tmp_path: Path) -> None:
    answers = tmp_path / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    test_mode = Server(server.environ | {"TANPUHUI_MODE": "test"}, server.folder)
    asked = test_mode.type("init", "--from", str(answers))
    assert (asked.returncode, "TANPUHUI_MODE=live" in asked.stderr) == (1, True)
    assert server.type("migrate").returncode == 0
    with closing(Database(server.environ["DATABASE_URL"], pool_size=1)) as database:
        somebody, now = NewUser("operator", "a known password", "operator"), datetime.now(UTC)
        database.transact(create_user, [somebody], now=now)
        known = server.type("init", "--from", str(answers))
        database.transact(begin_diary, {}, total=1, now=now)
        seeded = server.type("init", "--from", str(answers))
    for refused, why in ((known, "not let in by opening"), (seeded, "demonstration was seeded")):
        assert refused.returncode == 3
        assert "INSTALLATION_IN_USE" in refused.stderr
        assert why in refused.stderr
