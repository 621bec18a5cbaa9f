"""A command that asks as an organisation's program does: over HTTP, with a client's secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

import click
import orjson

from app.outbound import TROUBLES, AnswerLimits, OutboundReach, Sent, ask
from app.settings import HOST, PORT
from behaviours.json_value import JsonObject

# Whoever types the address knows where it leads.
ANYWHERE: Final = OutboundReach(tls_only=False, open_net_only=False)
PATIENCE: Final = AnswerLimits(whole_s=15.0, most_bytes=4_000_000)
_PAGE: Final = 100


class ApiClient:
    """A client of the API; it asks for a token when it needs one."""

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self._base = base_url.rstrip("/")
        self._login = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
            }
        )
        self._token = ""

    def get(self, path: str, **query: str) -> JsonObject:
        """What a route answers; ends the command with what it was told otherwise."""
        return self._asked(f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, body: JsonObject) -> JsonObject:
        """The same of a route that is sent something."""
        return self._asked(path, orjson.dumps(body))

    def events(self, after: str | None, **query: str) -> Iterator[tuple[list[JsonObject], bool]]:
        """Pages of events after a place, and whether there are more by now; without an end."""
        while True:
            asked = {**query, "limit": str(_PAGE), **({"after": after} if after else {})}
            page = self.get("/v1/events", **asked)
            found, after = page["data"], str(page["next_cursor"])
            assert isinstance(found, list)
            yield [each for each in found if isinstance(each, dict)], bool(page["has_more"])

    def _asked(self, path: str, body: bytes | None) -> JsonObject:
        status, answer = self._ask(path, body, {"Authorization": f"Bearer {self._token}"})
        if status == 401:
            self._token = str(self._log_in()["access_token"])
            status, answer = self._ask(path, body, {"Authorization": f"Bearer {self._token}"})
        return _or_stop(status, answer)

    def _log_in(self) -> JsonObject:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return _or_stop(*self._ask("/v1/auth/token", self._login.encode(), kind))

    def _ask(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, object]:
        told = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        try:
            answered = ask(Sent(self._base + path, told, body), ANYWHERE, PATIENCE)
            return answered.status, orjson.loads(answered.body)
        except TROUBLES as trouble:
            raise click.ClickException(
                f"{self._base} does not answer as it should: {trouble}"
            ) from (trouble)


def as_program(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--url`` and a client; it is called with the ``ApiClient``."""

    @click.option(
        "--url",
        default=f"http://{HOST}:{PORT}",
        show_default=True,
        help="Where the API answers.",
    )
    @click.option("--client", required=True, help="The client's id.")
    @click.option(
        "--secret",
        "client_secret",
        envvar="TANPUHUI_CLIENT_SECRET",
        prompt="Secret of the client",
        hide_input=True,
        help="The client's secret; asked for if not given.",
    )
    @wraps(command)
    def asking(*args: Any, url: str, client: str, client_secret: str, **given: Any) -> None:
        command(ApiClient(url, client, client_secret), *args, **given)

    return asking


def _or_stop(status: int, answer: object) -> JsonObject:
    told = answer if isinstance(answer, dict) else {}
    if not 200 <= status < 300:
        why = told.get("detail") or told.get("error_description") or told.get("error") or ""
        raise click.ClickException(f"{status}: {why}")
    return told
