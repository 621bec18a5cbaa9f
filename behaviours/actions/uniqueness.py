"""Uniqueness: one action, one reduction. Which actions of a list collide with an earlier one in it.

The same refusals answer a collision with what is already recorded. None of them says whose the
other action is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.refusals import (
    DuplicateClaim,
    ExcludedByOtherBehaviour,
    OverlappingMeterInterval,
    OverlappingRide,
)
from behaviours.refusal import Refusal

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Collision:
    """``earlier`` is the index of the one collided with; ``refusal`` is for the later one."""

    earlier: int
    refusal: Refusal


def first_collisions(actions: Sequence[AcceptedAction]) -> list[Collision | None]:
    """Per action, the collision with the earliest accepted action before it in the list, or None.

    An action that collides is not accepted and takes nothing: later ones do not collide with it.
    O(n log n) comparisons.
    """
    taken = _Taken()
    found: list[Collision | None] = []
    for index, accepted in enumerate(actions):
        collision = taken.collision(accepted)
        if collision is None:
            taken.add(index, accepted)
        found.append(collision)
    return found


def duplicate_claim(kind: str) -> DuplicateClaim:
    """The refusal for a claim key that is taken."""
    return DuplicateClaim(pointer="/evidence", collides_on=kind)


def overlapping_ride() -> OverlappingRide:
    """The refusal for two rides of one person at the same time."""
    return OverlappingRide(pointer="/occurred_at", collides_on="person_interval")


def overlapping_meter_interval() -> OverlappingMeterInterval:
    """The refusal for a metered interval that overlaps a recorded one."""
    return OverlappingMeterInterval(pointer="/occurred_at", collides_on="meter_interval")


def excluded_by_other_behaviour(group: str, period_start: date) -> ExcludedByOtherBehaviour:
    """The refusal for the second side of an either-or within its period."""
    return ExcludedByOtherBehaviour(
        pointer="/behaviour",
        collides_on="exclusion",
        group=group,
        period_start=period_start.isoformat(),
    )


class _Taken:
    """What the accepted actions have taken so far."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, str], int] = {}
        self.rides: dict[str, _Intervals] = {}
        self.meters: dict[tuple[str, str], _Intervals] = {}
        self.sides: dict[tuple[str, str, date], tuple[str, int]] = {}

    def collision(self, accepted: AcceptedAction) -> Collision | None:
        for claim in accepted.claims:
            earlier = self.claims.get((claim.kind, claim.value))
            if earlier is not None:
                return Collision(earlier, duplicate_claim(claim.kind))
        person = accepted.action.participant_id
        if accepted.person_interval is not None and person in self.rides:
            earlier = self.rides[person].overlapping(accepted.person_interval)
            if earlier is not None:
                return Collision(earlier, overlapping_ride())
        meter = accepted.meter_claim
        if meter is not None:
            held = self.meters.get((meter.subject.kind, meter.subject.value))
            if held is not None:
                earlier = held.overlapping((meter.starts_at, meter.ends_at))
                if earlier is not None:
                    return Collision(earlier, overlapping_meter_interval())
        for rule in accepted.exclusions:
            side = self.sides.get((person, rule.group, rule.period_start))
            if side is not None and side[0] != rule.side:
                refusal = excluded_by_other_behaviour(rule.group, rule.period_start)
                return Collision(side[1], refusal)
        return None

    def add(self, index: int, accepted: AcceptedAction) -> None:
        for claim in accepted.claims:
            self.claims[claim.kind, claim.value] = index
        person = accepted.action.participant_id
        if accepted.person_interval is not None:
            self.rides.setdefault(person, _Intervals()).add(accepted.person_interval, index)
        meter = accepted.meter_claim
        if meter is not None:
            subject = (meter.subject.kind, meter.subject.value)
            held = self.meters.setdefault(subject, _Intervals())
            held.add((meter.starts_at, meter.ends_at), index)
        for rule in accepted.exclusions:
            key = (person, rule.group, rule.period_start)
            self.sides.setdefault(key, (rule.side, index))


class _Intervals:
    """Half-open intervals that do not overlap, in order of their start."""

    def __init__(self) -> None:
        self.starts: list[datetime] = []
        self.held: list[tuple[datetime, int]] = []

    def overlapping(self, interval: Interval) -> int | None:
        """The index of the held interval that overlaps, the first in time; or None."""
        starts_at, ends_at = interval
        at = bisect_left(self.starts, starts_at)
        # Only the neighbours can overlap, because what is held does not overlap itself.
        if at > 0 and self.held[at - 1][0] > starts_at:
            return self.held[at - 1][1]
        if at < len(self.starts) and self.starts[at] < ends_at:
            return self.held[at][1]
        return None

    def add(self, interval: Interval, index: int) -> None:
        at = bisect_left(self.starts, interval[0])
        self.starts.insert(at, interval[0])
        self.held.insert(at, (interval[1], index))
