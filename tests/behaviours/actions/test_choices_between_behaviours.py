"""A choice is one person's; what a number of the thing could tell, it tells by its claim."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from behaviours.actions.claims import METER
from behaviours.actions.shipped import load_rulebook
from behaviours.rules.methodology import Version


def numbers_of(version: Version) -> set[str]:
    """The evidence that says which thing it was."""
    meter = version.told.interval.meter
    claimed = {name for rule in version.trust.claims for name in rule.evidence}
    return claimed | ({meter} if meter else set())


def kinds_of(version: Version) -> dict[str, set[str]]:
    """The kinds of claim by the evidence that each is made of."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for rule in version.trust.claims:
        for name in rule.evidence:
            kinds[name].add(rule.kind)
    if version.told.interval.meter:
        kinds[version.told.interval.meter].add(METER)
    return kinds


def test_no_two_sides_of_a_choice_carry_a_common_number() -> None:
    """Where two did, the same thing under both could be told apart whoever reported it."""
    sides: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for version in load_rulebook().versions():
        for rule in version.trust.exclusions:
            sides[rule.group][rule.side] |= numbers_of(version)
    assert set(sides) >= {"ev_distance_or_charging", "stop_driving_or_car_trip"}
    for group, by_side in sides.items():
        for (one, of_one), (other, of_other) in combinations(by_side.items(), 2):
            assert not of_one & of_other, f"{group}: claim it on both sides: {one}, {other}"


def test_what_two_rides_tickets_or_devices_have_in_common_counts_once_under_every_rule() -> None:
    """The same number of the same thing is claimed by one kind, whatever the behaviour."""
    by_name: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for version in load_rulebook().versions():
        for name, kinds in kinds_of(version).items():
            by_name[name].setdefault(version.behaviour, set()).update(kinds)
    for name in ("ride_id", "weigh_ticket_no", "bag_id", "plot_no", "meter_id"):
        kinds = list(by_name[name].values())
        assert len(kinds) > 1, name
        assert all(each == kinds[0] for each in kinds), (name, by_name[name])
