"""A body that trickles or stays away keeps no place: 408, and others are answered meanwhile."""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from app.http.connections import Connection, connections_at, plain
from app.http.late_bodies import LEAST_PER_S, WHOLE, Flows
from app.settings import Settings
from tests.builders.server import serving

THREADS = 4
PATIENCE_S = 2
# A look is a second apart from the next, and a window begins with a look.
ENDED_WITHIN_S = 3 * PATIENCE_S + 4
HEAD = b"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SMALL = HEAD + b"Content-Length: 2000\r\n\r\n{"
LARGE = HEAD + b"Content-Length: 100000\r\n\r\n{"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"


@pytest.fixture
def base_url(
    settings: Settings, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    monkeypatch.setenv("TANPUHUI_WEB_THREADS", str(THREADS))
    monkeypatch.setenv("TANPUHUI_BODY_SECONDS", str(PATIENCE_S))
    own = replace(settings, database_url=fresh_database, data_dir=tmp_path / "var")
    with serving(own, tmp_path / "server.log") as url:
        yield url


def connected(base_url: str, stack: ExitStack) -> socket.socket:
    address = urlsplit(base_url)
    assert address.hostname
    assert address.port
    return stack.enter_context(
        closing(socket.create_connection((address.hostname, address.port), timeout=10))
    )


def whole(sender: socket.socket) -> bytes:
    """What it is answered, until the connection is closed.

    Of who goes on sending, a reset may take the answer back: the system drops what was not read.
    """
    answer = b""
    with suppress(ConnectionError):
        while more := sender.recv(65536):
            answer += more
    return answer


def trickled(
    senders: dict[socket.socket, bytes], answered: Callable[[], None], within_s: float
) -> dict[socket.socket, bytes]:
    """What each is answered while it sends its bit every tenth of a second, until all are."""
    answers: dict[socket.socket, bytes] = {}
    until = time.monotonic() + within_s
    while len(answers) < len(senders) and time.monotonic() < until:
        waiting = [one for one in senders if one not in answers]
        for one in select.select(waiting, (), (), 0.1)[0]:
            answers[one] = whole(one)
        for one in waiting:
            if one not in answers and senders[one]:
                with suppress(ConnectionError):
                    one.send(senders[one])
        answered()
    return answers


def test_who_trickles_is_told_so_and_an_honest_client_is_answered_meanwhile(base_url: str) -> None:
    with ExitStack() as stack, httpx.Client(base_url=base_url, timeout=30) as web:
        senders = {}
        for start, bit in ((SMALL, b" "), (SMALL, b""), (LARGE, b" "), (CHUNKED, b"1\r\n \r\n")):
            for _ in range(3):
                sender = connected(base_url, stack)
                sender.sendall(start)
                senders[sender] = bit

        def honest() -> None:
            began = time.monotonic()
            sent = web.post("/v1/auth/token", json={"grant_type": "none"})
            assert (sent.status_code, time.monotonic() - began < 2) == (400, True)

        answers = trickled(senders, honest, 2 * ENDED_WITHIN_S)
        assert len(answers) == len(senders), "each is answered or its connection is closed"
        for sender, answer in answers.items():
            if senders[sender] and not answer:
                continue
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith((b"HTTP/1.1 408 ", b"HTTP/1.1 503 ")), answer
            # Large ones beyond the places for large ones found none.
            problem = json.loads(body)
            assert problem["code"] in {"REQUEST_TIMEOUT", "SERVER_BUSY"}
        told = [sender for sender, answer in answers.items() if b"REQUEST_TIMEOUT" in answer]
        assert sum(not senders[sender] for sender in told) == 3, "the silent ones are always told"
        # The places for large bodies are free again.
        large = web.post("/v1/auth/token", json={"grant_type": "none", "pad": "x" * 100_000})
        assert (large.status_code, large.json()["code"]) == (422, "VALIDATION_FAILED")


@pytest.mark.parametrize(
    ("language", "word"), [("en", "came too slowly"), ("zh-CN", "请求体发送过慢")]
)
def test_the_sentence_says_what_to_do(base_url: str, language: str, word: str) -> None:
    with ExitStack() as stack:
        sender = connected(base_url, stack)
        sender.sendall(SMALL.replace(b"\r\n", f"\r\nAccept-Language: {language}\r\n".encode(), 1))
        answer = trickled({sender: b""}, lambda: None, ENDED_WITHIN_S)[sender]
    assert word in json.loads(answer.partition(b"\r\n\r\n")[2])["detail"]


def test_who_sends_slowly_but_well_is_answered(base_url: str) -> None:
    """For three times as long as a body may stay away, beside one that stays away."""
    body = json.dumps({"grant_type": "none", "pad": "x" * 90_000}).encode()
    with ExitStack() as stack:
        silent, honest = connected(base_url, stack), connected(base_url, stack)
        silent.sendall(SMALL)
        honest.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body))
        began, step = time.monotonic(), len(body) // 60 + 1
        for at in range(0, len(body), step):
            honest.sendall(body[at : at + step])
            assert not select.select([honest], (), (), 0.1)[0] or at + step >= len(body)
        assert time.monotonic() - began > 2 * PATIENCE_S
        assert honest.recv(65536).startswith(b"HTTP/1.1 422 ")
        assert whole(silent).startswith(b"HTTP/1.1 408 ")


