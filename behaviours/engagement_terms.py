"""What the programme states of engagement: levels by what somebody saved, and badges.

Both are looked up in what stands in the books at the moment they are asked for: nobody is given
one, so none is left over when an action is taken back. They bring neither points nor grams. No
document states a figure for them; a version that leaves them out has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

from behaviours.document import Part

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST: Final = 10**9
_MG_PER_KG: Final = 1_000_000
# Badges are looked up one by one: a programme has some, and not thousands.
_MOST_OF_A_KIND: Final = 100


class Level(NamedTuple):
    """Reached by whoever saved so much; the programme's name of it in each language."""

    code: str
    title_zh: str
    title_en: str
    least_mg: int


class Badge(NamedTuple):
    """Had by who did so many actions, or saved so much; one of the two is None.

    ``behaviours`` are those that count, also categories of them; none: every action does.
    """

    code: str
    title_zh: str
    title_en: str
    least_actions: int | None
    least_mg: int | None
    behaviours: tuple[str, ...] = ()


_Stated = TypeVar("_Stated", Level, Badge)


class EngagementTerms(NamedTuple):
    """Levels, the lowest first, and badges as they are stated."""

    levels: tuple[Level, ...] = ()
    badges: tuple[Badge, ...] = ()


UNSTATED: Final = EngagementTerms()


def read_engagement_terms(part: Part | None) -> EngagementTerms:
    """The terms of a version; what it leaves out there is none of. Raises DocumentError."""
    if part is None:
        return UNSTATED
    part.only("levels", "badges")
    levels, badges = part.maybe("levels"), part.maybe("badges")
    return EngagementTerms(
        _levels(levels) if levels is not None else (),
        _badges(badges) if badges is not None else (),
    )


def _levels(part: Part) -> tuple[Level, ...]:
    parts = list(part.each())
    for each in parts:
        each.only("code", "name", "kg")
    found = tuple(Level(*_named(each), _mg(each.at("kg"))) for each in parts)
    if any(later.least_mg <= earlier.least_mg for earlier, later in pairwise(found)):
        raise part.wrong("levels_out_of_order")
    return _checked(part, found)


def _badges(part: Part) -> tuple[Badge, ...]:
    return _checked(part, tuple(_badge(each) for each in part.each()))


def _badge(part: Part) -> Badge:
    part.only("code", "name", "actions", "kg", "behaviours")
    actions, kg, behaviours = (part.maybe(name) for name in ("actions", "kg", "behaviours"))
    if (actions is None) == (kg is None):
        raise part.wrong("badge_counts_one")
    return Badge(
        *_named(part),
        actions.whole(_MOST) if actions is not None else None,
        _mg(kg) if kg is not None else None,
        tuple(each.text() for each in behaviours.each()) if behaviours is not None else (),
    )


def _named(part: Part) -> tuple[str, str, str]:
    code, name = part.at("code"), part.at("name")
    if _CODE.fullmatch(code.text()) is None:
        raise code.wrong("other_shape", value=code.text(), shape="code")
    name.only("zh", "en")
    return code.text(), name.at("zh").text(), name.at("en").text()


def _mg(part: Part) -> int:
    """Whole kilograms, in mg."""
    return part.whole(_MOST) * _MG_PER_KG


def _checked(part: Part, stated: Sequence[_Stated]) -> tuple[_Stated, ...]:
    codes = [each.code for each in stated]
    if twice := [each for each in codes if codes.count(each) > 1]:
        raise part.wrong("code_twice", code=twice[0])
    if len(codes) > _MOST_OF_A_KIND:
        raise part.wrong("mapping_too_many", most=_MOST_OF_A_KIND)
    return tuple(stated)
