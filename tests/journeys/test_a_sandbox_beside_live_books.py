"""A provider tries its programs beside the live books: the real servers and workers of both.

The processes are started as the README says. What is done in the one set of books is looked for in
every table of the other, the server is killed in the middle, and the programme suspends who tries.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy

from app.store.tables.all import TABLES
from tests.app.recording.imports.conftest import DAY, RIDES
from tests.builders.civil import yesterday_morning
from tests.builders.founders import (
    Person,
    come_in,
    links_of,
    provider_is_admitted,
    scenes_are_published,
    text_is_published,
)
from tests.builders.jobs import until
from tests.builders.opening import ANSWERS, ROOT, Server, a_server
from tests.builders.server import alive

MARK = "Tanpuhui-Sandbox"
GRANT = {"grant_type": "client_credentials"}


@dataclass(frozen=True)
class Program:
    """A provider's program with a token; where it is in the sandbox, every answer says so."""

    base_url: str
    token: str
    tries: bool

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | sent.pop("headers", {})
        answer = httpx.request(method, self.base_url + path, headers=headers, timeout=30, **sent)
        assert answer.headers.get(MARK) == ("true" if self.tries else None), path
        return answer

    def get(self, path: str, expected: int = 200) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == expected, (path, answer.text)
        return answer.json()

    def enrols(self, identity: str) -> str:
        agreed = {"scene": "metro_ride", "text_version": "2026-01"}
        agreed["granted_at"] = "2026-01-02T00:00:00Z"
        body = {"identity": identity, "region": "CN-33", "consents": [agreed]}
        answer = self.ask("POST", "/v1/participants", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def reports(self, person: str, number: str) -> httpx.Response:
        """The same number is sent under the same key: again is never twice."""
        action = {
            "participant_id": person,
            "behaviour": "metro_ride",
            "external_id": number,
            "occurred_at": yesterday_morning().isoformat(),
            "region": "CN-33",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": number},
        }
        key = {"Idempotency-Key": number}
        return self.ask("POST", "/v1/actions", json=action, headers=key)

    def imports(self, lines: str) -> str:
        told = {"mapping": json.dumps(RIDES), "consent_text": "2026-01"}
        told["consent_since"] = "2026-01-02T00:00:00+08:00"
        files = {"file": ("rides.csv", f"card,at,gate\n{lines}".encode(), "text/csv")}
        answer = self.ask("POST", "/v1/imports", data=told, files=files)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def imported(self, file: str) -> Any:
        """What became of a file, once a worker has read it."""

        def read() -> Any:
            told = self.get(f"/v1/imports/{file}")
            return told if told["state"] in ("done", "failed") else None

        return until(read)

    def sees(self) -> set[str]:
        """The numbers of the actions that it reported; None of a file's own."""
        rows = self.get("/v1/provider/actions?limit=100")["data"]
        return {row["external_id"] for row in rows}


@dataclass
class Installation:
    """The processes of one machine; a name for each, to kill it by."""

    server: Server
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server.environ['TANPUHUI_PORT']}"

    def start(self, *words: str) -> None:
        name = " ".join(words)
        log = self.server.folder / f"{name}.log"
        with log.open("ab") as out:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "app.commands.main", *words],
                cwd=ROOT,
                env=self.server.environ,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        if words == ("serve",):
            until(lambda: alive(self.base_url, self.running[name], log))

    def kill(self, name: str) -> None:
        """As the kernel does that is out of memory: the process and all that it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def end(self) -> None:
        for process in self.running.values():
            assert process.poll() is None, "it ended by itself"
            process.terminate()
        for process in self.running.values():
            process.wait(60)

    def token(self, client: dict[str, str], expected: int = 200) -> str:
        own = {name: client[name] for name in ("client_id", "client_secret")}
        answer = httpx.post(f"{self.base_url}/v1/auth/token", data=GRANT | own, timeout=30)
        assert answer.status_code == expected, answer.text
        return str(answer.json().get("access_token", ""))


@contextmanager
def an_installation(server: Server) -> Iterator[Installation]:
    installation = Installation(server)
    try:
        yield installation
        installation.end()
    finally:
        for process in installation.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(30)


@dataclass(frozen=True)
class Staff:
    """Who opened the programme, and who administers the provider that they admitted."""

    operator: Person
    second: Person
    authority: Person
    administrator: Person
    provider: str

    def client(self, path: str, **body: Any) -> Any:
        """A client, or a sandbox of clients; each takes a recovery code in a code's place."""
        code = self.administrator.recovery_codes.pop()
        return self.administrator.post(
            f"/v1/organisations/{self.provider}/{path}", {**body, "code": code}
        )


