"""A service that was given another master key than its books says so, and what to do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import click
import pytest

from app.commands.checks import database_checks, refuse_unsafe
from app.factory import create_app
from app.secrecy.sealing import MasterKeyMissing
from app.settings import Settings
from app.wiring import Wiring, wire
from tests.app.recording.conftest import Scene, a_scene
from tests.app.recording.imports.conftest import DAY, Importer
from tests.builders.commands import typed
from tests.builders.people import Http


@pytest.fixture
def scene(settings: Settings, fresh_database: str) -> Iterator[Scene]:
    """Books with an action in them, made with their own key."""
    with closing(wire(replace(settings, database_url=fresh_database))) as own:
        yield a_scene(own)


@pytest.fixture
def other(scene: Scene) -> Iterator[Wiring]:
    """The same books, opened with a key that is not theirs."""
    key = secrets.token_bytes(32)
    with closing(wire(replace(scene.wiring.settings, master_key=key))) as made:
        yield made


def test_a_route_answers_that_it_cannot_read_or_record_now(scene: Scene, other: Wiring) -> None:
    recorded = scene.report()
    assert recorded.status_code == 201
    http, before = Http(create_app(other)), scene.rows()
    path = f"/v1/actions/{recorded.json['id']}"
    pair = {"actions": [scene.body(), scene.body()]}
    for method, asked, body in (
        ("GET", path, None),
        ("POST", "/v1/actions", scene.body()),
        ("POST", "/v1/actions/batch", pair),
    ):
        answer = http.send(method, asked, body, token=scene.provider_token)
        assert (answer.status_code, answer.json["code"]) == (503, "MASTER_KEY_MISSING"), asked
        assert answer.headers["Retry-After"] == "60"
        assert "TANPUHUI_OTHER_MASTER_KEYS" in answer.json["detail"]
    chinese = http.get(path, token=scene.provider_token, headers={"Accept-Language": "zh-CN"})
    assert "主密钥" in chinese.json["detail"]
    assert scene.rows() == before


def test_it_does_not_start_with_another_key_and_doctor_says_why(
    scene: Scene, other: Wiring
) -> None:
    refuse_unsafe(scene.wiring.settings)
    with pytest.raises(click.ClickException, match=r"master key.*TANPUHUI_MASTER_KEY"):
        refuse_unsafe(other.settings)
    told = replace(other.settings, other_master_keys=(scene.wiring.settings.master_key,))
    refuse_unsafe(told)
    found = {each.name: each for each in database_checks(other.settings)}
    assert found["master key"].grave
    assert scene.wiring.settings.master_key.hex() not in found["master key"].found


def test_a_command_ends_with_the_sentence_and_no_traceback(scene: Scene, other: Wiring) -> None:
    assert scene.report().status_code == 201
    done = typed(other, "rewrap")
    assert done.exit_code == 75, done.output
    assert "[MASTER_KEY_MISSING]" in done.output
    assert "TANPUHUI_OTHER_MASTER_KEYS" in done.output
    assert "Traceback" not in done.output


def test_no_row_of_a_file_is_blamed_for_it(scene: Scene, other: Wiring) -> None:
    """The task fails and is tried again: nothing is wrong with the file."""
    rides = f"card,at,gate\nc1,{DAY} 06:30,7\n"
    importing = Importer(scene.wiring)
    counts, flaws = importing(rides)
    assert (counts.recorded, flaws) == (1, [])
    importing.wiring = other
    with pytest.raises(MasterKeyMissing):
        importing(f"card,at,gate\nc1,{DAY} 07:30,7\n")
    importing.wiring = scene.wiring
    assert importing.stored() == 1
