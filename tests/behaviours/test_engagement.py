"""How somebody stands among levels and badges: by what was done, each behaviour counted once."""

from __future__ import annotations

from behaviours.engagement import LiveSum, counted_alone, standing_of
from behaviours.engagement_terms import Badge, EngagementTerms, Level

KG = 1_000_000
CATEGORIES = {"metro_ride": "travel", "bus_ride": "travel", "clean_plate": "food"}
TERMS = EngagementTerms(
    (Level("seed", "种子", "Seed", KG), Level("tree", "大树", "Tree", 10 * KG)),
    (
        Badge("any", "一", "Any", 3, None),
        # A category and one of its behaviours: each ride counts once.
        Badge("ride", "二", "Ride", 3, None, ("travel", "metro_ride")),
        Badge("heavy", "三", "Heavy", None, 2 * KG, ("food", "no_such_thing")),
    ),
)


def test_a_level_is_the_highest_that_was_reached_and_the_next_is_told() -> None:
    for saved, level, above, missing in (
        (0, None, "seed", KG),
        (KG - 1, None, "seed", 1),
        (KG, "seed", "tree", 9 * KG),
        (10 * KG, "tree", None, 0),
    ):
        found = standing_of(TERMS, LiveSum(saved, 1), {}, CATEGORIES)
        assert found.level == next((each for each in TERMS.levels if each.code == level), None)
        assert (found.next_level and found.next_level.code, found.missing_mg) == (above, missing)


def test_a_badge_counts_what_it_names_and_each_behaviour_once() -> None:
    assert counted_alone(TERMS, CATEGORIES) == ["bus_ride", "clean_plate", "metro_ride"]
    done = {"metro_ride": LiveSum(KG, 1), "bus_ride": LiveSum(KG, 1), "clean_plate": LiveSum(KG, 5)}
    found = standing_of(TERMS, LiveSum(3 * KG, 7), done, CATEGORIES)
    told = [(each.badge.code, each.have, each.need, each.is_had) for each in found.badges]
    assert told == [("any", 7, 3, True), ("ride", 2, 3, False), ("heavy", KG, 2 * KG, False)]


def test_where_nothing_is_stated_nothing_is_counted() -> None:
    assert counted_alone(EngagementTerms(), CATEGORIES) == []
    found = standing_of(EngagementTerms(), LiveSum(KG, 1), {}, CATEGORIES)
    assert found == (None, None, 0, ())
