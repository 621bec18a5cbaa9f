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
from behaviours.civil_time import instant
from behaviours.places import Place, least_km
from behaviours.regions import province_of
from behaviours.sun import Centre

SAME_DEVICE: Final = "same_device"
SAME_EVIDENCE: Final = "same_evidence"
ENROLLED_TOGETHER: Final = "enrolled_together"
IMPOSSIBLE_SPEED: Final = "impossible_speed"
SIGNALS: Final = (SAME_DEVICE, SAME_EVIDENCE, ENROLLED_TOGETHER, IMPOSSIBLE_SPEED)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR, _NO_TIME = timedelta(hours=1), timedelta()
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


class Stay(NamedTuple):
    """Where somebody was, from when to when: a ride, or something else that has a place.

    Of an end whose place nobody told, the region is all that is known.
    """

    starts_at: datetime
    ends_at: datetime
    region: str
    is_ride: bool
    start: Place | None = None
    end: Place | None = None

    @property
    def has_place(self) -> bool:
        return self.start is not None or self.end is not None

    def kept(self) -> Stay:
        """The same with no more of its places than is kept of them."""
        start, end = self.start and self.start.field(), self.end and self.end.field()
        return self._replace(start=start, end=end)

    def begins(self, centres: Mapping[str, Centre]) -> Centre | None:
        """Where it began, as far as that is known."""
        return self.start.centre() if self.start else centres.get(province_of(self.region))

    def ended(self, centres: Mapping[str, Centre]) -> Centre | None:
        """Where it ended; of what took no time that is where it began."""
        place = self.end or (self.start if self.starts_at == self.ends_at else None)
        return place.centre() if place else centres.get(province_of(self.region))


class StaysOfList:
    """What of a list was looked at so far, by person: rides, and what has a place."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, bool], list[Stay]] = {}

    def beside(self, person: str, stay: Stay) -> list[Stay]:
        """The person's ride before it and the one after it, and so of what has a place."""
        found: list[Stay] = []
        for of_places in (True, False):
            stays = self._of.get((person, of_places), [])
            at = bisect_left(stays, stay.starts_at, key=_began)
            found += [each for each in stays[max(0, at - 1) : at + 1] if each not in found]
        return found

    def add(self, person: str, stay: Stay) -> None:
        if stay.has_place:
            insort(self._of.setdefault((person, True), []), stay, key=_began)
        if stay.is_ride:
            insort(self._of.setdefault((person, False), []), stay, key=_began)


def _began(stay: Stay) -> datetime:
    return stay.starts_at


def stay_of(accepted: AcceptedAction) -> Stay | None:
    """Where the person was meanwhile; None of what may be done by nobody, or nobody knows where.

    What a meter counts is done where the meter is, whoever it belongs to.
    """
    action, ride = accepted.action, accepted.person_interval
    start, end = action.start_place, action.end_place
    if ride is not None:
        return Stay(*ride, action.region, is_ride=True, start=start, end=end)
    if (start is None and end is None) or _is_metered(accepted):
        return None
    starts_at = instant(action.occurred_at)
    ends_at = starts_at if action.ended_at is None else instant(action.ended_at)
    return Stay(starts_at, ends_at, action.region, is_ride=False, start=start, end=end)


def _is_metered(accepted: AcceptedAction) -> bool:
    return accepted.meter_claim is not None or accepted.installation is not None


def is_looked_at(accepted: AcceptedAction, checks: Checks) -> bool:
    """Whether any check may concern the action."""
    action = accepted.action
    if checks.km_per_hour is not None and stay_of(accepted) is not None:
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
    stay: Stay, others: Sequence[Stay], centres: Mapping[str, Centre], km_per_hour: int
) -> Reason | None:
    """Why nobody can have done it, or it and one of the others; None when somebody can.

    Of two at one time it is not known who was where when: they say nothing.
    """
    if stay.start and stay.end and stay.ends_at > stay.starts_at:
        km, took = least_km(stay.start.centre(), stay.end.centre()), stay.ends_at - stay.starts_at
        if km * _HOUR > km_per_hour * took:
            return _too_fast(stay.region, km, took, km_per_hour)
    for other in others:
        if not (stay.has_place or other.has_place) and _same_province(stay, other):
            continue
        earlier, later = (stay, other) if stay.starts_at < other.starts_at else (other, stay)
        between = later.starts_at - earlier.ends_at
        here, there = earlier.ended(centres), later.begins(centres)
        if here is None or there is None or between < _NO_TIME:
            continue
        km = least_km(here, there)
        if km * _HOUR > km_per_hour * between:
            return _too_fast(other.region, km, between, km_per_hour)
    return None


def _same_province(one: Stay, other: Stay) -> bool:
    return province_of(one.region) == province_of(other.region)


def _too_fast(region: str, km: int, within: timedelta, km_per_hour: int) -> Reason:
    """What a look needs; where exactly somebody was is not said, to nobody."""
    facts: list[FactRead] = [
        _fact("other_region", region),
        _fact("distance_at_least", str(km), "km"),
        _fact("time_between", str(within // timedelta(minutes=1)), "min"),
        _fact("speed_at_most", str(km_per_hour), "km/h"),
    ]
    return Reason(code=IMPOSSIBLE_SPEED, facts=facts)


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
