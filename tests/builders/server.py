"""A real server in a process of its own, and callers that speak to it over HTTP."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from app.settings import Settings
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from tests.builders.jobs import until
from tests.builders.scenes import admit_everywhere

ROOT = Path(__file__).parents[2]


class Served(NamedTuple):
    """A server that runs: its base URL, and its process, which leads a group of its own."""

    base_url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it at once, with all that it started, whatever it is doing (SIGKILL)."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def serving(settings: Settings, log: Path) -> Iterator[str]:
    """`tanpuhui serve` for ``settings`` on a free port; the base URL while the block lasts."""
    with served(settings, log) as server:
        yield server.base_url


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[Served]:
    """The same, with its process."""
    port = _free_port()
    environ = os.environ | {
        "TANPUHUI_PORT": str(port),
        "TANPUHUI_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        # The secrets are those of the settings, so that the test can sign and hash alike.
        "TANPUHUI_SECRET_KEY": settings.secret_key,
        "TANPUHUI_IDENTITY_KEY": settings.identity_key.hex(),
        "TANPUHUI_SIGNING_KEY": settings.signing_key.hex(),
        "TANPUHUI_MASTER_KEY": settings.master_key.hex(),
    }
    command = [sys.executable, "-m", "app.commands.main", "serve"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=out, stderr=out, start_new_session=True
        )
        try:
            base_url = f"http://127.0.0.1:{port}"
            until(lambda: alive(base_url, server, log), within_s=60)
            yield Served(base_url, server)
        finally:
            server.terminate()
            server.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def alive(base_url: str, server: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether the server answers; fails once it has ended."""
    assert server.poll() is None, f"the server ended:\n{log.read_text()}"
    try:
        return httpx.get(f"{base_url}/livez", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@dataclass(frozen=True)
class Caller:
    """Somebody with a token. An answer of another status than expected fails the test."""

    web: httpx.Client
    token: str | None = None

    def get(self, path: str, expected: int = 200) -> Any:
        return self._ask("GET", path, None, expected)

    def post(self, path: str, body: Any, expected: int = 201) -> Any:
        return self._ask("POST", path, body, expected)

    def _ask(self, method: str, path: str, body: Any, expected: int) -> Any:
        headers = {"Idempotency-Key": secrets.token_hex(8)} if method == "POST" else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = self.web.request(method, path, json=body, headers=headers)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        return answer.json()


@dataclass(frozen=True)
class Town:
    """Callers of a programme that is being served; they are let in, then come in over HTTP."""

    wiring: Wiring
    web: httpx.Client

    def anybody(self) -> Caller:
        return Caller(self.web)

    def organisation(self, kind: str) -> Caller:
        [made] = self.wiring.database.transact(
            create_client,
            [NewClient(kind, f"{kind} {secrets.token_hex(3)}")],
            now=self.wiring.clock.now(),
        )
        if kind == "provider":
            admit_everywhere(self.wiring, made.organisation_id)
        caller = self._logged_in(
            grant_type="client_credentials",
            client_id=made.client_id,
            client_secret=made.client_secret,
        )
        if kind == "provider":
            # The server learns of it within a second.
            until(lambda: caller.get("/v1/provider")["scenes"])
        return caller

    def user(self, role: str, participant: str | None = None) -> Caller:
        """``participant`` is a public id: the person whom the login belongs to."""
        username, password = f"{role}-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
        person = UUID(participant.removeprefix("par_")) if participant else None
        self.wiring.database.transact(
            create_user, [NewUser(username, password, role, person)], now=self.wiring.clock.now()
        )
        return self._logged_in(grant_type="password", username=username, password=password)

    def _logged_in(self, **grant: str) -> Caller:
        # Programs of every language send the grant as a form.
        answer = self.web.post("/v1/auth/token", data=grant)
        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == "Bearer"
        return Caller(self.web, answer.json()["access_token"])
