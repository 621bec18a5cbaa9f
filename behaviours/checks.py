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
MOST_PLACE_DAYS = 366
# Long enough for what is reported late; where the person was is forgotten then.
PLACE_DAYS = 30


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
    the next, and within one; for that it is kept for ``places_for`` where people were.
    """

    people_per_device: int | None = None
    people_per_content: int | None = None
    people_per_content_of: Mapping[str, int] = field(default_factory=dict)
    enrolled_together: Together | None = None
    km_per_hour: int | None = None
    places_for: timedelta = timedelta(days=PLACE_DAYS)

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
    km_per_hour, places_for = _speed(speed) if speed else (None, NO_CHECKS.places_for)
    return Checks(
        people_per_device=_same_device(device) if device else None,
        people_per_content=people,
        people_per_content_of=of,
        enrolled_together=_together(together) if together else None,
        km_per_hour=km_per_hour,
        places_for=places_for,
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


def _speed(part: Part) -> tuple[int, timedelta]:
    part.only("km_per_hour", "keep_places_days")
    days = part.maybe("keep_places_days")
    kept = days.whole(MOST_PLACE_DAYS) if days else PLACE_DAYS
    return part.at("km_per_hour").whole(MOST_KM_PER_HOUR), timedelta(days=kept)
