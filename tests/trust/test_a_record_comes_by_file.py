"""A record that moves is taken in at the server as well: `tanpuhui import --export`."""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.commands.import_record import MOST_BYTES
from app.commands.main import tanpuhui
from tests.builders.two_installations import Place, here, there

__all__ = ["here", "there"]


@pytest.fixture
def moving(here: Place, there: Place, tmp_path: Path) -> tuple[str, Path, Path]:
    """An identity, the export that it moves by, and the keys of where it comes from."""
    identity = f"person-{secrets.token_hex(6)}"
    there.lets_in(here)
    there.person(identity)
    person = here.person(identity)
    here.ride(person)
    export, keys = tmp_path / "moving.json", tmp_path / "keys.json"
    export.write_text(json.dumps(here.export_to(there, person, identity)))
    keys.write_text(json.dumps(here.keys))
    return identity, export, keys


def called(place: Place, *given: str | Path, asked: str | None = None) -> Result:
    settings = place.wiring.settings
    environment = {
        "TANPUHUI_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "TANPUHUI_SECRET_KEY": settings.secret_key,
        "TANPUHUI_IDENTITY_KEY": settings.identity_key.hex(),
        "TANPUHUI_SIGNING_KEY": settings.signing_key.hex(),
        "TANPUHUI_MASTER_KEY": settings.master_key.hex(),
        "LANG": "en",
    }
    return CliRunner().invoke(tanpuhui, ["import", *map(str, given)], env=environment, input=asked)


def records(place: Place) -> int:
    with place.wiring.database.engine.connect() as connection:
        found: int = connection.execute(text("select count(*) from moved_record")).scalar_one()
        return found


def test_as_the_readme_types_it(there: Place, moving) -> None:
    identity, export, keys = moving
    given = ("--export", export, "--from-keys", keys)
    tried = called(there, *given, "--dry-run", "--identity", identity)
    assert tried.exit_code == 0, tried.output
    assert "taken back" in tried.output
    assert records(there) == 0
    done = called(there, *given, asked=f"{identity}\n")
    assert done.exit_code == 0, done.output
    assert "1 actions" in done.output
    again = called(there, *given, "--identity", identity, "--json")
    assert json.loads(again.output)["actions"] == 1
    assert records(there) == 1


def test_the_keys_can_be_read_where_they_are_published(there: Place, here: Place, moving) -> None:
    identity, export, _ = moving
    with serving(here.keys) as url:
        done = called(there, "--export", export, "--from-keys", url, "--identity", identity)
    assert done.exit_code == 0, done.output


def test_what_cannot_be_taken_in_ends_the_command(
    there: Place, here: Place, moving, tmp_path: Path
) -> None:
    identity, export, keys = moving
    (tmp_path / "others.json").write_text(json.dumps(there.keys))
    (tmp_path / "broken.json").write_text(export.read_text().replace("metro_ride", "bus_ride"))
    (tmp_path / "list.json").write_text("[]")
    with (tmp_path / "huge.json").open("wb") as huge:
        huge.truncate(MOST_BYTES + 1)
    whose = ("--identity", identity)
    for given in (
        ("--export", export, "--from-keys", tmp_path / "others.json", *whose),
        ("--export", export, "--from-keys", tmp_path / "list.json", *whose),
        ("--export", export, "--from-keys", "http://127.0.0.1:9/keys", *whose),
        ("--export", tmp_path / "broken.json", "--from-keys", keys, *whose),
        ("--export", tmp_path / "broken.json", *whose),
        ("--export", tmp_path / "list.json", *whose),
        ("--export", tmp_path / "huge.json", *whose),
        ("--export", export, "--identity", "somebody else"),
        ("--export", export, "--provider", "demo", *whose),
        ("--from-keys", keys),
    ):
        ended = called(there, *given)
        assert ended.exit_code not in (0, 1) or "Error" in ended.output, given
        assert ended.exit_code != 0, given
    assert records(there) == 0


class serving:  # noqa: N801 - reads as a verb
    """A server on this machine that answers one JSON document."""

    def __init__(self, document: Any) -> None:
        body = json.dumps(document).encode()

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/keys"

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()
