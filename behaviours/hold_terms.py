"""How long actions wait that are not credited at once, and how many are drawn for a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from behaviours.document import Part

LAPSE_AFTER_DAYS = 30
LOOK_WITHIN_DAYS = 7
CONFIRMED_PER_MILLE = 100


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """What becomes of actions that are not credited at once.

    They lapse after ``lapse_after``; that nobody looked at one is said after ``look_within``; where
    a rule confirms a sample of what people report themselves, ``confirmed_per_mille`` are drawn.
    """

    lapse_after: timedelta = timedelta(days=LAPSE_AFTER_DAYS)
    look_within: timedelta = timedelta(days=LOOK_WITHIN_DAYS)
    confirmed_per_mille: int = CONFIRMED_PER_MILLE


def read_hold_terms(part: Part | None) -> HoldTerms:
    """The terms of a version, or the usual ones. Raises DocumentError."""
    if part is None:
        return HoldTerms()
    part.only("lapse_after_days", "look_within_days", "confirmed_per_mille")
    return HoldTerms(
        lapse_after=timedelta(days=part.at("lapse_after_days").whole(365)),
        look_within=timedelta(days=part.at("look_within_days").whole(365)),
        confirmed_per_mille=part.at("confirmed_per_mille").whole(1000),
    )
