"""What the programme states of its published statistics: of how few people nothing is told.

A number is told of at least so many people; a programme may ask for more than the least, and never
for fewer.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from behaviours.document import Part

LEAST: Final = 5
MOST: Final = 1_000


class StatisticsTerms(NamedTuple):
    """Numbers of fewer people than this are hidden, and what would tell them."""

    least_people: int = LEAST


def read_statistics_terms(part: Part | None) -> StatisticsTerms:
    """The floor of a version; raises DocumentError."""
    if part is None:
        return StatisticsTerms()
    part.only(*StatisticsTerms._fields)
    return StatisticsTerms(part.at("least_people").whole(MOST, least=LEAST))
