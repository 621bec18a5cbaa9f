"""What is tried and taken back, to a savepoint, is told to nobody.

A step that is only shown, before the second signature or in a dry run of a file, is done and rolled
back. What it told of itself meanwhile goes with it, in the log as among the events.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine, event

Mark = TypeVar("Mark")


class Undoable(Protocol[Mark]):
    """What one run of a transaction tells, as far as it has come."""

    def mark(self) -> Mark:
        """How far it has come."""
        ...

    def back_to(self, mark: Mark) -> None:
        """Forget what came after."""
        ...


class _Followed(Generic[Mark]):
    """What is told, and how far it had come at each open savepoint.

    The names of savepoints are not known when they begin; they end in the reverse order.
    """

    def __init__(self, told: Undoable[Mark]) -> None:
        self._told = told
        self._marks: list[Mark] = []

    def begin(self) -> None:
        self._marks.append(self._told.mark())

    def release(self) -> None:
        self._marks.pop()

    def undo(self) -> None:
        self._told.back_to(self._marks.pop())


_followed: ContextVar[tuple[_Followed[Any], ...]] = ContextVar("followed", default=())


@contextmanager
def following(told: Undoable[Mark]) -> Iterator[None]:
    """Within the block, in this thread, what is taken back to a savepoint leaves ``told``, too."""
    begun = _followed.set((*_followed.get(), _Followed(told)))
    try:
        yield
    finally:
        _followed.reset(begun)


def follow_savepoints(engine: Engine) -> None:
    """Call once for an engine."""
    event.listen(engine, "savepoint", _began)
    event.listen(engine, "release_savepoint", _released)
    event.listen(engine, "rollback_savepoint", _undone)


def _began(_connection: Connection, _name: str | None) -> None:
    for each in _followed.get():
        each.begin()


def _released(_connection: Connection, _name: str, _context: object) -> None:
    for each in _followed.get():
        each.release()


def _undone(_connection: Connection, _name: str, _context: object) -> None:
    for each in _followed.get():
        each.undo()
