"""Scenes go out as a file and come in by one: applied for, never opened, every fault at its row."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.api.organisations.scene_register import COLUMNS
from app.factory import create_app
from app.files.register_file import CSV, FORMATS, YAML, read_register, write_register
from app.http.registers import MEDIA
from app.ids import parse, public
from app.settings import Settings
from app.usecases.organisations.create_client import NewClient, create_client
from app.wiring import Wiring, wire
from behaviours.json_value import JsonObject
from tests.builders.answers import refusal
from tests.builders.commands import signed_in, typed
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.standing import suspended

PATH = "/v1/scenes/import"
WORDS = {"description": "=Rides that the gates counted.", "data_security": "Numbers; a year."}


class Desk:
    """Both who act for the programme, and the file of scenes between them."""

    def __init__(self, wiring: Wiring, http: Http, tokens: Tokens) -> None:
        self.wiring, self.http = wiring, http
        self.operator, self.authority = tokens("operator"), tokens("authority")

    def provider(self) -> str:
        """One that reports nothing yet."""
        new = NewClient(kind="provider", name=f"provider {secrets.token_hex(4)}")
        (made,) = self.wiring.database.transact(create_client, [new], now=self.wiring.clock.now())
        return public("org", made.organisation_id)

    def sent(self, rows: Any, form: str, token: str, asked: str = "") -> Any:
        raw = rows if isinstance(rows, bytes) else written(rows, form)
        return self.http.send(
            "POST", PATH + asked, data=raw, content_type=MEDIA[form], token=token,
            key=secrets.token_hex(8),
        )  # fmt: skip

    def out(self, form: str = YAML) -> bytes:
        answer = self.http.get(f"/v1/scenes/export?format={form}", token=self.authority)
        return bytes(answer.data)

    def of(self, provider: str, form: str = YAML) -> dict[str, dict[str, Any]]:
        """What the file says of a provider's scenes, by scene."""
        rows = [each.said for each in read_register(self.out(form), form)]
        return {
            str(each["scene"]): dict(each) for each in rows if each.get("provider_id") == provider
        }

    def opened(self, admission: str) -> None:
        path, found = f"/v1/scenes/{admission}", {"findings": "The numbers match."}
        assert self.http.post(f"{path}/assess", found, token=self.operator).status_code == 200
        second = Tokens(self.http._client.application, self.wiring)("operator")
        for token in (second, self.authority):
            self.http.post(f"{path}/publish", {}, token=token)


def written(rows: Any, form: str) -> bytes:
    return b"".join(write_register(rows, COLUMNS, form))


@pytest.fixture
def desk(settings: Settings, fresh_database: str) -> Iterator[Desk]:
    """Around books of its own: the file holds every scene, and other tests make many."""
    with closing(wire(replace(settings, database_url=fresh_database))) as wiring:
        app = create_app(wiring)
        yield Desk(wiring, Http(app), Tokens(app, wiring))


@pytest.mark.parametrize("form", FORMATS)
def test_what_went_out_comes_in_alike(desk: Desk, form: str) -> None:
    first, second = desk.provider(), desk.provider()
    rows: list[JsonObject] = [
        {"scene": "metro_ride", "provider_id": first, "regions": ["CN-33", "CN-4403"], **WORDS},
        {"scene": "bus_ride", "provider_id": first, **WORDS},
    ]
    wrong = desk.sent(rows, form, desk.operator)
    assert refusal(wrong)[0] == 422
    rows[0]["regions"] = ["CN-33", "CN-440300"]
    tried = desk.sent(rows, form, desk.operator, "?dry_run=true")
    assert (tried.status_code, tried.json) == (200, {"rows": 2})
    assert desk.of(first) == {}
    assert desk.sent(rows, form, desk.operator).json == {"rows": 2}
    made = desk.of(first, form)
    assert {each["state"] for each in made.values()} == {"applied"}
    assert made["metro_ride"]["description"] == WORDS["description"]
    listed: Any = {CSV: "CN-33;CN-440300", YAML: ["CN-33", "CN-440300"]}[form]
    assert made["metro_ride"]["regions"] == listed
    desk.opened(made["metro_ride"]["id"])
    # The whole file, as it went out, changes nothing here.
    whole = desk.out(form)
    with desk.http.nothing_done():
        again = desk.sent(whole, form, desk.operator)
    assert again.status_code == 201, again.text
    # The same of another provider comes in as an application: nothing opens by a file.
    raw = whole.replace(first.encode(), second.encode())
    mine = [
        each.said for each in read_register(raw, form) if each.said.get("provider_id") == second
    ]
    assert desk.sent(mine, form, desk.operator).json == {"rows": 2}
    copied = desk.of(second, form)
    assert {each["state"] for each in copied.values()} == {"applied"}
    alike = ("scene", "regions", "description", "data_security")
    for scene, one in desk.of(first, form).items():
        assert [copied[scene].get(name) for name in alike] == [one.get(name) for name in alike]


def test_where_a_scene_is_open_changes_once_both_took_the_file_in(desk: Desk) -> None:
    provider = desk.provider()
    desk.sent([{"scene": "metro_ride", "provider_id": provider, **WORDS}], YAML, desk.operator)
    desk.opened(desk.of(provider)["metro_ride"]["id"])
    before = desk.of(provider)["metro_ride"]
    narrower: list[JsonObject] = [
        {"scene": "metro_ride", "provider_id": provider, "regions": ["CN-330100"]}
    ]
    assert desk.sent(narrower, YAML, desk.operator).json == {"rows": 0}
    assert desk.of(provider)["metro_ride"].get("regions") == before.get("regions")
    assert desk.sent(narrower, YAML, desk.authority).json == {"rows": 1}
    assert desk.of(provider)["metro_ride"]["regions"] == ["CN-330100"]
    # The file of before puts it back, by both again.
    rows: list[JsonObject] = [{"scene": "metro_ride", "provider_id": provider}]
    assert [
        desk.sent(rows, YAML, each).json["rows"] for each in (desk.authority, desk.operator)
    ] == [
        0,
        1,
    ]
    assert not desk.of(provider)["metro_ride"].get("regions")


