"""Which rule holds on a day, from when one may hold, and what a withdrawal ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from behaviours.actions.shipped import load_rulebook
from behaviours.rules.factors import shipped_factors
from behaviours.rules.in_force import (
    AWAITING,
    ENDED,
    IN_FORCE,
    SUPERSEDED,
    MethodologyWithdrawn,
    ProgrammeRulebook,
)
from behaviours.rules.lifecycle import PUBLISHED, WITHDRAWN
from behaviours.rules.methodology import MethodologyIncomplete, Version
from behaviours.rules.publication import (
    StartsInThePast,
    StartsTogether,
    WithdrawnTooEarly,
    check_alone,
    check_start,
    check_withdrawal,
)
from behaviours.scenes import SceneRegister
from tests.behaviours.builders import a_document, a_version
from tests.builders.civil import CHINA

DAY = date(2026, 6, 1)


def version(number: str = "1", starts_on: date = date(2024, 1, 1), **validity: object) -> Version:
    """A version of the test's rule, for all regions and without an end unless told otherwise."""
    made = a_version(a_document())
    changed = replace(made.validity, starts_on=starts_on, **validity)  # type: ignore[arg-type]
    return replace(made, version=number, digest=f"sha256:{number}", validity=changed, _bound={})


def book(*versions: Version, withdrawn: dict[str, date] | None = None) -> ProgrammeRulebook:
    return ProgrammeRulebook(versions, shipped_factors(), withdrawn or {}, CHINA)


def test_a_version_holds_from_its_first_day_until_another_takes_its_place() -> None:
    first, second = version("1"), version("2", DAY)
    rules = book(first, second)
    assert rules.version_for("test_action", date(2026, 5, 31), "CN-44") is first
    assert rules.version_for("test_action", DAY, "CN-44") is second
    assert rules.state_of(second, date(2026, 5, 31)) == PUBLISHED
    assert rules.state_of(first, date(2026, 5, 31)) == IN_FORCE
    assert (rules.state_of(first, DAY), rules.state_of(second, DAY)) == (SUPERSEDED, IN_FORCE)


def test_a_version_that_is_replaced_in_one_region_still_holds_in_the_others() -> None:
    first, here = version("1"), version("2", DAY, regions=frozenset({"CN-44"}))
    rules = book(first, here)
    assert rules.state_of(first, DAY) == IN_FORCE
    assert rules.state_of(here, DAY) == IN_FORCE
    assert rules.version_for("test_action", DAY, "CN-33") is first


def test_a_version_ends_with_its_last_day() -> None:
    over = version(ends_on=date(2026, 5, 31))
    assert book(over).state_of(over, date(2026, 5, 31)) == IN_FORCE
    assert book(over).state_of(over, DAY) == ENDED


def test_what_was_withdrawn_is_not_replaced_by_the_one_that_it_had_superseded() -> None:
    first, second = version("1"), version("2", date(2025, 1, 1))
    rules = book(first, second, withdrawn={second.label: DAY})
    assert rules.version_for("test_action", date(2026, 5, 31), "CN-44") is second
    assert rules.state_of(second, date(2026, 5, 31)) == IN_FORCE
    with pytest.raises(MethodologyWithdrawn) as caught:
        rules.version_for("test_action", DAY, "CN-44")
    assert caught.value.facts == {"methodology": second.label, "withdrawn_from": "2026-06-01"}
    assert rules.state_of(second, DAY) == WITHDRAWN
    assert rules.state_of(first, DAY) == SUPERSEDED


def test_a_version_that_lacks_figures_takes_no_action() -> None:
    awaiting = next(each for each in load_rulebook().versions() if each.awaiting)
    rules = book(awaiting)
    assert rules.state_of(awaiting, max(DAY, awaiting.validity.starts_on)) == AWAITING
    with pytest.raises(MethodologyIncomplete):
        check_start(awaiting, date.min)


def test_opening_scenes_changes_no_rule() -> None:
    rules, register = book(version()), SceneRegister({})
    opened = rules.with_scenes(register)
    assert list(opened.versions()) == list(rules.versions())
    assert opened.scenes.register is register
    assert rules.scenes.register is None, "what was handed out before stays as it was"


def test_a_version_begins_on_no_day_before_its_publication() -> None:
    check_start(version("2", DAY), DAY)
    with pytest.raises(StartsInThePast) as caught:
        check_start(version("2", date(2026, 5, 31)), DAY)
    assert caught.value.facts["today"] == "2026-06-01"


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (None, None, True),
        ({"CN-44"}, {"CN-44", "CN-33"}, True),
        ({"CN-44"}, {"CN-33"}, False),
        # One of a region goes before one of all.
        ({"CN-44"}, None, False),
    ],
)
def test_two_versions_do_not_begin_together_in_one_region(
    one: set[str] | None, other: set[str] | None, together: bool
) -> None:
    first, second = (
        version(number, DAY, regions=frozenset(regions) if regions else None)
        for number, regions in (("1", one), ("2", other))
    )
    if together:
        with pytest.raises(StartsTogether):
            check_alone(second, [first])
    else:
        check_alone(second, [first])


def test_versions_of_other_days_behaviours_and_the_version_itself_stand_in_no_way() -> None:
    one = version("2", DAY)
    check_alone(one, [one, version("1"), replace(version("3", DAY), behaviour="another")])


def test_a_withdrawal_ends_a_day_that_has_not_begun() -> None:
    check_withdrawal(date(2026, 6, 2), DAY)
    with pytest.raises(WithdrawnTooEarly):
        check_withdrawal(DAY, DAY)
