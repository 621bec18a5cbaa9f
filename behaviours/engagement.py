"""Which level somebody has reached and which badges they have, by what stands in the books.

Nothing is kept of it: an action that is taken back takes back what rested on it in the same moment,
and a programme that states other figures from a day on has them looked up from that day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from behaviours.engagement_terms import Badge, EngagementTerms, Level


class LiveSum(NamedTuple):
    """What live actions, those that were not taken back, come to."""

    saved_mg: int = 0
    actions: int = 0


NOTHING: Final = LiveSum()


class BadgeStanding(NamedTuple):
    """A badge, and how far somebody is: ``have`` of ``need`` actions, or mg."""

    badge: Badge
    have: int
    need: int

    @property
    def is_had(self) -> bool:
        return self.have >= self.need


class EngagementStanding(NamedTuple):
    """What somebody reached: ``level`` None below the lowest, ``next_level`` None at the highest.

    ``missing_mg`` is what the next level takes beyond what was saved.
    """

    level: Level | None
    next_level: Level | None
    missing_mg: int
    badges: tuple[BadgeStanding, ...]


def standing_of(
    terms: EngagementTerms,
    whole: LiveSum,
    by_behaviour: Mapping[str, LiveSum],
    categories: Mapping[str, str],
) -> EngagementStanding:
    """How somebody stands who did ``whole``.

    ``by_behaviour`` has what was done of the behaviours that ``counted_alone`` names; none is
    missing but those of which nothing was done.
    """
    reached = [each for each in terms.levels if each.least_mg <= whole.saved_mg]
    above = terms.levels[len(reached) :]
    return EngagementStanding(
        reached[-1] if reached else None,
        above[0] if above else None,
        above[0].least_mg - whole.saved_mg if above else 0,
        tuple(
            _badge_standing(
                each,
                _sum(by_behaviour.get(code, NOTHING) for code in _meant(each, categories))
                if each.behaviours
                else whole,
            )
            for each in terms.badges
        ),
    )


def counted_alone(terms: EngagementTerms, categories: Mapping[str, str]) -> list[str]:
    """The behaviours that badges count apart; ``categories`` has the category of every behaviour.

    A name that is neither a behaviour nor a category means nothing, and nothing is counted for it.
    """
    return sorted({code for badge in terms.badges for code in _meant(badge, categories)})


def _meant(badge: Badge, categories: Mapping[str, str]) -> list[str]:
    """Each behaviour once, however often it is named."""
    return [
        code
        for code, category in categories.items()
        if code in badge.behaviours or category in badge.behaviours
    ]


def _badge_standing(badge: Badge, counted: LiveSum) -> BadgeStanding:
    if badge.least_actions is not None:
        return BadgeStanding(badge, counted.actions, badge.least_actions)
    assert badge.least_mg is not None, "a badge counts one of the two"
    return BadgeStanding(badge, counted.saved_mg, badge.least_mg)


def _sum(parts: Iterable[LiveSum]) -> LiveSum:
    found = list(parts)
    return LiveSum(sum(each.saved_mg for each in found), sum(each.actions for each in found))
