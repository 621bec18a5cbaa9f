"""Verified milligrams by civil year: split, lowered by what was deducted and by what is owed.

::

    verified + settled of losses before
        = Σ credited by year + set off against earlier losses - the loss of this period

A loss is never silently nought (projects.md, E9): it is kept as a deficit, and the next
periods are set off against it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from behaviours.largest_remainder import share
from behaviours.projects.designed import DaySpan
from behaviours.rules.survey.run import ByVintage


class Credited(NamedTuple):
    """What a period is credited: by year, none below nought; and what it owes or makes up for."""

    by_year: tuple[ByVintage, ...]
    set_off_mg: int
    deficit_mg: int

    @property
    def masses_mg(self) -> tuple[int, int, int]:
        """What is set off, what is owed, and what is credited."""
        return self.set_off_mg, self.deficit_mg, self.sum_mg

    @property
    def sum_mg(self) -> int:
        """What is credited of all years together."""
        return sum(each.mg for each in self.by_year)


def by_civil_year(span: DaySpan, mg: int, vintages: Sequence[ByVintage]) -> list[ByVintage]:
    """The result by civil year, as the rule has it or else by days; together exactly the result."""
    years = span.by_year()
    if vintages:
        found = {each.year: each.mg for each in vintages}
    else:
        found = {each.starts_on.year: mg * each.days // span.days for each in years}
    # Each year was rounded down by itself: the last one has what is left.
    last = years[-1].starts_on.year
    found[last] = found.get(last, 0) + mg - sum(found.values())
    return [ByVintage(year, mg) for year, mg in sorted(found.items())]


def credited(
    years: Sequence[ByVintage], *, deducted_mg: int, owed_mg: int, remeasured_mg: int = 0
) -> Credited:
    """What is left by year after the verifier's deduction and what earlier periods lost.

    A year with a loss takes from the other years first, the oldest before the others. What was
    settled of a loss before (``remeasured_mg``) makes up for the loss that is measured now, and
    what is more of it is credited to the last year.
    """
    assert min(deducted_mg, owed_mg, remeasured_mg) >= 0, "deductions and debts are positive"
    years = _made_up_for(years, remeasured_mg)
    lost_mg = sum(-each.mg for each in years if each.mg < 0)
    gained = [ByVintage(each.year, max(0, each.mg)) for each in years]
    verified_mg = sum(each.mg for each in gained) - lost_mg - deducted_mg
    if verified_mg < 0:
        return Credited(tuple(ByVintage(each.year, 0) for each in years), 0, -verified_mg)
    set_off_mg = min(owed_mg, verified_mg)
    left = _without(_without(gained, lost_mg), set_off_mg)
    return Credited(tuple(_less(left, deducted_mg)), set_off_mg, 0)


def _made_up_for(years: Sequence[ByVintage], mg: int) -> list[ByVintage]:
    """A settled loss goes to the years that measured one, and the rest of it to the last year."""
    given = []
    for each in years:
        part = min(mg, max(0, -each.mg))
        mg -= part
        given.append(ByVintage(each.year, each.mg + part))
    last = given[-1]
    return [*given[:-1], ByVintage(last.year, last.mg + mg)]


def _without(years: Sequence[ByVintage], mg: int) -> list[ByVintage]:
    left = []
    for each in years:
        taken = min(mg, each.mg)
        mg -= taken
        left.append(ByVintage(each.year, each.mg - taken))
    return left


def _less(years: Sequence[ByVintage], mg: int) -> list[ByVintage]:
    """Every year gives its share of a deduction, by largest remainder."""
    if not mg:
        return list(years)
    shares = share(mg, [each.mg for each in years])
    return [ByVintage(each.year, each.mg - part) for each, part in zip(years, shares, strict=True)]