def test_of_what_was_declined_nothing_is_applied_for_by_its_own_row(desk: Desk) -> None:
    provider, other = desk.provider(), desk.provider()
    desk.sent([{"scene": "metro_ride", "provider_id": provider, **WORDS}], YAML, desk.operator)
    path = f"/v1/scenes/{desk.of(provider)['metro_ride']['id']}/decline"
    desk.http.post(path, {"reason": "The gates keep no numbers."}, token=desk.operator)
    said = desk.of(provider)["metro_ride"]
    assert said["state"] == "declined"
    with desk.http.nothing_done():
        assert desk.sent([said], YAML, desk.operator).json == {"rows": 1}
        assert desk.sent([{**said, "provider_id": other}], YAML, desk.operator).json == {"rows": 0}
    anew = {**said, "state": "applied"}
    assert desk.sent([anew], YAML, desk.operator).json == {"rows": 1}
    assert desk.of(provider)["metro_ride"]["state"] == "applied"


@pytest.mark.parametrize("form", FORMATS)
def test_every_row_that_is_refused_is_named_and_none_is_taken(desk: Desk, form: str) -> None:
    good, stopped = desk.provider(), desk.provider()
    suspended(desk.wiring, parse("org", stopped))
    merchant = public("org", an_organisation(desk.wiring, "merchant"))
    desk.sent([{"scene": "bike_ride", "provider_id": good, **WORDS}], YAML, desk.operator)
    rows: list[JsonObject] = [
        {"scene": "metro_ride", "provider_id": good, **WORDS},
        {"scene": "no_such_ride", "provider_id": good, **WORDS},
        {"scene": "bus_ride", "provider_id": merchant, **WORDS},
        {"scene": "bus_ride", "provider_id": stopped, **WORDS},
        {"scene": "bus_ride", "provider_id": good, "regions": ["CN-999999"], **WORDS},
        {"scene": "own_bag", "provider_id": good},
        {"scene": "metro_ride", "provider_id": good, **WORDS},
        {"scene": "bike_ride", "provider_id": good, "regions": ["CN-33"]},
    ]
    answer = desk.sent(rows, form, desk.operator)
    assert answer.status_code == 422, answer.text
    told = [(each["pointer"], each["code"]) for each in answer.json["errors"]]
    assert told == [
        ("/rows/1/scene", "UNKNOWN_SCENE"),
        ("/rows/2/provider_id", "UNKNOWN_PROVIDER"),
        ("/rows/3", "ORGANISATION_SUSPENDED"),
        ("/rows/4/regions/0", "UNKNOWN_REGION"),
        ("/rows/5/description", "SCENE_WORDS_MISSING"),
        ("/rows/6/scene", "SCENE_SAID_TWICE"),
        ("/rows/7/regions", "SCENE_APPLIED_ALREADY"),
    ]
    assert set(desk.of(good)) == {"bike_ride"}


def test_the_authority_applies_for_nothing(desk: Desk) -> None:
    rows: list[JsonObject] = [{"scene": "metro_ride", "provider_id": desk.provider(), **WORDS}]
    assert refusal(desk.sent(rows, YAML, desk.authority)) == (409, "SCENE_NOT_APPLIED_FOR")
    assert desk.sent(rows, YAML, desk.operator).json == {"rows": 1}
    assert desk.sent(rows, YAML, desk.authority).json == {"rows": 1}


def test_the_command_line_takes_the_file_in_with_every_fault(desk: Desk, tmp_path: Path) -> None:
    provider, who = desk.provider(), signed_in(desk.wiring, "operator")
    file = tmp_path / "scenes.yaml"
    rows: list[JsonObject] = [
        {"scene": "metro_ride", "provider_id": provider, **WORDS},
        {"scene": "nothing", "provider_id": provider, **WORDS},
        {"scene": "bus_ride", "provider_id": provider},
    ]
    file.write_bytes(written(rows, YAML))
    refused = typed(desk.wiring, "register", "import", "scenes", str(file), *who)
    assert refused.exit_code != 0
    for place, code in (("/rows/1/scene", "UNKNOWN_SCENE"), ("/rows/2", "SCENE_WORDS_MISSING")):
        assert place in refused.output
        assert code in refused.output
    file.write_bytes(written(rows[:1], YAML))
    tried = typed(desk.wiring, "register", "import", "scenes", str(file), "--dry-run", *who)
    assert tried.output == "1 rows would stand in the register.\n", tried.output
    assert desk.of(provider) == {}
    taken = typed(desk.wiring, "register", "import", "scenes", str(file), *who)
    assert taken.output == "1 rows stand in the register.\n", taken.output
    assert set(desk.of(provider)) == {"metro_ride"}


def test_nobody_else_sends_the_file(desk: Desk) -> None:
    for role in ("provider", "merchant", "verifier", "enterprise"):
        assert (
            desk.sent(
                [{"scene": "metro_ride"}],
                YAML,
                Tokens(desk.http._client.application, desk.wiring)(role),
            ).status_code
            == 403
        )
