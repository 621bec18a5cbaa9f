"""Signals: what a stream of actions shows that no single one does, and how many are too many.

A *mark* is something that people may share: a device of a provider on a day, a content, a span of
time in which many who just enrolled are active. The people of a mark are counted, with those whose
actions are held; from one too many on, every action of the mark is held, whoever did it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import ClaimKey
from behaviours.actions.waiting import FactRead, Reason
from behaviours.checks import Checks
from behaviours.places import least_km
from behaviours.regions import province_of
from behaviours.sun import Centre

SAME_DEVICE: Final = "same_device"
SAME_EVIDENCE: Final = "same_evidence"
ENROLLED_TOGETHER: Final = "enrolled_together"
IMPOSSIBLE_SPEED: Final = "impossible_speed"
SIGNALS: Final = (SAME_DEVICE, SAME_EVIDENCE, ENROLLED_TOGETHER, IMPOSSIBLE_SPEED)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
# Enough of a digest for a person to tell two marks apart.
_SHOWN = 4


class ReportedOn(NamedTuple):
    """When actions are recorded: the moment, its civil day, and when that began."""

    now: datetime
    day: date
    day_starts_at: datetime


class Mark(NamedTuple):
    """Something that ``people`` may share and no more; ``digest`` stands for it on one day.

    Where ``enrolled_after`` is stated, it is of those only who enrolled later.
    """

    code: str
    digest: bytes
    people: int
    facts: tuple[FactRead, ...]
    enrolled_after: datetime | None = None

    def reason(self, people: int) -> Reason:
        """Why an action of so many people's mark is held."""
        counted: list[FactRead] = [
            _fact("people", str(people)),
            _fact("people_at_most", str(self.people)),
        ]
        return Reason(code=self.code, facts=[*counted, *self.facts])


@dataclass(slots=True)
class Crowd:
    """The people of one mark: how many were seen ``before``, and which of a list are ``new``.

    Who is neither of the ``known`` nor ``new`` is not meant by the mark.
    """

    before: int = 0
    new: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    _met: set[str] = field(default_factory=set)

    def meet(self, person: str) -> int:
        """How many people the mark has with this one; nought when it is not meant."""
        if person in self.new:
            self._met.add(person)
        elif person not in self.known:
            return 0
        return self.before + len(self._met)


class Ride(NamedTuple):
    """Where somebody was, from when to when."""

    starts_at: datetime
    ends_at: datetime
    region: str


class RidesOfList:
    """The rides of a list that were looked at so far, by person."""

    def __init__(self) -> None:
        self._of: dict[str, list[Ride]] = {}

    def beside(self, person: str, ride: Ride) -> list[Ride]:
        """The person's ride before it and the one after it."""
        rides = self._of.get(person, [])
        place = bisect_left(rides, ride)
        return rides[max(0, place - 1) : place + 1]

    def add(self, person: str, ride: Ride) -> None:
        insort(self._of.setdefault(person, []), ride)


def is_looked_at(accepted: AcceptedAction, checks: Checks) -> bool:
    """Whether any check may concern the action."""
    action = accepted.action
    if checks.km_per_hour is not None and accepted.person_interval is not None:
        return True
    if not action.provider_id:
        return False
    return (
        (checks.people_per_device is not None and action.device is not None)
        or checks.same_content(action.behaviour) is not None
        or checks.enrolled_together is not None
    )


def marks_of(accepted: AcceptedAction, checks: Checks, at: ReportedOn, key: bytes) -> list[Mark]:
    """What the action may share with those of other people; nothing of what people report."""
    action, day = accepted.action, at.day.isoformat()
    if not action.provider_id:
        return []
    found: list[Mark] = []
    on: FactRead = _fact("day", day)
    if action.device is not None and checks.people_per_device is not None:
        # The day is in the digest: what is kept does not tell that two days had the same device.
        digest = _digest(key, SAME_DEVICE, action.provider_id, day, action.device)
        facts = (on, _fact("device", digest[:_SHOWN].hex()))
        found.append(Mark(SAME_DEVICE, digest, checks.people_per_device, facts))
    most = checks.same_content(action.behaviour)
    if most is not None:
        digest = _digest(key, SAME_EVIDENCE, action.provider_id, day, *_content(accepted))
        facts = (on, _fact("content", digest[:_SHOWN].hex()))
        found.append(Mark(SAME_EVIDENCE, digest, most, facts))
    together = checks.enrolled_together
    if together is not None:
        span = (at.now - at.day_starts_at) // together.within
        digest = _digest(key, ENROLLED_TOGETHER, action.provider_id, day, str(span))
        minutes = str(together.within // timedelta(minutes=1))
        facts = (on, _fact("within", minutes, "min"))
        since = at.now - together.within
        found.append(Mark(ENROLLED_TOGETHER, digest, together.people, facts, since))
    return found


def too_fast(
    ride: Ride, others: Sequence[Ride], centres: Mapping[str, Centre], km_per_hour: int
) -> Reason | None:
    """Why nobody can have done the ride and one of the others; None when somebody can."""
    here = centres.get(province_of(ride.region))
    for other in others:
        there = centres.get(province_of(other.region))
        if here is None or there is None or there is here:
            continue
        earlier, later = (ride, other) if ride.starts_at < other.starts_at else (other, ride)
        between, km = later.starts_at - earlier.ends_at, least_km(here, there)
        if km * _HOUR > km_per_hour * between:
            facts: list[FactRead] = [
                _fact("other_region", other.region),
                _fact("distance_at_least", str(km), "km"),
                _fact("time_between", str(max(0, between // timedelta(minutes=1))), "min"),
                _fact("speed_at_most", str(km_per_hour), "km/h"),
            ]
            return Reason(code=IMPOSSIBLE_SPEED, facts=facts)
    return None


def _content(accepted: AcceptedAction) -> tuple[str, ...]:
    """What is equal in two actions of the same content: all but whose it is and its numbers."""
    action = accepted.action
    return (
        action.behaviour,
        action.region,
        _minute(action.occurred_at),
        _minute(action.ended_at) if action.ended_at else "",
        *(
            f"{name}={accepted.quantities[name].normalize():f}"
            for name in sorted(action.quantities)
        ),
    )


def _minute(moment: datetime) -> str:
    return str((moment - _EPOCH) // timedelta(minutes=1))


def _digest(key: bytes, code: str, *parts: str) -> bytes:
    return ClaimKey(code, "\0".join(parts)).digest(key)


def _fact(name: str, value: str, unit: str = "") -> FactRead:
    return {"name": name, "value": value, "unit": unit}
