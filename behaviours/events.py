"""Events: what became of a thing, told to the programs of those whose thing it is.

Whenever a thing with states is made or moved, and whenever an action is recorded or taken back, an
event is written **in the same transaction**: neither is ever there without the other. It says
which thing it is and in which state it is now, and nothing else: no name, no amount, nothing of a
person. Whoever needs more asks for the thing with the rights that they have at that moment.

An event's **type** is the kind of the thing and the state it came to, ``redemption.captured``. A
thing that changes within a state has an event of the same type again; ``version`` is the revision
that the thing has by then, where its kind has one.

**Order.** Numbers of events rise. A thing is locked while it is moved, and its event takes its
number under that lock, so that of one thing the greater number is always the later state. Between
two things the numbers say nothing.

**Readers** are the organisations that the thing names; each has an event of its own. Who acts for
the programme reads all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Gone, UnknownId
from behaviours.viewer import Viewer

# Whoever has a program here reads what is public; no organisation has this id.
EVERYBODY: Final = UUID(int=0)
# Of a UUID of version 7 (RFC 9562, section 5.7): the milliseconds stand first, and of the bits
# that are free after them the last 62 hold the number of the event.
_TIME_SHIFT: Final = 80
_NUMBER_BITS: Final = 62
_VERSION_7: Final = 7 << 76
_VARIANT: Final = 2 << 62
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class UnknownEvent(UnknownId):
    """No event has this id, or none that the caller may read."""

    cases = ("id",)


class EventsGone(Gone):
    """What came after this place is not kept any more."""


class EventOf(NamedTuple):
    """How a kind of thing is told of: its name, its states, and who reads of it.

    ``prefix`` and the member ``name`` make the id, or without a prefix the member is the name.
    ``readers`` are members, or members of members, that hold organisations. ``state`` None: the
    thing has no states, and is made in its only one. Of ``public`` states everybody reads.
    """

    kind: str
    prefix: str | None
    name: str
    states: tuple[str, ...]
    readers: tuple[str, ...] = ()
    version: str | None = None
    state: str | None = "state"
    public: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The types of its events, in the order of its states."""
        return tuple(f"{self.kind}.{state}" for state in self.states)

    def of(self, value: object, also: Iterable[UUID | None] = ()) -> Event:
        """The event of a thing as it is now; ``also`` read of it who stand elsewhere."""
        state = self.states[0] if self.state is None else attrgetter(self.state)(value)
        version = None if self.version is None else getattr(value, self.version)
        named = [_member(value, path) for path in self.readers]
        return self.became(getattr(value, self.name), state, (*named, *also), version)

    def became(
        self,
        name: UUID | str,
        state: str,
        readers: Iterable[UUID | None] = (),
        version: int | None = None,
    ) -> Event:
        """The event of a thing that came to a state."""
        assert state in self.states, f"{self.kind} has no state {state}"
        subject = f"{self.prefix}_{name.hex}" if isinstance(name, UUID) else name
        found = dict.fromkeys(each for each in readers if each is not None)
        everybody = (EVERYBODY,) if state in self.public else ()
        return Event(f"{self.kind}.{state}", subject, (*found, *everybody), version)


class Event(NamedTuple):
    """What became of a thing, before it is written."""

    type: str
    subject: str
    readers: tuple[UUID, ...]
    version: int | None


class WrittenEvent(NamedTuple):
    """An event as it is read; ``subject`` is the public id of the thing."""

    number: int
    type: str
    subject: str
    version: int | None
    occurred_at: datetime

    @property
    def event_id(self) -> UUID:
        """Its id, which holds its number."""
        return place_of(self.number, self.occurred_at)

    @property
    def state(self) -> str:
        """The state that the thing came to."""
        return self.type.partition(".")[2]


class EventFilter(NamedTuple):
    """Which events; None: of all. ``type`` is a type, or the kind of thing before its dot."""

    type: str | None = None
    subject: str | None = None


class EventPage(NamedTuple):
    """Events in their order, and after which place the next page goes on.

    ``more_since`` is the moment of what stands at that place, and None where nothing comes after
    it yet; with a filter a page may be empty and there be more all the same.
    """

    events: tuple[WrittenEvent, ...]
    reached: int
    more_since: datetime | None

    @property
    def has_more(self) -> bool:
        """Whether it is worth to go on at once."""
        return self.more_since is not None


def place_of(number: int, at: datetime) -> UUID:
    """A place among the events as an id of version 7: the moment, and the number."""
    assert 0 <= number < 1 << _NUMBER_BITS
    milliseconds = (at - _EPOCH) // _MILLISECOND
    return UUID(int=milliseconds << _TIME_SHIFT | _VERSION_7 | _VARIANT | number)


def number_of(place: UUID) -> int:
    """The number in a place."""
    return place.int & ((1 << _NUMBER_BITS) - 1)


def moment_of(place: UUID) -> datetime:
    """The moment in a place, to the millisecond."""
    return _EPOCH + (place.int >> _TIME_SHIFT) * _MILLISECOND


def check_kept(place: UUID, *, kept_since: datetime) -> None:
    """Whether everything after a place is still there. Raises EventsGone."""
    if moment_of(place) < kept_since:
        raise EventsGone(kept_since=kept_since.isoformat(timespec="seconds"))


def readers_behind(by: Viewer) -> tuple[UUID, ...] | None:
    """As whom somebody reads events; None: all of them, for the programme."""
    if by.sees_all:
        return None
    return (EVERYBODY,) if by.tenant_id is None else (by.tenant_id, EVERYBODY)


def _member(value: object, path: str) -> UUID | None:
    found: object = value
    for name in path.split("."):
        found = None if found is None else getattr(found, name)
    assert found is None or isinstance(found, UUID)
    return found


def types_of(things: Mapping[type, EventOf]) -> tuple[str, ...]:
    """All types of events, each once, by name."""
    return tuple(sorted({name for each in things.values() for name in each.types}))