@pytest.fixture
def server(
    make_database: Callable[[], str], redis_url: str, other_redis_url: str, tmp_path: Path
) -> Server:
    """A machine of nobody's yet, with a sandbox beside its books."""
    alone = a_server(make_database(), redis_url, tmp_path)
    beside = {
        "TANPUHUI_SANDBOX_DATABASE_URL": make_database(),
        "TANPUHUI_SANDBOX_REDIS_URL": other_redis_url,
    }
    return Server(alone.environ | beside, tmp_path)


def opened(server: Server) -> list[str]:
    """The links of who was invited; the sandbox opens with the programme."""
    answers = server.folder / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    first = server.type("migrate")
    assert first.returncode == 0, first.stderr
    assert "it is opened with the programme" in first.stdout
    links = links_of(server.type("init", "--from", str(answers), "--no-qr").stdout)
    assert len(links) == 3
    return links


def staffed(web: httpx.Client, links: list[str]) -> Staff:
    operator, second, authority = (come_in(web, url) for url in links)
    text_is_published(operator, authority)
    provider, administrator = provider_is_admitted(web, operator, second, authority)
    scenes_are_published(operator, second, authority, provider)
    # Those that were used on the way.
    del administrator.recovery_codes[:2]
    return Staff(operator, second, authority, administrator, provider)


def mentions(database_url: str, names: set[str]) -> list[str]:
    """The tables in whose rows one of these ids stands, however it is written."""
    forms = {form for name in names for form in _forms(name)}
    engine = sqlalchemy.create_engine(
        database_url.replace("postgresql://", "postgresql+psycopg://")
    )
    asked = sqlalchemy.text("select pg_catalog.set_config('bytea_output', 'hex', false)")
    found = []
    with engine.connect() as connection:
        connection.execute(asked)
        for table in sorted(TABLES):
            rows = connection.execute(sqlalchemy.text(f"select t::text from {table} t"))
            if any(form in row for row in rows.scalars() for form in forms):
                found.append(table)
    engine.dispose()
    return found


def _forms(name: str) -> set[str]:
    bare = name.rpartition("_")[2]
    return {name, str(UUID(bare))} if len(bare) == 32 else {name}


def killed_in_the_middle(installation: Installation, program: Program) -> None:
    """While one action after the other is sent, the server dies; what it had answered is there."""
    # One ride of each: nobody's quota is in the way.
    people = {f"middle-{count}": program.enrols(f"citizen-m{count}") for count in range(60)}
    answered: list[str] = []
    sent: list[str] = []
    refused: list[str] = []

    def send() -> None:
        for number, person in people.items():
            sent.append(number)
            try:
                answer = program.reports(person, number)
            except httpx.TransportError:
                return
            (answered if answer.status_code == 201 else refused).append(number)

    file = program.imports(f"c9,{DAY} 07:10,3\n")
    sender = threading.Thread(target=send)
    sender.start()
    until(lambda: len(answered) >= 5)
    installation.kill("serve")
    sender.join(60)
    assert not sender.is_alive()
    assert refused == []
    assert len(answered) < len(sent) <= len(people), "one was on its way"
    installation.start("serve")
    assert program.sees() >= set(answered), "what was answered is there"
    for number in set(sent) - set(answered):
        again = program.reports(people[number], number)
        assert again.status_code == 201, "nobody knows whether it was taken: it is sent again"
    assert program.sees() >= set(sent)
    rows = program.get("/v1/provider/actions?limit=100")["data"]
    assert len(rows) == len({row["id"] for row in rows})
    assert len([row for row in rows if row["external_id"] in sent]) == len(sent), "and none twice"
    assert program.imported(file)["counts"]["recorded"] == 1


def alone_it_opens_nothing(server: Server, program: Program) -> None:
    """The same live books, served by somebody who keeps no sandbox."""
    plain = a_server(server.environ["DATABASE_URL"], server.environ["REDIS_URL"], server.folder)
    kept = {
        name: value
        for name, value in server.environ.items()
        if "SANDBOX" not in name and name != "TANPUHUI_PORT"
    }
    alone = Server(kept | {"TANPUHUI_PORT": plain.environ["TANPUHUI_PORT"]}, server.folder)
    with alone.serving() as web:
        bearer = {"Authorization": f"Bearer {program.token}"}
        for path in ("/v1/provider", "/v1/provider/actions", "/v1/provider/participants"):
            answer = web.get(path, headers=bearer)
            assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")


