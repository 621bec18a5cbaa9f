"""Everything that a provider reported of some days is taken back at once: its data was false.

Two people of two roles sign the days, the reason and the numbers that were shown to them. What was
recorded by the second signature and is not taken back yet is then taken back by a task, chunk by
chunk, each action as if alone: a new row of its own, with the reason that its person reads.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.reversal import REASONS
from behaviours.refusal import Conflict

# Reasons that hold of whole days, whoever the people are.
REASONS_OF_DAYS: Final = ("not_done", "false_evidence", "test_report", "rule_misapplied")
assert set(REASONS_OF_DAYS) <= set(REASONS), "one list of reasons"
MOST_DAYS: Final = 366


class NothingToTakeBack(Conflict):
    """The provider reported nothing of these days that stands."""


class AskedDays(NamedTuple):
    """What is to be taken back, both days included, and why."""

    provider_id: UUID
    first: date
    last: date
    reason_code: str
    reason: str


class ProviderStretch(NamedTuple):
    """What a provider reported of a stretch of time, as far as it was recorded by a moment."""

    provider_id: UUID
    from_at: datetime
    to_at: datetime
    recorded_until: datetime


class TakenBackTally(NamedTuple):
    """How much that is; ``frozen`` are in bundles that are sealed or about to be."""

    actions: int
    people: int
    saved_mg: int
    points: int
    frozen: int
