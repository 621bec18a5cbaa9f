"""What a bundle holds and leaves out: every reduction of its days stands in one line.

Counted twice: as a preview, before anything is marked, and when a selection has looked at the days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from rewards.pooling.documents import Amounts, NamedAmounts
from rewards.pooling.eligibility import REASONS
from rewards.pooling.refusals import UnknownBundle
from rewards.registry.issuing import Issue, issue

ELIGIBLE: Final = "eligible"
# It qualified too late: a window of days is looked at once, and what is recorded for it later, or
# entrusted later, waits for another bundle.
TOO_LATE: Final = "too_late"
OUTCOMES: Final = (ELIGIBLE, *REASONS, TOO_LATE)

PREVIEW: Final = "preview"
SELECTION: Final = "selection"
PHASES: Final = (PREVIEW, SELECTION)

# By what reductions are told apart: what becomes of them, and, of those that qualify, the rest.
OUTCOME: Final = "outcome"
BEHAVIOUR: Final = "behaviour"
MONTH: Final = "month"
REGION: Final = "region"
VERSION: Final = "version"
PARTS: Final = (OUTCOME, BEHAVIOUR, MONTH, REGION, VERSION)


class CountedLine(NamedTuple):
    """Some reductions by one of ``PARTS``; ``name`` of an outcome is one of ``OUTCOMES``."""

    part: str
    name: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class CountedDays:
    """What was counted of a bundle's days; by outcome, in the order of ``OUTCOMES``.

    ``complete`` says whether all days have been looked at.
    """

    bundle_id: UUID
    counted_at: datetime
    complete: bool
    lines: Sequence[CountedLine]

    @property
    def whole(self) -> Amounts:
        """Everything that was credited for these days."""
        outcomes = [each.amounts for each in self.of(OUTCOME)]
        return Amounts(
            sum(each.reductions for each in outcomes), sum(each.saved_mg for each in outcomes)
        )

    @property
    def eligible(self) -> Amounts:
        """What qualifies, or was selected."""
        found = (each.amounts for each in self.of(OUTCOME) if each.name == ELIGIBLE)
        return next(found, Amounts(0, 0))

    @property
    def excluded(self) -> list[NamedAmounts]:
        """What is left out, by the first reason for it."""
        return [each for each in self.of(OUTCOME) if each.name != ELIGIBLE]

    def of(self, part: str) -> list[NamedAmounts]:
        """The lines of one part, in their order."""
        lines = [NamedAmounts(each.name, each.amounts) for each in self.lines if each.part == part]
        if part == OUTCOME:
            return sorted(lines, key=lambda each: OUTCOMES.index(each.name))
        return sorted(lines)


class WindowStep(NamedTuple):
    """One window of a preview, or of a selection: how many reductions it counted, or took."""

    reductions: int
    # How far the period has been looked at, and how long it is.
    done: timedelta
    total: timedelta
    finished: bool


class Forecast(NamedTuple):
    """A preview with what is carried in today, and the reserve's share of the bundle."""

    counted: CountedDays
    carried_in_mg: int
    reserve_per_mille: int

    @property
    def issue(self) -> Issue:
        """What would be issued if the verifier deducted nothing."""
        return issue(
            total_mg=self.counted.eligible.saved_mg,
            carried_in_mg=self.carried_in_mg,
            deducted_mg=0,
            reserve_per_mille=self.reserve_per_mille,
        )


def known(found: CountedDays | None, phase: str) -> CountedDays:
    """Raises UnknownBundle where nothing was counted yet."""
    if found is None:
        raise UnknownBundle(phase)
    return found