def test_a_part_of_a_body_is_never_taken_for_all_of_it(base_url: str) -> None:
    """Whoever leaves before the end was not heard."""
    with ExitStack() as stack:
        sender = connected(base_url, stack)
        sender.sendall(SMALL.replace(b"{", b'{"grant_type": "none"}'))
        sender.shutdown(socket.SHUT_WR)
        answer = whole(sender)
    assert not answer or json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "BAD_REQUEST"


def looked_at(*, owing: bool = True, answered: int = 0, received: int = 0) -> Connection:
    with socket.socket() as closed:
        return Connection(closed, 1, "10.0.0.1", owing, answered, received)


def late(looks: list[tuple[float, Connection]]) -> list[float]:
    """At which of the looks the connection is found late; its patience is 30 s."""
    flows = Flows(30)
    return [now for now, one in looks for _ in flows.late([one], now)]


def test_a_connection_is_late_that_brings_too_little_for_too_long() -> None:
    silent = [(float(now), looked_at(received=10)) for now in range(40)]
    assert late(silent)[0] == 30
    trickling = [(float(now), looked_at(received=now * 100)) for now in range(40)]
    assert late(trickling)[0] == 30
    silent_after_an_answer = [(float(now), looked_at(owing=False)) for now in range(40)]
    assert late(silent_after_an_answer)[0] == 30


def test_a_connection_is_late_that_brings_one_body_for_ten_times_as_long() -> None:
    steady = [(float(now), looked_at(received=now * 2 * LEAST_PER_S)) for now in range(400)]
    assert late(steady)[0] == WHOLE * 30


def test_a_connection_that_is_answered_or_begins_anew_is_not_late() -> None:
    answered = [(float(now), looked_at(answered=now // 20, received=now)) for now in range(400)]
    assert not late(answered)
    idle = [(float(now), looked_at(owing=False, received=50)) for now in range(29)]
    begun = [(float(now), looked_at(received=60)) for now in range(29, 55)]
    assert not late(idle + begun)


def test_the_connections_of_this_process_are_seen_with_what_they_carried() -> None:
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listening.getsockname()[1]
        client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        served = stack.enter_context(listening.accept()[0])
        client.sendall(b"x" * 70)
        assert len(served.recv(100)) == 70
        [one] = [(each.address, each.received, each.answered) for each in connections_at(port)]
        assert one == ("127.0.0.1", 70, 0)
        for each in connections_at(port):
            each.end_reading()
        assert served.recv(100) == b""
        served.sendall(b"told")
        assert client.recv(100) == b"told"


@pytest.mark.parametrize(
    ("written", "compared"),
    [("::ffff:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::1"), ("unix", "unix")],
)
def test_addresses_are_compared_in_one_form(written: str, compared: str) -> None:
    assert plain(written) == compared