def suspended_and_let_in_again(
    installation: Installation, staff: Staff, client: dict[str, str], program: Program
) -> None:
    path = f"/v1/organisations/{staff.provider}"
    seen = program.sees()
    why = {"ground": "false_reports", "reason": "Rides of people who were abroad."}
    staff.operator.post(f"{path}/suspend", why, expected=200)
    refused = program.ask("GET", "/v1/provider")
    assert (refused.status_code, refused.json()["code"]) == (401, "TOKEN_REVOKED")
    installation.token(client, expected=401)
    anew = staff.operator.post(f"{path}/sandbox", {"anew": True}, expected=409)
    assert anew["code"] == "ORGANISATION_SUSPENDED"
    # A process that was not there when it was decided knows it as well.
    installation.kill("serve")
    installation.start("serve")
    assert program.ask("GET", "/v1/provider").json()["code"] == "TOKEN_REVOKED"
    installation.token(client, expected=401)
    lifting = {"reason": "They were not."}
    staff.second.post(f"{path}/lift", lifting, expected=202)
    staff.authority.post(f"{path}/lift", lifting, expected=200)
    fresh = Program(program.base_url, installation.token(client), tries=True)
    assert fresh.sees() == seen, "nothing was lost"
    assert program.ask("GET", "/v1/provider").json()["code"] == "TOKEN_REVOKED"


def test_a_provider_tries_what_the_live_books_never_see(server: Server) -> None:
    links = opened(server)
    with ExitStack() as stack:
        installation = stack.enter_context(an_installation(server))
        for words in (("serve",), ("worker",), ("worker", "--sandbox")):
            installation.start(*words)
        web = stack.enter_context(httpx.Client(base_url=installation.base_url, timeout=30))
        staff = staffed(web, links)
        wanted = {"name": "Rides", "purpose": "Reports rides."}
        own = staff.client("clients", **wanted)
        sandbox = staff.client("sandbox", clients=["Rides"])
        [client] = sandbox["clients"]
        live = Program(installation.base_url, installation.token(own), tries=False)
        tried = Program(installation.base_url, installation.token(client), tries=True)

        # The same person and the same number in both; and a file in each, which a worker reads.
        people = {each: each.enrols("citizen-1") for each in (live, tried)}
        assert len(set(people.values())) == 2
        actions = {}
        for each, person in people.items():
            answer = each.reports(person, "first")
            assert answer.status_code == 201, answer.text
            assert answer.json()["reduction"]["reduction_kg"] == "0.046000"
            actions[each] = answer.json()["id"]
        files = {
            tried: tried.imports(f"c1,{DAY} 06:30,7\nc2,{DAY} 06:40,7\n"),
            live: live.imports(f"c1,{DAY} 06:30,7\n"),
        }
        counts = {each: each.imported(file)["counts"]["recorded"] for each, file in files.items()}
        assert counts == {tried: 2, live: 1}
        assert tried.sees() == {"first", f"c1-{DAY} 06:30", f"c2-{DAY} 06:40"}
        assert live.sees() == {"first", f"c1-{DAY} 06:30"}
        for one, other in ((live, tried), (tried, live)):
            one.get(f"/v1/actions/{actions[other]}", expected=404)
            one.get(f"/v1/imports/{files[other]}", expected=404)
        assert tried.ask("GET", "/v1/organisations").status_code == 403

        killed_in_the_middle(installation, tried)
        alone_it_opens_nothing(server, tried)
        suspended_and_let_in_again(installation, staff, client, tried)

        of_sandbox = {sandbox["organisation_id"], client["client_id"]}
        of_sandbox |= {kept[tried] for kept in (people, actions, files)}
        of_live = {own["client_id"], *(kept[live] for kept in (people, actions, files))}
        books = [server.environ[f"{name}DATABASE_URL"] for name in ("", "TANPUHUI_SANDBOX_")]
        assert mentions(books[0], of_live), "what is there is found"
        assert mentions(books[1], of_sandbox)
        assert mentions(books[0], of_sandbox) == []
        assert mentions(books[1], of_live) == []
    for words in (("audit",), ("audit", "--sandbox")):
        found = server.type(*words)
        assert found.returncode == 0, found.stdout + found.stderr
