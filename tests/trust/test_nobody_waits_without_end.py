"""Whatever is held or slow, a request ends within ten seconds and the process says it lives."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from app.factory import create_app
from app.http.admission import MOST_AWAITED_OF_ONE
from app.settings import Settings
from app.store.database import OF_REQUESTS, OF_WORK, Database, Patience
from app.store.faults import DATABASE_FAULTS
from app.wiring import Wiring, wire
from tests.app.recording.conftest import a_scene
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, a_participant
from tests.builders.server import Town, serving

MOST_S = 10.0
LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
THREADS = 4


@pytest.fixture
def own(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Wiring]:
    """The parts of a process that answers requests, on a database of its own."""
    made = wire(
        replace(
            settings, database_url=fresh_database, data_dir=tmp_path / "var", web_threads=THREADS
        ),
        patience=OF_REQUESTS,
    )
    yield made
    made.close()


@pytest.fixture
def base_url(own: Wiring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TANPUHUI_WEB_THREADS", str(THREADS))
    with serving(own.settings, tmp_path / "server.log") as url:
        yield url


def timed(web: httpx.Client, path: str) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = web.get(path)
    return answer, time.monotonic() - began


def held(database: Database, statement: str, stack: ExitStack) -> None:
    """A stuck session that keeps what ``statement`` locks until the stack is closed."""
    connection = stack.enter_context(database.engine.connect())
    connection.execute(text(statement))
    stack.callback(connection.rollback)


def test_a_stuck_session_ends_in_503_and_the_process_still_says_it_lives(
    own: Wiring, base_url: str
) -> None:
    with httpx.Client(base_url=base_url, timeout=30) as web, ExitStack() as stack:
        person = a_participant(own)
        me = Town(own, web).user("participant", f"par_{person.hex}")
        me.get("/v1/me")
        held(own.database, "lock table participant, points_account in access exclusive mode", stack)
        headers = {"Authorization": f"Bearer {me.token}"}
        pool = stack.enter_context(ThreadPoolExecutor(3 * THREADS))

        def ask(_: int) -> tuple[int, str | None, float]:
            with httpx.Client(base_url=base_url, timeout=30, headers=headers) as own_web:
                answer, seconds = timed(own_web, "/v1/me")
            return answer.status_code, answer.headers.get("Retry-After"), seconds

        asked = [pool.submit(ask, number) for number in range(3 * THREADS)]
        while not all(each.done() for each in asked):
            alive, seconds = timed(web, "/livez")
            assert alive.status_code == 200
            assert seconds < 1
        for status, retry_after, seconds in (each.result() for each in asked):
            assert (status, bool(retry_after)) == (503, True)
            assert seconds < MOST_S
    assert own.database.transact(lambda connection: connection.scalar(text("select 1"))) == 1


def test_slow_senders_keep_nobody_else_waiting(own: Wiring, base_url: str) -> None:
    address = urlsplit(base_url)
    head = b"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    assert address.hostname
    assert address.port
    with ExitStack() as stack:
        for length in [20] * (MOST_AWAITED_OF_ONE - 2) + [100_000] * (2 * THREADS):
            slow = stack.enter_context(
                closing(socket.create_connection((address.hostname, address.port), timeout=5))
            )
            slow.sendall(head + f"Content-Length: {length}\r\n\r\n{{".encode())
        with httpx.Client(base_url=base_url, timeout=30) as web:
            for path in ("/livez", "/v1/methodologies", "/readyz"):
                answer, seconds = timed(web, path)
                assert (answer.status_code, seconds < 3) == (200, True), path
            began = time.monotonic()
            sent = web.post("/v1/auth/token", json={"grant_type": "none"})
            assert (sent.status_code, time.monotonic() - began < 3) == (400, True)


def test_one_address_does_not_keep_every_reader_of_bodies(base_url: str) -> None:
    address = urlsplit(base_url)
    assert address.hostname
    assert address.port
    head = b"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{"
    with ExitStack() as stack:
        for _ in range(MOST_AWAITED_OF_ONE):
            slow = stack.enter_context(
                closing(socket.create_connection((address.hostname, address.port), timeout=5))
            )
            slow.sendall(head)
        with httpx.Client(base_url=base_url, timeout=30) as web:
            deadline = time.monotonic() + 5
            code = ""
            while code != "SERVER_BUSY" and time.monotonic() < deadline:
                code = web.post("/v1/auth/token", json={"grant_type": "none"}).json()["code"]
            assert code == "SERVER_BUSY"
            assert web.get("/v1/methodologies").status_code == 200, (
                "what brings no body is answered"
            )


def test_a_database_that_only_reads_is_answered_503(own: Wiring) -> None:
    http = Http(create_app(own))
    name = own.database.engine.url.database
    with own.database.engine.connect() as connection:
        connection.execute(text(f'alter database "{name}" set default_transaction_read_only = on'))
        connection.commit()
    own.database.engine.dispose()
    answer = http.post("/v1/auth/revoke", {"token": "rt_unknown"})
    assert http.get("/livez").status_code == 200
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json["code"] == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("lock_timeout", "2s"),
        ("statement_timeout", "8s"),
        ("idle_in_transaction_session_timeout", "2min"),
        ("timezone", "UTC"),
    ],
)
def test_every_connection_knows_how_long_it_may_wait(own: Wiring, name: str, shown: str) -> None:
    assert own.database.transact(lambda c: c.scalar(text(f"show {name}"))) == shown


def test_a_statement_without_end_is_cut_off(own: Wiring) -> None:
    began = time.monotonic()
    with pytest.raises(DATABASE_FAULTS):
        own.database.transact(lambda connection: connection.execute(text("select pg_sleep(30)")))
    assert time.monotonic() - began < MOST_S


# A request of the hot path for each table that it cannot do without.
ASKED = {
    "participant": "/v1/me",
    "points_account": "/v1/me/points",
    "points_transfer": "/v1/me/points/entries",
    "consent": "/v1/me/consents",
    "offer": "/v1/offers",
    "unit_block": "/v1/registry/blocks",
    "bundle": "/v1/registry/bundles",
    "retirement": "/v1/registry/retirements",
}
# What recording an action writes or locks.
WRITTEN = ("participant", "action", "claim_key", "person_interval", "points_transfer", "points_lot")


def test_a_held_lock_on_any_hot_table_ends_in_503_with_a_time_to_come_back(own: Wiring) -> None:
    an_issuer(own, "rides", kinds=("ride",))
    scene = a_scene(own)
    assert scene.report().status_code == 201
    asked: list[tuple[str, Callable[[], Any]]] = [
        (table, partial(scene.http.get, path, token=scene.person_token))
        for table, path in ASKED.items()
    ]
    asked += [(table, scene.report) for table in WRITTEN]
    enterprise = Tokens(create_app(own), own)("enterprise")
    asked.append(("listing", partial(scene.http.get, "/v1/listings", token=enterprise)))
    for table, ask in asked:
        with ExitStack() as stack:
            held(own.database, f"lock table {table} in access exclusive mode", stack)
            began = time.monotonic()
            answer = ask()
            seconds = time.monotonic() - began
        assert answer.status_code == 503, (table, answer.status_code)
        assert int(answer.headers["Retry-After"]) > 0, table
        assert seconds < MOST_S, table
    assert scene.report().status_code == 201


@pytest.mark.parametrize(
    ("patience", "lock", "statement"), [(OF_REQUESTS, "2s", "8s"), (OF_WORK, "20s", "30min")]
)
def test_every_connection_of_every_pool_knows_its_limits(
    own: Wiring, patience: Patience, lock: str, statement: str
) -> None:
    """Those of the pool, and those beyond it that a rush opens."""
    url = own.settings.database_url
    assert url is not None
    with closing(Database(url, pool_size=2, patience=patience)) as database, ExitStack() as stack:
        for _ in range(4):
            connection = stack.enter_context(database.engine.connect())
            shown = [connection.scalar(text(f"show {name}")) for name in LIMITS]
            assert shown == [lock, statement, "2min"]


def test_no_connection_is_opened_without_limits() -> None:
    """Whatever asks the database goes through ``Database``, but for what is named here."""
    opens = re.compile(r"create_engine\(|psycopg\.connect\(|AsyncConnection|ConnectionPool\(")
    found = {
        str(path)
        for path in [*Path("app").rglob("*.py"), *Path("migrations").rglob("*.py")]
        if opens.search(path.read_text(encoding="utf-8"))
    }
    assert found == {
        "app/store/database.py",
        # Steps have limits of their own.
        "migrations/env.py",
        # Throwaway databases of the bench.
        "app/store/bench/throwaway.py",
    }
