"""A file that is costly to make is made once for all who ask, and never half given."""

from __future__ import annotations

import secrets
from functools import partial
from threading import Event, Thread
from typing import IO

import pytest

from app.http import costly_file
from app.http.costly_file import CostlyFile
from app.http.refusals import ServerBusy

CONTENT = secrets.token_bytes(200_000)


def read(file: CostlyFile, made: list[bytes]) -> bytes:
    def make(into: IO[bytes]) -> None:
        made.append(CONTENT[len(made) :])
        into.write(made[-1])

    return b"".join(file.read(make).pieces())


def test_what_was_cheap_is_made_anew() -> None:
    made: list[bytes] = []
    file = CostlyFile()
    assert [read(file, made), read(file, made)] == [CONTENT, CONTENT[1:]]


def test_what_was_costly_is_given_to_others_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costly_file, "CHEAP_S", -1.0)
    monkeypatch.setattr(costly_file, "KEPT_TIMES", 10**9)
    made: list[bytes] = []
    file = CostlyFile()
    assert {read(file, made) for _ in range(3)} == {CONTENT}
    assert len(made) == 1
    monkeypatch.setattr(costly_file, "KEPT_TIMES", 0)
    file = CostlyFile()
    assert [read(file, []), read(file, [b""])] == [CONTENT, CONTENT[1:]]


def test_while_one_makes_it_others_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costly_file, "_WAITED_S", 0.01)
    began, go_on, file = Event(), Event(), CostlyFile()

    def slow(into: IO[bytes]) -> None:
        began.set()
        assert go_on.wait(30)
        into.write(b"whole")

    first = Thread(target=partial(file.read, slow))
    first.start()
    assert began.wait(30)
    with pytest.raises(ServerBusy) as refused:
        read(file, [])
    go_on.set()
    first.join()
    assert refused.value.facts["retry_after_s"]
    assert read(file, []) == CONTENT, "a failure or a slow one shuts nobody out"
