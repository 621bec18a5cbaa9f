"""A programme in live mode that was opened on an empty database, served by processes of its own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt

from app.settings import Settings
from app.tokens import real_now
from app.wiring import Wiring, wire
from behaviours.identity_services import TICKET
from tests.builders.founders import Person, come_in, links_of, provider_is_assessed
from tests.builders.identity_services import KEYS, published
from tests.builders.opening import ANSWERS, Server, a_server

Answer = Any
GRANT = {"grant_type": "client_credentials"}


@dataclass(frozen=True)
class TicketService:
    """What proves people by tickets that it signs."""

    web: httpx.Client
    issuer: str

    def ticket(self, identity: str, **claims: str) -> str:
        now = real_now()
        told = {"iss": self.issuer, "aud": "us", "sub": "somebody", "id_number": identity}
        times = {"iat": now, "exp": now + timedelta(minutes=4)}
        key, _ = KEYS["EdDSA"]
        return jwt.encode(
            {**told, **times, "jti": secrets.token_hex(8), **claims},
            key,
            algorithm="EdDSA",
            headers={"kid": "k1"},
        )

    def comes_in(self, identity: str) -> tuple[str, str]:
        """Somebody enrols, or comes back, by a ticket: their id and their token."""
        body = {"method": TICKET, "token": self.ticket(identity), "region": "CN-33"}
        answer = self.web.post("/v1/me/enrolment", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["id"], answer.json()["access_token"]


@dataclass(frozen=True)
class LiveProgramme:
    """What is served, who opened it, and the parts of the same installation without a server: for
    what takes weeks of notice, and for letting a day pass."""

    server: Server
    web: httpx.Client
    wiring: Wiring
    operator: Person
    second: Person
    authority: Person

    def send(self, method: str, path: str, body: Any = None, token: str = "") -> httpx.Response:
        """A request with a key that nobody used, of somebody or of nobody."""
        headers = {"Idempotency-Key": secrets.token_hex(8)} if method == "POST" else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.web.request(method, path, json=body, headers=headers)

    def hire(self, role: str) -> tuple[str, Person]:
        """Somebody whom two of two roles let in: their id, and themselves."""
        body = {"username": a_username(), "display_name": "Li Wei", "role": role}
        user_id = self.operator.post("/v1/users", body, expected=202)["id"]
        link = self.authority.post(f"/v1/users/{user_id}/invite")["link"]["url"]
        return user_id, come_in(self.web, link)

    def applicant(self, kind: str) -> tuple[str, Person]:
        """An organisation that applied and handed everything in, and its administrator."""
        body = {"kind": kind, "name": f"{kind} {secrets.token_hex(3)}"}
        organisation = self.operator.post("/v1/organisations", body, expected=202)["id"]
        return organisation, self.administrator(organisation)

    def administrator(self, organisation: str) -> Person:
        """Who administers the organisation's users and clients, come in by a link."""
        body = {"username": a_username(), "display_name": "陈洁", "duty": "administrator"}
        invited = self.operator.post(f"/v1/organisations/{organisation}/users", body)
        return come_in(self.web, invited["link"]["url"])

    def assessed(self, organisation: str, administrator: Person) -> str:
        """Its papers are in, and the second operator found them in order; its path."""
        path = f"/v1/organisations/{organisation}"
        provider_is_assessed(administrator, self.second, path)
        return path

    def admitted(self, kind: str) -> tuple[str, Person]:
        """An organisation that takes part, and its administrator, who may be ten times more."""
        organisation, administrator = self.applicant(kind)
        path = self.assessed(organisation, administrator)
        self.operator.post(f"{path}/admit", expected=202)
        self.authority.post(f"{path}/admit")
        administrator.log_in(administrator.recovery_codes.pop())
        return organisation, administrator

    def client(self, organisation: str, administrator: Person) -> dict[str, str]:
        """A program of the organisation, with the secret that is shown once."""
        wanted = {"name": "Desk", "purpose": "Does what the organisation does."}
        code = administrator.recovery_codes.pop()
        made: dict[str, str] = administrator.post(
            f"/v1/organisations/{organisation}/clients", {**wanted, "code": code}
        )
        return made

    def asks_for_token(self, client: dict[str, str]) -> httpx.Response:
        own = {name: client[name] for name in ("client_id", "client_secret")}
        return self.web.post("/v1/auth/token", data=GRANT | own)

    def token(self, client: dict[str, str]) -> str:
        answer = self.asks_for_token(client)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def identity_service(self, organisation: str) -> TicketService:
        """A service that proves who somebody is, run by an organisation and let in by two."""
        issuer = f"https://id-{secrets.token_hex(6)}.example"
        body = {
            "issuer": issuer,
            "method": TICKET,
            "provider_id": organisation,
            "audience": "us",
            "identity_claim": "id_number",
            "keys": {"keys": [published("EdDSA")]},
        }
        service = self.operator.post("/v1/identity-services", body, expected=202)["id"]
        self.authority.post(f"/v1/identity-services/{service}/admit")
        return TicketService(self.web, issuer)

    def by_two(self, path: str, body: Any = None, *, done: int = 201) -> Answer:
        """The operator signs, and then the authority does it; what the last of them answered."""
        self.operator.post(path, body, expected=202)
        return self.authority.post(path, body, expected=done)

    def audited(self, *, but: tuple[str, ...] = ()) -> None:
        """Every line of the books holds, but for what a test made beside the server."""
        audit = self.server.type("audit")
        assert audit.returncode in (0, 1), audit.stdout + audit.stderr
        assert "complaints" in audit.stdout
        assert set(re.findall(r"^(\w+) +\d+ +BROKEN", audit.stdout, re.MULTILINE)) <= set(but)


def a_username() -> str:
    return f"user-{secrets.token_hex(6)}"


def told(answer: Answer, code: str, to_do: str) -> None:
    """An answer refuses by this code, and its sentence says what is to be done now."""
    body = answer if isinstance(answer, dict) else answer.json()
    assert body["code"] == code, body
    assert re.search(to_do, body["detail"]), body["detail"]


@contextmanager
def a_live_programme(database_url: str, redis_url: str, folder: Path) -> Iterator[LiveProgramme]:
    """From an empty database: migrated, opened, served by two processes, its founders come in."""
    server = a_server(database_url, redis_url, folder)
    # Callers may be of many addresses, and each of two processes has a memory of its own.
    server.environ.update({"TANPUHUI_TRUSTED_PROXIES": "1", "TANPUHUI_WEB_WORKERS": "2"})
    answers = folder / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    assert server.type("migrate").returncode == 0
    opened = server.type("init", "--from", str(answers), "--no-qr")
    assert opened.returncode == 0, opened.stderr
    wiring = wire(Settings.from_environment(server.environ))
    try:
        with server.serving() as web:
            web.headers["Accept-Language"] = "en"
            founders = [come_in(web, url) for url in links_of(opened.stdout)]
            yield LiveProgramme(server, web, wiring, *founders)
    finally:
        wiring.close()
