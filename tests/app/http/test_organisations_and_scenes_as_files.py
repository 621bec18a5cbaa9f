"""Who takes part and which scenes are open go out as files; who takes part comes in by none."""

from __future__ import annotations

import csv
import io
import secrets
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.api.organisations import register_files, scene_register
from app.files.register_file import CSV, FORMATS, YAML
from app.http.registers import MEDIA
from app.ids import public
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.commands import signed_in, typed
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.standing import lifted, suspended

ORGANISATIONS, SCENES = "/v1/organisations/export", "/v1/scenes/export"


def read(raw: bytes, form: str) -> list[dict[str, Any]]:
    """The rows of a file by a reader of its form alone: it goes out of any length."""
    text = raw.decode("utf-8-sig")
    if form == YAML:
        return yaml.load(text, yaml.CSafeLoader)["rows"]
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


def rows_of(http: Http, path: str, token: str, form: str = CSV) -> list[dict[str, Any]]:
    answer = http.get(f"{path}?format={form}", token=token)
    assert answer.status_code == 200, answer.text
    assert answer.content_type.startswith(MEDIA[form])
    return read(answer.data, form)


@pytest.mark.parametrize("form", FORMATS)
def test_an_organisation_goes_out_as_it_stands(
    wiring: Wiring, http: Http, token_for: Tokens, form: str
) -> None:
    merchant, authority = an_organisation(wiring, "merchant"), token_for("authority")
    name = public("org", merchant)

    def row() -> dict[str, Any]:
        (found,) = (e for e in rows_of(http, ORGANISATIONS, authority, form) if e["id"] == name)
        return found

    before = row()
    assert (before["kind"], before["status"]) == ("merchant", "active")
    assert not before.get("status_since")
    suspended(wiring, merchant)
    after = row()
    assert (after["status"], after["name"]) == ("suspended", before["name"])
    assert after["status_since"]
    lifted(wiring, merchant)
    assert row()["status"] == "active"


@pytest.mark.parametrize("form", FORMATS)
def test_scenes_go_out_with_who_reports_them(
    wiring: Wiring, http: Http, token_for: Tokens, form: str
) -> None:
    provider, operator = an_organisation(wiring), token_for("operator")
    name = public("org", provider)

    def mine() -> list[dict[str, Any]]:
        found = rows_of(http, SCENES, operator, form)
        return [each for each in found if each.get("provider_id") == name]

    listed = http.get(f"/v1/scenes/providers?provider_id={name}&limit=100", token=operator).json
    assert {each["id"] for each in mine()} == {each["id"] for each in listed["data"]}
    assert {(e["state"], e["provider_status"]) for e in mine()} == {("published", "active")}
    assert all(each["open_since"] for each in mine())
    suspended(wiring, provider)
    assert {(e["state"], e["provider_status"]) for e in mine()} == {("published", "suspended")}


def test_every_row_is_there_once_however_many_are_read_in_one_go(
    wiring: Wiring, http: Http, token_for: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {public("org", an_organisation(wiring, "enterprise")) for _ in range(5)}
    operator = token_for("operator")
    for each in (register_files, scene_register):
        monkeypatch.setattr(each, "ROWS", 2)
    for path in (ORGANISATIONS, SCENES):
        ids = [each["id"] for each in rows_of(http, path, operator)]
        assert len(ids) == len(set(ids))
        assert path == SCENES or made <= set(ids)


def test_neither_file_is_everybodys_and_nobody_comes_in_by_one(
    http: Http, token_for: Tokens
) -> None:
    for path in (ORGANISATIONS, SCENES):
        assert http.get(path).status_code == 401
        for role in ("provider", "merchant", "enterprise", "verifier"):
            assert refusal(http.get(path, token=token_for(role)))[0] == 403
    raw = f"id\norg_{secrets.token_hex(16)}\n".encode()
    into = ORGANISATIONS.replace("export", "import")
    operator = token_for("operator")
    sent = http.send("POST", into, data=raw, content_type=MEDIA[CSV], token=operator)
    assert sent.status_code in {404, 405}


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_line_gives_both_out(
    wiring: Wiring, http: Http, token_for: Tokens, form: str
) -> None:
    provider, authority = public("org", an_organisation(wiring)), token_for("authority")
    for name, path in (("organisations", ORGANISATIONS), ("scenes", SCENES)):
        out = typed(wiring, "register", "export", name, "--format", form)
        assert out.exit_code == 0, out.output
        rows = read(out.stdout_bytes, form)
        mine = [each for each in rows if provider in (each["id"], each.get("provider_id"))]
        assert mine, name
        over_http = rows_of(http, path, authority, form)
        assert [each for each in mine if each not in over_http] == []


def test_the_command_line_takes_nobody_in(wiring: Wiring, tmp_path: Path) -> None:
    who, name = signed_in(wiring, "operator"), "organisations"
    file = tmp_path / f"{name}.csv"
    file.write_bytes(typed(wiring, "register", "export", name).stdout_bytes)
    before = typed(wiring, "register", "export", name).output
    for more in ((), ("--dry-run",)):
        refused = typed(wiring, "register", "import", name, str(file), *more, *who)
        assert refused.exit_code == 1
        assert f"{name} are applied for and signed" in refused.output
    assert typed(wiring, "register", "export", name).output == before
