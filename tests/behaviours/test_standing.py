"""How an organisation stands: one suspends, two lift and close; what is open is settled first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from behaviours.closing import BLOCKING, BLOCKING_MATTERS, OpenMatters, OrganisationHasMatters
from behaviours.coming_in import told_to_people, told_to_programs
from behaviours.organisations import InvalidClient, InvalidGrant
from behaviours.standing import (
    ACTIVE,
    CLOSED,
    STANDINGS,
    STEPS,
    SUSPEND,
    SUSPENDED,
    OrganisationClosed,
    OrganisationStanding,
    OrganisationStateConflict,
    OrganisationSuspended,
    check_take_part,
)

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
METRO = OrganisationStanding(UUID(int=100), "provider", "Metro", ACTIVE, 1, None)
PAUSED, GONE = replace(METRO, state=SUSPENDED), replace(METRO, state=CLOSED)


@pytest.mark.parametrize("state", STANDINGS)
@pytest.mark.parametrize("step", sorted(STEPS))
def test_an_organisation_moves_as_its_table_says(step: str, state: str) -> None:
    standing = replace(METRO, state=state)
    if state not in STEPS[step].needs:
        with pytest.raises(OrganisationStateConflict):
            standing.move(step, now=NOW)
        return
    moved = standing.move(step, now=NOW)
    assert (moved.state, moved.revision, moved.changed_at) == (STEPS[step].leads_to, 2, NOW)


def test_a_suspension_names_its_ground_and_says_what_happened() -> None:
    suspended, told = METRO.suspend(
        "unpaid", "Three bills.", by=UUID(int=1), role="operator", now=NOW
    )
    assert not suspended.takes_part
    assert (told.step, told.ground, told.reason) == (SUSPEND, "unpaid", "Three bills.")
    assert suspended.tokens == METRO.tokens == f"org:{METRO.organisation_id.hex}"
    with pytest.raises(AssertionError):
        METRO.suspend("dislike", "", by=UUID(int=1), role="operator", now=NOW)


def test_who_does_not_take_part_is_named() -> None:
    check_take_part([METRO])
    for standing, refusal in ((PAUSED, OrganisationSuspended), (GONE, OrganisationClosed)):
        with pytest.raises(refusal) as caught:
            check_take_part([METRO, standing])
        assert caught.value.facts["name"] == "Metro"


@pytest.mark.parametrize("standing", [PAUSED, GONE])
def test_who_comes_in_for_it_is_told_in_the_words_of_oauth(standing: OrganisationStanding) -> None:
    with pytest.raises(InvalidClient) as program, told_to_programs():
        standing.check_takes_part()
    with pytest.raises(InvalidGrant) as person, told_to_people():
        standing.check_takes_part()
    assert program.value.case == person.value.case == "organisation_stopped"
    with told_to_programs(), told_to_people():
        METRO.check_takes_part()


def test_what_is_open_of_other_people_is_settled_before_a_closing() -> None:
    open_ones = OpenMatters("merchant", {"held_redemptions": 2, "offers": 3, "open_trades": 0})
    assert open_ones.blocking == {"held_redemptions": 2}
    assert open_ones.ending == {"offers": 3}
    assert open_ones.settled_by == {"held_redemptions": ["organisation", "participant", "time"]}
    assert [(count, name) for count, name, _ in open_ones.told] == [
        (2, "held redemptions"),
        (3, "offers"),
    ]
    with pytest.raises(OrganisationHasMatters) as caught:
        open_ones.check_settled()
    assert (caught.value.case, caught.value.facts["count"]) == ("held_redemptions", 2)
    OpenMatters("merchant", {"offers": 3}).check_settled()


def test_what_organisations_of_a_kind_can_have_is_shown_also_where_it_is_none() -> None:
    counts = dict.fromkeys([*BLOCKING, "offers"], 0)
    shown = OpenMatters("merchant", counts).shown
    assert shown == {
        "held_redemptions": 0,
        "reversible_redemptions": 0,
        "open_budgets": 0,
        "offers": 0,
    }
    odd = OpenMatters("merchant", counts).with_counted("held_units_t", 5)
    assert odd.shown["held_units_t"] == 5
    assert all(each.blocks for each in BLOCKING_MATTERS)
    with pytest.raises(AssertionError):
        odd.with_counted("debts", 1)
