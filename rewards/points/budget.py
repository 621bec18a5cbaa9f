"""Budgets: points that a sponsor puts up for scenes, a period and, it may be, one city.

An action that a budget covers is paid from it, never from anywhere else, as long as the budget is
open. The rule by which it pays stands in the budget and is published before the first day of its
period, so that nobody acts on a promise that is cut afterwards::

    stages = [(share_percent, pays_percent), …]

The first ``share_percent`` of the points are paid out at ``pays_percent`` of what an action earns,
the next at theirs, and so on; the first stage pays everything. One stage is *stop*: full awards,
and then none. An award that the rest of a stage does not pay is paid by it as far as it goes, and
for what is left of it by the next; so every point of a budget is paid out, the last award may be
paid in part, and none is paid beyond it. Of several budgets that cover an action **the one that
pays most for it pays, the earlier of equals**.

The points of a stage lie in ``SLOTS`` equal parts, so that many awards are written at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.viewer import Viewer

# As signatures and the log name it.
BUDGET_THING: Final = "budget"
SLOTS: Final = 32
PROPOSED, OPEN, CLOSED, WITHDRAWN = "proposed", "open", "closed", "withdrawn"
PUBLISH, CLOSE, WITHDRAW = "publish", "close", "withdraw"
_STEPS: Final = {
    PUBLISH: (PROPOSED, OPEN),
    CLOSE: (OPEN, CLOSED),
    WITHDRAW: (PROPOSED, WITHDRAWN),
}
STATES: Final = (PROPOSED, OPEN, CLOSED, WITHDRAWN)
BY_TWO: Final = (PUBLISH, CLOSE)
MOST_STAGES: Final = 10
WHOLE: Final = 100
# What an award says that a budget cut: the word, and the budget's id in hexadecimals.
LIMITED_BY: Final = "budget:"


class UnknownBudget(UnknownId):
    """There is no such budget, or not for who asks."""

    cases = ("budget",)


class BudgetStateConflict(Conflict):
    """The budget is in a state in which this step is not taken."""


class BudgetBeginsTooSoon(Conflict):
    """A budget is published before the first day of its period."""


class BudgetWrong(Invalid):
    """``period``: it ends before it begins; ``closes``: it closes within its period; ``first``: the
    first stage does not pay everything; ``falling``: a later stage pays as much as an earlier one;
    ``shares``: the shares are not 100 per cent together; ``scene``: no behaviour or category of
    the programme; ``sponsor``: no organisation; ``small``: fewer points than parts."""

    cases = ("period", "closes", "first", "falling", "shares", "scene", "sponsor", "small")


class BudgetStage(NamedTuple):
    """The next ``share_percent`` of the points are paid at ``pays_percent`` of an award."""

    share_percent: int
    pays_percent: int


class NewBudget(NamedTuple):
    """A budget as it is proposed; without a sponsor it is the programme's own.

    ``scenes`` are behaviours or categories; without a region it is for all of the programme. Awards
    of actions of ``starts_on`` to ``ends_on`` are paid until ``closes_on``, when the rest returns.
    """

    title_zh: str
    title_en: str
    sponsor_id: UUID | None
    scenes: tuple[str, ...]
    region: str | None
    starts_on: date
    ends_on: date
    closes_on: date
    points: int
    stages: tuple[BudgetStage, ...]

    def check(self) -> None:
        """Raises BudgetWrong."""
        if self.ends_on < self.starts_on:
            raise BudgetWrong("period", pointer="/ends_on")
        if self.closes_on <= self.ends_on:
            raise BudgetWrong("closes", pointer="/closes_on")
        if self.stages[0].pays_percent != WHOLE:
            raise BudgetWrong("first", pointer="/stages/0/pays_percent")
        pays = [each.pays_percent for each in self.stages]
        for at, (before, after) in enumerate(pairwise(pays), 1):
            if after >= before:
                raise BudgetWrong("falling", pointer=f"/stages/{at}/pays_percent")
        if sum(each.share_percent for each in self.stages) != WHOLE:
            raise BudgetWrong("shares", pointer="/stages")
        if min(stage_sizes(self.points, self.stages)) < SLOTS:
            raise BudgetWrong("small", pointer="/points", least=SLOTS)


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget with its state. ``returned_points`` are the points that went back to the sponsor."""

    budget_id: UUID
    said: NewBudget
    state: str
    proposed_at: datetime
    published_at: datetime | None = None
    closed_at: datetime | None = None
    returned_points: int = 0
    # Of an open one: what is there to be paid, stage by stage.
    left: tuple[int, ...] = ()

    @property
    def awarded(self) -> int:
        """What people were awarded and no reversal gave back: what is neither returned nor left."""
        funded = self.said.points if self.state in (OPEN, CLOSED) else 0
        return funded - self.returned_points - sum(self.left)

    def check(self, step: str) -> None:
        """Raises BudgetStateConflict."""
        if self.state != _STEPS[step][0]:
            raise BudgetStateConflict(state=self.state, step=step)

    def move(self, step: str, *, now: datetime, today: date) -> Budget:
        """The budget after the step. Raises BudgetStateConflict and BudgetBeginsTooSoon."""
        self.check(step)
        if step == PUBLISH:
            if today >= self.said.starts_on:
                raise BudgetBeginsTooSoon(starts_on=self.said.starts_on.isoformat())
            left = tuple(stage_sizes(self.said.points, self.said.stages))
            return replace(self, state=OPEN, published_at=now, left=left)
        if step == WITHDRAW:
            return replace(self, state=WITHDRAWN)
        rest = self.returned_points + sum(self.left)
        return replace(self, state=CLOSED, closed_at=now, returned_points=rest, left=())

    def is_for(self, viewer: Viewer) -> bool:
        """Whether who asks may read it whole: the programme's people of its region, its sponsor."""
        if viewer.sees_all:
            return viewer.area is None or viewer.area == self.said.region
        return viewer.tenant_id is not None and viewer.tenant_id == self.said.sponsor_id


