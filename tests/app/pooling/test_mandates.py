"""Caps in the books: the store weighs as the domain does, whatever the windows are."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text

from app.ids import new_id, new_ids
from app.store.database import Connection
from app.store.people.contributions import add_contributions
from app.store.pooling.counting import count_left_out, preview_window
from app.store.pooling.mandates import left_to_person, weigh_again
from app.store.pooling.selecting import BundleWindow, release_chunk, select_window
from app.wiring import Wiring
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.mandates import Caps, Weighed, weigh
from behaviours.people import Contribution
from rewards.pooling.counting import PREVIEW, SELECTION
from rewards.pooling.documents import Amounts, Conditions
from rewards.pooling.eligibility import OVER_CAP
from tests.app.pooling.test_agreement import COPY
from tests.app.pooling.test_counting import outcomes, put_aside
from tests.builders.market import NOW, PV, pooled_pv, run

CONDITIONS = Conditions(PV, 2026, None, date(2026, 1, 1), date(2026, 6, 30), "voluntary")
Masses = dict[UUID, list[tuple[UUID, int]]]


def windows(wiring: Wiring, parts: int) -> list[BundleWindow]:
    begins = start_of_day(CONDITIONS.occurred_from, wiring.zone)
    whole = day_ends_at(CONDITIONS.occurred_to, wiring.zone) - begins
    cuts = [begins + whole * part / parts for part in range(parts + 1)]
    return [BundleWindow(*each) for each in pairwise(cuts)]


def grant(
    connection: Connection, person: UUID, caps: Caps | None, *, bundle_id: UUID | None = None
) -> UUID:
    given = Contribution(
        new_id(), None, date(2026, 1, 1), date(2026, 12, 31), "2026-01", NOW, None, bundle_id, caps
    )
    add_contributions(connection, person, [given])
    return given.contribution_id


def end(connection: Connection, contribution_id: UUID) -> None:
    connection.execute(
        text("update contribution set withdrawn_at = :now where contribution_id = :id"),
        {"id": contribution_id, "now": NOW + timedelta(seconds=1)},
    )


def reductions(
    connection: Connection, random: Random, template: UUID, people: list[UUID], each: int = 9
) -> Masses:
    """Random reductions of these people, (action, mg) of each in the order of time."""
    made: Masses = {}
    for person in people:
        moments = sorted(
            datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=random.randrange(60 * 24 * 170))
            for _ in range(each)
        )
        made[person] = []
        for at in moments:
            action_id, saved_mg = new_id(), random.randrange(1, 1000)
            changes = {
                "action_id": action_id.hex,
                "participant_id": person.hex,
                "occurred_at": at.isoformat(),
                "ended_at": None,
                "saved_mg": saved_mg,
                "provenance": "official",
            }
            connection.execute(COPY, {"changes": json.dumps(changes), "template": template})
            made[person].append((action_id, saved_mg))
    return made


def entries(connection: Connection, bundle_id: UUID) -> set[UUID]:
    found = connection.execute(
        text("select action_id from bundle_entry where bundle_id = :b"), {"b": bundle_id}
    )
    return set(found.scalars())


def some_caps(random: Random) -> Caps | None:
    return random.choice(
        (
            None,
            Caps(per_year_mg=random.randrange(1, 5000)),
            Caps(per_bundle_mg=random.randrange(1, 3000)),
            Caps(percent=random.randrange(1, 101)),
            Caps(random.randrange(1, 5000), random.randrange(1, 3000), random.randrange(1, 101)),
        )
    )


def wanted(made: Masses, stated: dict[UUID, Caps | None], year_mg: dict[UUID, int]) -> set[UUID]:
    """The actions that go in, as the domain says."""
    found = set()
    for person, masses in made.items():
        goes_in = weigh(
            stated[person] or Caps(), Weighed(year_mg=year_mg[person]), [mg for _, mg in masses]
        )
        found |= {action for (action, _), fits in zip(masses, goes_in, strict=True) if fits}
    return found


@pytest.mark.parametrize(("seed", "parts"), [(1, 1), (2, 3), (3, 11)])
def test_what_is_counted_and_what_goes_in_is_what_the_domain_weighs(
    shut: Wiring, seed: int, parts: int
) -> None:
    ((_, template),) = pooled_pv(shut, people=1)
    random, (first, second) = Random(seed), new_ids(2)
    zone = shut.zone

    def select(connection: Connection, bundle_id: UUID) -> Amounts:
        taken = Amounts(0, 0)
        for window in windows(shut, parts):
            found = select_window(connection, bundle_id, CONDITIONS, window, zone=zone)
            count_left_out(connection, bundle_id, CONDITIONS, window, found, zone=zone)
            taken = Amounts(taken.reductions + found.reductions, taken.saved_mg + found.saved_mg)
        return taken

    def work(connection: Connection) -> None:
        put_aside(connection, template)
        people = new_ids(25)
        made = reductions(connection, random, template, people)
        stated = {person: some_caps(random) for person in people}
        granted = {person: grant(connection, person, stated[person]) for person in people}
        year_mg: dict[UUID, int] = defaultdict(int)
        expected = wanted(made, stated, year_mg)
        mass = dict(pair for masses in made.values() for pair in masses)
        for window in windows(shut, parts):
            preview_window(connection, first, CONDITIONS, window, zone=zone)
        assert entries(connection, first) == set(), "a preview marks nothing"
        taken = select(connection, first)
        assert entries(connection, first) == expected
        assert taken == Amounts(len(expected), sum(mass[each] for each in expected))
        # The report adds up to the whole, and the preview had said the same.
        told = outcomes(connection, first, SELECTION)
        assert told == outcomes(connection, first, PREVIEW)
        left = set(mass) - expected
        assert told[OVER_CAP] == Amounts(len(left), sum(mass[each] for each in left))
        assert 0 < len(expected) < len(mass), "a comparison of nothing proves nothing"
        # Each person is told which of them stayed.
        for person, masses in made.items():
            kept = left_to_person(connection, person, before=None, most=100)
            assert {each.action_id for each in kept} == {each for each, _ in masses} & left
            assert all((each.bundles, each.went_into) == ([first], None) for each in kept)
        # What stayed goes into a later bundle, as far as the caps of that one and the year allow.
        for person, masses in made.items():
            year_mg[person] = sum(mg for action, mg in masses if action in expected)
        rest = {
            person: [pair for pair in masses if pair[0] in left] for person, masses in made.items()
        }
        select(connection, second)
        assert entries(connection, second) == wanted(rest, stated, year_mg)
        assert entries(connection, second), "something overflowed into the later bundle"
        # Released, it says of nothing any more that a cap left it out, and the year has room again.
        while release_chunk(connection, first, most=10):
            pass
        assert entries(connection, first) == set()
        for person in people:
            kept = left_to_person(connection, person, before=None, most=100)
            assert all(each.bundles == [second] for each in kept)
            end(connection, granted[person])

    run(shut, work)


def test_caps_that_were_lowered_before_the_freeze_are_kept_to(shut: Wiring) -> None:
    ((_, template),) = pooled_pv(shut, people=1)
    random, zone, bundle_id, person = Random(7), shut.zone, *(new_id(), new_id())

    def work(connection: Connection) -> None:
        put_aside(connection, template)
        made = reductions(connection, random, template, [person])
        standing = grant(connection, person, None)
        (window,) = windows(shut, 1)
        select_window(connection, bundle_id, CONDITIONS, window, zone=zone)
        assert entries(connection, bundle_id) == {each for each, _ in made[person]}
        assert weigh_again(connection, bundle_id, zone=zone) == 0
        end(connection, standing)
        caps = Caps(percent=40)
        grant(connection, person, caps)
        keep_bundle(connection, bundle_id)
        weigh_again(connection, bundle_id, zone=zone)
        expected = wanted(made, {person: caps}, defaultdict(int))
        assert entries(connection, bundle_id) == expected
        left = left_to_person(connection, person, before=None, most=100)
        assert {each.action_id for each in left} == {each for each, _ in made[person]} - expected

    run(shut, work)


def keep_bundle(connection: Connection, bundle_id: UUID) -> None:
    connection.execute(
        text(
            "insert into bundle (bundle_id, vintage, occurred_from, occurred_to, unit_class,"
            " state, created_by, created_at, reserve_per_mille) values (:b, 2026, '2026-01-01',"
            " '2026-06-30', 'voluntary', 'sealing', :b, now(), 50)"
        ),
        {"b": bundle_id},
    )


def test_an_opt_in_is_for_its_bundle_alone(shut: Wiring) -> None:
    ((_, template),) = pooled_pv(shut, people=1)
    random, zone, (named, other) = Random(9), shut.zone, new_ids(2)
    (person,) = new_ids(1)

    def work(connection: Connection) -> None:
        put_aside(connection, template)
        made = reductions(connection, random, template, [person])
        grant(connection, person, Caps(per_bundle_mg=1500), bundle_id=named)
        (window,) = windows(shut, 1)
        select_window(connection, other, CONDITIONS, window, zone=zone)
        assert entries(connection, other) == set()
        select_window(connection, named, CONDITIONS, window, zone=zone)
        expected = wanted(made, {person: Caps(per_bundle_mg=1500)}, defaultdict(int))
        assert entries(connection, named) == expected != set()

    run(shut, work)
