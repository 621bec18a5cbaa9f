"""What a shadow run counts: sums by place and month, who gains and loses, spread, extremes.

Memory does not grow with the number of actions: people come one after another, groups are few, and
a spread that would hold too many values is kept with three digits of each.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.rules.methodology import Version
from behaviours.rules.shadow_report import (
    ChangeShown,
    QuantileShown,
    RefusedShown,
    ShadowReport,
    SpreadShown,
    SumsShown,
    TallyShown,
)

LARGEST = 10
QUANTILES = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)
VALUES_MAX = 20_000
_DIGITS = 3


class UnknownShadowRun(UnknownId):
    """No shadow run of this version has that id."""

    cases = ("shadow_run",)


class BadShadowPeriod(Invalid):
    """The period of a shadow run ends before it begins, or reaches into the future."""

    cases = ("backwards", "not_over")


class ReportNotReady(Conflict, code="SHADOW_REPORT_NOT_READY"):
    """The shadow run has not come to its end."""


class RunOfARule(NamedTuple):
    """A run; ``report`` is plain JSON, None until it is finished and in a list of runs."""

    run_id: UUID
    code: str
    version: str
    occurred_from: date
    occurred_to: date
    sample: int | None
    seed: str
    started_by: UUID
    started_at: datetime
    finished_at: datetime | None
    report: ShadowReport | None = None


def check_period(occurred_from: date, occurred_to: date, today: date) -> None:
    """Raises BadShadowPeriod for a period that is backwards or not over."""
    if occurred_to < occurred_from:
        raise BadShadowPeriod(
            "backwards",
            pointer="/to",
            starts_on=occurred_from.isoformat(),
            ends_on=occurred_to.isoformat(),
        )
    if occurred_to > today:
        raise BadShadowPeriod("not_over", pointer="/to", today=today.isoformat())


def in_force_always(version: Version) -> Version:
    """The same rule for days on which it was not in force; its first figures hold before it."""
    parameters = tuple(
        replace(each, values=(replace(each.values[0], start=date.min), *each.values[1:]))
        if each.values
        else each
        for each in version.reckoning.parameters
    )
    return replace(
        version,
        validity=replace(version.validity, starts_on=date.min, ends_on=None),
        reckoning=replace(version.reckoning, parameters=parameters),
        _bound={},
    )


@dataclass(slots=True)
class Sums:
    """Actions of a group, in mg CO2e; an action that the draft refuses counts as nothing saved."""

    actions: int = 0
    old_mg: int = 0
    new_mg: int = 0
    gaining: int = 0
    gained_mg: int = 0
    losing: int = 0
    lost_mg: int = 0
    refused: int = 0

    def add(self, old_mg: int, new_mg: int, *, refused: bool) -> None:
        change = new_mg - old_mg
        self.actions += 1
        self.old_mg += old_mg
        self.new_mg += new_mg
        self.refused += refused
        if change > 0:
            self.gaining += 1
            self.gained_mg += change
        elif change < 0:
            self.losing += 1
            self.lost_mg -= change

    def shown(self) -> SumsShown:
        return {
            "actions": self.actions,
            "old_mg": str(self.old_mg),
            "new_mg": str(self.new_mg),
            "change_mg": str(self.new_mg - self.old_mg),
            "gain": {"actions": self.gaining, "mg": str(self.gained_mg)},
            "lose": {"actions": self.losing, "mg": str(self.lost_mg)},
            "unchanged": self.actions - self.gaining - self.losing,
            "refused": self.refused,
        }


@dataclass(slots=True)
class Spread:
    """How values are distributed; ``exact`` until there are more than can be kept."""

    counts: dict[int, int] = field(default_factory=dict)
    exact: bool = True

    def add(self, value: int) -> None:
        if not self.exact:
            value = _short(value)
        self.counts[value] = self.counts.get(value, 0) + 1
        if self.exact and len(self.counts) > VALUES_MAX:
            whole, self.counts, self.exact = self.counts, {}, False
            for known, count in whole.items():
                short = _short(known)
                self.counts[short] = self.counts.get(short, 0) + count

    def shown(self) -> SpreadShown:
        """Nearest-rank quantiles, in per cent."""
        return {"exact": self.exact, "quantiles": list(self._quantiles())}

    def _quantiles(self) -> Iterator[QuantileShown]:
        total = sum(self.counts.values())
        if not total:
            return
        passed, values = 0, iter(sorted(self.counts.items()))
        value = 0
        for per_cent in QUANTILES:
            rank = max(1, -(-total * per_cent // 100))
            while passed < rank:
                value, count = next(values)
                passed += count
            yield {"per_cent": per_cent, "change_mg": str(value)}


def _short(value: int) -> int:
    """The value with its first three digits, towards zero."""
    size = abs(value)
    step: int = 10 ** max(0, len(str(size)) - _DIGITS)
    return (size // step * step) * (1 if value >= 0 else -1)


class Tally:
    """Takes actions person by person and gives the report; ``named`` makes public ids."""

    def __init__(self, named: Callable[[UUID], str]) -> None:
        self._named = named
        self.whole = Sums()
        self.groups: defaultdict[tuple[str, str, str], Sums] = defaultdict(Sums)
        self.refusals: dict[str, RefusedShown] = {}
        self.not_affected = 0
        self._by_action, self._by_person = Spread(), Spread()
        self._largest: list[tuple[int, int, ChangeShown]] = []
        self._people = Sums()
        self._person: UUID | None = None
        self._own = Sums()

    def add(  # noqa: PLR0917 - what is known of one action
        self,
        person: UUID,
        action_id: UUID,
        group: tuple[str, str, str],
        old_mg: int,
        new_mg: int,
        refusal: tuple[str, str] | None = None,
    ) -> None:
        """``group`` is (behaviour, region, month); ``refusal`` is its code and sentence."""
        if person != self._person:
            self._close_person()
            self._person = person
        refused = refusal is not None
        for sums in (self.whole, self.groups[group], self._own):
            sums.add(old_mg, new_mg, refused=refused)
        if refusal is not None:
            code, sentence = refusal
            known = self.refusals.setdefault(code, {"code": code, "actions": 0, "for_example": ""})
            known["actions"] += 1
            known["for_example"] = known["for_example"] or sentence
        change = new_mg - old_mg
        self._by_action.add(change)
        if change:
            self._keep_if_large(change, action_id, group, old_mg, new_mg)

    def _keep_if_large(
        self, change: int, action_id: UUID, group: tuple[str, str, str], old_mg: int, new_mg: int
    ) -> None:
        # Of equal changes the earlier action stays: its negated number is the larger one.
        entry = (abs(change), -action_id.int)
        if len(self._largest) == LARGEST and entry <= self._largest[0][:2]:
            return
        behaviour, region, month = group
        shown: ChangeShown = {
            "action_id": self._named(action_id),
            "behaviour": behaviour,
            "region": region,
            "month": month,
            "old_mg": str(old_mg),
            "new_mg": str(new_mg),
            "change_mg": str(change),
        }
        push = heapq.heappush if len(self._largest) < LARGEST else heapq.heapreplace
        push(self._largest, (*entry, shown))

    def _close_person(self) -> None:
        if self._person is not None:
            self._people.add(self._own.old_mg, self._own.new_mg, refused=self._own.refused > 0)
            self._by_person.add(self._own.new_mg - self._own.old_mg)
        self._own = Sums()

    def report(self) -> TallyShown:
        """The whole as plain JSON; nothing can be added after it."""
        self._close_person()
        self._person = None
        people = self._people.shown()
        return {
            "totals": self.whole.shown(),
            "not_affected": self.not_affected,
            "people": {
                "people": people["actions"],
                "gain": {"people": self._people.gaining, "mg": people["gain"]["mg"]},
                "lose": {"people": self._people.losing, "mg": people["lose"]["mg"]},
                "unchanged": people["unchanged"],
                "with_refusals": people["refused"],
            },
            "groups": [
                {"behaviour": behaviour, "region": region, "month": month, **sums.shown()}
                for (behaviour, region, month), sums in sorted(self.groups.items())
            ],
            "distribution": {
                "per_action": self._by_action.shown(),
                "per_person": self._by_person.shown(),
            },
            "largest": [shown for _, _, shown in sorted(self._largest, key=_rank)],
            "refusals": sorted(self.refusals.values(), key=lambda each: -each["actions"]),
        }


def _rank(entry: tuple[int, int, ChangeShown]) -> tuple[int, int]:
    return -entry[0], -entry[1]
