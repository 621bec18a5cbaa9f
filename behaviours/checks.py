"""Checks over streams of actions: what a programme holds for a look because it is unusual.

Each is stated by the programme or not done at all. They look at what no single action shows: one
device, one content or one quarter of an hour for many people, one person in two places. What they
find is held and explained, never refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from behaviours.document import Part

MOST_PEOPLE = 10**6
MOST_MINUTES = 1440
MOST_KM_PER_HOUR = 10_000


@dataclass(frozen=True, slots=True)
class Together:
    """Of people enrolled at most ``within`` ago, how many may be active in one span of that length.

    Spans follow one another from the begin of the civil day.
    """

    people: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Checks:
    """What a version of the programme states; None is not checked.

    ``people_per_device``: by one device of a provider on a civil day. ``people_per_content``: with
    the same content from one provider on a civil day, for behaviours that
    ``people_per_content_of`` does not name. ``km_per_hour``: nobody gets faster from one ride to
    the next.
    """

    people_per_device: int | None = None
    people_per_content: int | None = None
    people_per_content_of: Mapping[str, int] = field(default_factory=dict)
    enrolled_together: Together | None = None
    km_per_hour: int | None = None

    @property
    def are_stated(self) -> bool:
        return self != NO_CHECKS

    def same_content(self, behaviour: str) -> int | None:
        """How many people may have one content of this behaviour; None: any number."""
        return self.people_per_content_of.get(behaviour, self.people_per_content)


NO_CHECKS = Checks()


def read_checks(part: Part | None) -> Checks:
    """The checks of a version; raises DocumentError."""
    if part is None:
        return NO_CHECKS
    part.only("same_device", "same_evidence", "enrolled_together", "impossible_speed")
    device, content, together, speed = (
        part.maybe(name)
        for name in ("same_device", "same_evidence", "enrolled_together", "impossible_speed")
    )
    people, of = _same_evidence(content) if content else (None, {})
    return Checks(
        people_per_device=_same_device(device) if device else None,
        people_per_content=people,
        people_per_content_of=of,
        enrolled_together=_together(together) if together else None,
        km_per_hour=_speed(speed) if speed else None,
    )


def _same_device(part: Part) -> int:
    part.only("people")
    return part.at("people").whole(MOST_PEOPLE)


def _same_evidence(part: Part) -> tuple[int | None, dict[str, int]]:
    part.only("people", "behaviours")
    people, behaviours = part.maybe("people"), part.maybe("behaviours")
    if not people and not behaviours:
        raise part.wrong("missing", name="people")
    found: dict[str, int] = {}
    for each in behaviours.each() if behaviours else ():
        each.only("behaviour", "people")
        name = each.at("behaviour").text()
        if name in found:
            raise each.at("behaviour").wrong("behaviour_twice", name=name)
        found[name] = each.at("people").whole(MOST_PEOPLE)
    return people.whole(MOST_PEOPLE) if people else None, found


def _together(part: Part) -> Together:
    part.only("people", "minutes")
    minutes = part.at("minutes").whole(MOST_MINUTES)
    return Together(part.at("people").whole(MOST_PEOPLE), timedelta(minutes=minutes))


def _speed(part: Part) -> int:
    part.only("km_per_hour")
    return part.at("km_per_hour").whole(MOST_KM_PER_HOUR)
