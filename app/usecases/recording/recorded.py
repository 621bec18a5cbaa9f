"""What recording answers, and the action on its way there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.reduction import Reduction
from behaviours.refusal import Refusal
from rewards.points.earning import Award


@dataclass(frozen=True, slots=True)
class Recorded:
    """An action in the books: its reduction in mg CO2e and its points, after every cap.

    ``action_id`` is None after a dry run: nothing was written that could be named.
    """

    action_id: UUID | None
    # An action carries its whole rule: left out where a Recorded is printed.
    accepted: AcceptedAction = field(repr=False)
    reduction: Reduction
    points: int
    limited_by: str | None
    # None when there are no points.
    available_at: datetime | None
    expires_at: datetime | None
    recorded_at: datetime


@dataclass(slots=True)
class Case:
    """One action of a list between its judgement and its row; the first refusal ends it."""

    position: int
    accepted: AcceptedAction
    # Hexadecimal digests of the sender's own key and of the action's claims, in the action's order.
    digests: list[str]
    # occurred_at, and the start and end of the time that the action takes, as the books read them.
    occurred_at: str
    taken: tuple[str, str] | None
    # (earlier civil day, digest of the same claim for that day), where the rule reads history.
    earlier: Sequence[tuple[date, str]] = ()
    refusal: Refusal | None = None
    reduction: Reduction | None = None
    award: Award | None = None
    used: int = 0
    # Where the action's meter and its first exclusion stand in the question to the books.
    meter_at: int = -1
    exclusions_at: int = -1
    recorded: Recorded | None = None
