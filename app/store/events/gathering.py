"""What became of things while a transaction runs: ``Database.transact`` writes it at the end.

A thing is told of where it is kept, in the function that writes its row: ``moved`` for the value
that was written, ``became`` where a statement moved rows that nobody has read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.event_types import EVENTS_OF
from app.store.events.readers import elsewhere_of, read_elsewhere
from app.store.events.writing import write_events
from app.store.savepoints import following
from behaviours.events import Event

# A thing as it was kept; or an event that is ready.
Told = object | Event


class _Gathered:
    """What was told in one run."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def mark(self) -> int:
        """How many there are."""
        return len(self.told)

    def back_to(self, mark: int) -> None:
        """Forget those after so many."""
        del self.told[mark:]


_gathered: ContextVar[_Gathered | None] = ContextVar("events", default=None)


@contextmanager
def gathering(connection: Connection, now: Callable[[], datetime]) -> Iterator[None]:
    """Around one run of a transaction: what became of things in it is written at its end."""
    gathered = _Gathered()
    begun = _gathered.set(gathered)
    try:
        with following(gathered):
            yield
        if gathered.told:
            write_events(connection, _events(connection, gathered.told), now=now())
    finally:
        _gathered.reset(begun)


def moved(*values: object) -> None:
    """Things as they are after the step."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.told += values


def became(
    kind: type,
    state: str,
    rows: Iterable[Sequence[object]],
) -> None:
    """Things that one statement brought to a state: (id, version, reader, …) of each."""
    gathered, thing = _gathered.get(), EVENTS_OF[kind]
    if gathered is None:
        return
    for name, version, *readers in rows:
        assert isinstance(name, UUID)
        assert version is None or isinstance(version, int)
        found = [each for each in readers if isinstance(each, UUID)]
        gathered.told.append(thing.became(name, state, found, version))


def _events(connection: Connection, told: Sequence[Told]) -> list[Event]:
    """One event for each state that a thing came to, in the order in which it did."""
    values = [each for each in told if not isinstance(each, Event)]
    elsewhere = read_elsewhere(connection, values)
    made: dict[tuple[str, str], Event] = {}
    for each in told:
        if isinstance(each, Event):
            one = each
        else:
            one = EVENTS_OF[type(each)].of(each, elsewhere_of(each, elsewhere))
        # What was kept twice in one state is told as it was at last.
        made.pop((one.type, one.subject), None)
        made[one.type, one.subject] = one
    return list(made.values())
