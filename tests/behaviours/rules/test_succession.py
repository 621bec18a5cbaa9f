"""Which version took another's place: after a fill, by a later one that still waits, by none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from behaviours.actions.shipped import load_rulebook
from behaviours.rules.counts import counted
from behaviours.rules.factors import shipped_factors
from behaviours.rules.in_force import AWAITING, SUPERSEDED, ProgrammeRulebook
from behaviours.rules.members import Awaited
from behaviours.rules.methodology import Version
from tests.behaviours.builders import a_document, a_version
from tests.builders.civil import CHINA

FIRST, DAY = date(2024, 1, 1), date(2026, 6, 1)
LACK = (Awaited("EF", "a figure", "a text"),)
MADE = a_version(a_document())


def a(number: str, starts_on: date = FIRST, *, waits: bool = False, **validity: object) -> Version:
    changed = replace(MADE.validity, starts_on=starts_on, **validity)  # type: ignore[arg-type]
    return replace(
        MADE,
        version=number,
        digest=f"sha256:{number}",
        validity=changed,
        awaiting=LACK if waits else (),
        _bound={},
    )


def book(*versions: Version) -> ProgrammeRulebook:
    return ProgrammeRulebook(versions, shipped_factors(), {}, CHINA)


def test_what_a_fill_supplied_is_told_of_the_one_that_waited() -> None:
    waiting, filled = a("1", waits=True), a("1-2")
    rules = book(waiting, filled)
    assert rules.state_of(waiting, DAY) == SUPERSEDED
    assert rules.superseded_by(waiting, DAY) is filled
    assert rules.superseded_by(filled, DAY) is None
    assert rules.awaited(DAY) == []
    assert rules.awaited() == [waiting], "it still says what it lacks"
    counts = counted(rules.versions(), DAY)
    assert (counts.usable, counts.awaiting, counts.superseded) == (1, 0, 1)


def test_until_its_day_the_one_that_waits_does_so() -> None:
    waiting, filled = a("1", waits=True), a("1-2", DAY)
    rules = book(waiting, filled)
    eve = date(2026, 5, 31)
    assert (rules.state_of(waiting, eve), rules.awaited(eve)) == (AWAITING, [waiting])
    assert counted(rules.versions(), eve).awaiting == 1
    assert rules.state_of(waiting, DAY) == SUPERSEDED


def test_of_two_that_wait_the_later_one_does() -> None:
    old, new = a("1", waits=True), a("2", DAY, waits=True)
    rules = book(old, new)
    assert rules.superseded_by(old, DAY) is new
    assert rules.awaited(DAY) == [new]
    # A fill of the older one leaves the newer one waiting for what it lacks itself.
    filled = a("1-2")
    rules = book(old, new, filled)
    assert rules.superseded_by(old, DAY) is filled
    assert rules.state_of(new, DAY) == AWAITING


@pytest.mark.parametrize(
    "other",
    [
        a("1-proxy-2", DAY),
        a("2", DAY, regions=frozenset({"CN-44"})),
        a("2", DAY, ends_on=DAY),
        replace(a("2", DAY), code="another.rule"),
    ],
    ids=["a proxy", "one of a region", "one that has ended", "another rule"],
)
def test_one_that_waits_is_not_superseded_by(other: Version) -> None:
    waiting = a("1", waits=True)
    rules = book(waiting, other)
    on = date(2026, 6, 2)
    assert rules.state_of(waiting, on) == AWAITING
    assert rules.awaited(on) == [waiting]


def test_of_a_usable_one_the_successor_is_named_too() -> None:
    old, new = a("1"), a("2", DAY)
    rules = book(old, new)
    assert rules.superseded_by(old, DAY) is new
    assert rules.superseded_by(old, date(2026, 5, 31)) is None
    here = a("3", DAY, regions=frozenset({"CN-44"}))
    assert book(old, here).superseded_by(old, DAY) is None


def test_no_shipped_text_is_counted_twice_among_those_that_wait() -> None:
    rulebook = load_rulebook()
    on = date(2026, 12, 15)
    waiting = rulebook.awaited(on)
    assert len({each.code for each in waiting}) == len(waiting)
    assert counted(rulebook.versions(), on).awaiting == len(waiting)
