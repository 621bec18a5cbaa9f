"""A Redis that takes connections and never answers keeps no request and no loop waiting."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from redis import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from app.factory import create_app
from app.ids import new_id
from app.jobs.queue import enqueue
from app.jobs.worker import JobsWorker
from app.settings import Settings
from app.store.database import OF_REQUESTS
from app.wiring import Wiring, wire
from tests.builders.people import Http, Tokens

MOST_S = 10.0


@pytest.fixture(params=["never answers", "never accepts"])
def silent_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server whose machine still takes connections, or does not even do that."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0 if request.param == "never accepts" else 128)
        if request.param == "never accepts":
            # Until its queue is full; whoever comes then gets no answer at all.
            for _ in range(3):
                client = stack.enter_context(socket.socket())
                client.setblocking(False)
                client.connect_ex(server.getsockname())
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def silent(settings: Settings, silent_url: str) -> Iterator[Wiring]:
    made = wire(replace(settings, redis_url=silent_url), patience=OF_REQUESTS)
    yield made
    made.close()


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_every_kind_of_request_is_answered_in_time(silent: Wiring) -> None:
    app = create_app(silent)
    http, tokens = Http(app), Tokens(app, silent)
    person, merchant = tokens("participant"), tokens("merchant")
    wrong = {"grant_type": "password", "username": "nobody", "password": "wrong"}
    code = {"code": "620000000000000000", "store_id": "1"}
    asked = {
        "/livez": lambda: http.get("/livez"),
        "/readyz": lambda: http.get("/readyz"),
        "reads": lambda: http.get("/v1/me", token=person),
        "reads without a token": lambda: http.get("/v1/methodologies"),
        "a wrong password": lambda: http.post("/v1/auth/token", wrong),
        "a wrong code": lambda: http.post(
            "/v1/merchant/redemptions/prepare", code, token=merchant, key="k"
        ),
    }
    statuses = {}
    for name, ask in asked.items():
        began = time.monotonic()
        statuses[name] = ask().status_code
        assert time.monotonic() - began < MOST_S, name
    assert statuses["/livez"] == 200
    assert statuses["/readyz"] == 503, "it says that Redis is silent"
    assert statuses["reads"] == statuses["reads without a token"] == 200
    assert statuses["a wrong password"] in (400, 401)


def test_handing_tasks_over_ends_in_time(silent: Wiring) -> None:
    """It is done in a transaction of the database, which would stay open as long."""

    def hand_over() -> None:
        with pytest.raises(RedisError):
            enqueue(silent.redis, [new_id()])

    assert seconds(hand_over) < MOST_S


def test_the_process_that_waits_for_jobs_notices(silent_url: str) -> None:
    """It ends, and is started again a second later."""

    def begin() -> None:
        with pytest.raises(RedisTimeout):
            JobsWorker.listening(silent_url)

    assert seconds(begin) < MOST_S


def test_a_read_that_waits_for_jobs_is_given_up_soon_after_its_time(settings: Settings) -> None:
    assert settings.redis_url
    worker = JobsWorker.listening(settings.redis_url)
    given = worker.connection.connection_pool.connection_kwargs
    assert worker.dequeue_timeout < given["socket_timeout"] < MOST_S
