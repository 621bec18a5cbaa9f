"""What the first time brings: of a behaviour, of a scene, or of anything in the programme.

The first time is the first action of a person that is credited, whatever it earned and whenever it
was done. It is over with that action, also when the action is taken back: its bonus goes with its
points, and no later action gets it. Whoever left an account before has had it. A bonus is points
and no grams; it counts against the caps like all points of its action.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from rewards.points.caps import PROGRAMME, scene_name

_FIRST = "first"


class Bonus(NamedTuple):
    """Points for the first time of something, ``metro_ride:first``."""

    code: str
    points: int


class FirstTimeRule(NamedTuple):
    """What a policy gives for the first time, in points, by behaviour and by scene."""

    behaviours: Mapping[str, int] = {}
    scenes: Mapping[str, int] = {}
    programme: int = 0

    def of(self, behaviour: str, scene: str) -> tuple[Bonus, ...]:
        """What an action would bring that is the first of all of these."""
        stated = (
            self.behaviours.get(behaviour, 0),
            self.scenes.get(scene, 0),
            self.programme,
        )
        codes = first_codes(behaviour, scene)
        return tuple(
            Bonus(code, points) for code, points in zip(codes, stated, strict=True) if points
        )


class FirstTimes:
    """Which first times are over, for actions that are credited one after another.

    ``over`` has (person, code) of what was over before.
    """

    def __init__(self, over: Collection[tuple[str, str]] = ()) -> None:
        self._over = set(over)

    def left(self, person: str, bonuses: Sequence[Bonus]) -> tuple[Bonus, ...]:
        """Those that an action of the person still brings."""
        return tuple(each for each in bonuses if (person, each.code) not in self._over)

    def passed(self, person: str, behaviour: str, scene: str) -> None:
        """An action of the person is credited: no later one is the first."""
        self._over |= {(person, code) for code in first_codes(behaviour, scene)}


def first_codes(behaviour: str, scene: str) -> tuple[str, str, str]:
    """What the first times of an action are called by: of its behaviour, its scene, and of all."""
    return (f"{behaviour}:{_FIRST}", f"{scene_name(scene)}:{_FIRST}", f"{PROGRAMME}:{_FIRST}")