def stage_sizes(points: int, stages: Sequence[BudgetStage]) -> list[int]:
    """The points of each stage, together all of them; each border is rounded down."""
    sizes, share, before = [], 0, 0
    for each in stages:
        share += each.share_percent
        border = points * share // WHOLE
        sizes.append(border - before)
        before = border
    return sizes


def slots_of(points: int) -> list[int]:
    """The points of a stage in ``SLOTS`` parts that differ by one point at most."""
    each, more = divmod(points, SLOTS)
    return [each + (at < more) for at in range(SLOTS)]


def put_back(points: int, left: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """How much of what a reversal gives back goes into each stage: the last that was paid first.

    So a budget stands after a reversal as if that much less had been awarded.
    """
    into = [0] * len(sizes)
    for at in reversed(range(len(sizes))):
        into[at] = min(points, sizes[at] - left[at])
        points -= into[at]
    assert points == 0, "more is given back than was awarded"
    return into


class Pot(NamedTuple):
    """A stage of a budget: which, and at how much of an award it pays."""

    budget_id: UUID
    stage: int
    pays_percent: int


class Paid(NamedTuple):
    """What a budget pays of an award, and whether that is less than all of it."""

    budget_id: UUID
    points: int
    is_cut: bool

    @property
    def limited_by(self) -> str | None:
        """What the award says of it."""
        return f"{LIMITED_BY}{self.budget_id.hex}" if self.is_cut else None


class BudgetFunds:
    """What there is in the budgets of one list of awards, while it is gone through.

    ``left`` are the points that may be taken of each pot; ``taken`` what the awards took.
    """

    def __init__(self, left: Mapping[Pot, int]) -> None:
        self._left = dict(left)
        self.taken: dict[Pot, int] = {}
        self._pots: dict[UUID, list[Pot]] = {}
        for pot in sorted(self._left, key=lambda each: (each.budget_id, each.stage)):
            self._pots.setdefault(pot.budget_id, []).append(pot)

    def pay(self, points: int, budgets: Iterable[UUID]) -> Paid | None:
        """Pay an award from one of the budgets that cover its action, in their order.

        None where none of them is open any more: nothing covers the action then. Of no points
        nothing is taken.
        """
        offers = [(each, self._offer(points, each)) for each in budgets if each in self._pots]
        if not offers or not points:
            return None
        budget_id, parts = max(offers, key=lambda offer: sum(offer[1].values()))
        for pot, part in parts.items():
            self._left[pot] -= part
            self.taken[pot] = self.taken.get(pot, 0) + part
        paid = sum(parts.values())
        return Paid(budget_id, paid, paid < points)

    def _offer(self, points: int, budget_id: UUID) -> dict[Pot, int]:
        """What a budget would pay of an award, stage by stage."""
        parts = {}
        for pot in self._pots[budget_id]:
            part = min(points * pot.pays_percent // WHOLE, self._left[pot])
            if part:
                parts[pot] = part
            if part < self._left[pot]:
                break
            # So much of the award the rest of the stage has paid; a part of a point is not asked
            # for again.
            points -= min(points, -(-part * WHOLE // pot.pays_percent))
        return parts
