"""What the programme states of points: how long before it holds a policy is announced, and how long
before points expire their people are told.

No document states a figure; each is the programme's choice.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from behaviours.document import Part

_MOST_DAYS: Final = 365


class PointsTerms(NamedTuple):
    """In civil days: between the publication of a policy and its first day, and between the notice
    that points expire and the moment when they do."""

    policy_notice_days: int = 30
    expiry_notice_days: int = 30


USUAL: Final = PointsTerms()


def read_points_terms(part: Part | None) -> PointsTerms:
    """The terms of a version; what it leaves out is as usual. Raises DocumentError."""
    if part is None:
        return USUAL
    part.only(*PointsTerms._fields)
    stated = {name: part.maybe(name) for name in PointsTerms._fields}
    return USUAL._replace(
        **{name: each.whole(_MOST_DAYS) for name, each in stated.items() if each is not None}
    )
