"""Whoever had two numbers, left, and comes back by one of them is found by the other as well."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from app.usecases.people.enrol import Enrolment, enrol
from behaviours.identity_change import REASSIGNED
from tests.builders.at_once import at_once
from tests.builders.held import while_held
from tests.builders.identity_changes import Scene, a_number, scene
from tests.builders.people import a_participant, an_organisation, leaving
from tests.builders.points import hand_back_boxes

__all__ = ["scene"]

TWO_NUMBERS = pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["former", "current"])


@pytest.fixture
def numbers(scene):
    """The former number of somebody who has used up a day's cap and left, and the current one."""
    new = a_number()
    scene.changed(new)
    hand_back_boxes(
        scene.wiring, scene.person, 1_000, available_at=scene.wiring.clock.now() + timedelta(days=1)
    )
    scene.wiring.database.transact(leaving(scene.wiring, scene.person))
    return scene.number, new


def enrolling(scene: Scene, *numbers: str):
    provider = an_organisation(scene.wiring)
    return lambda connection: [
        each.participant_id
        for each in enrol(
            connection,
            [Enrolment(number, "CN-33") for number in numbers],
            organisation_id=provider,
            identity_key=scene.wiring.settings.identity_key,
            scenes=scene.wiring.scenes,
            clock=scene.wiring.clock,
        )
    ]


def used(scene, person):
    with scene.wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select sum(granted)::int from points_cap where participant_id = %s", (person,)
        ).scalar_one()


@TWO_NUMBERS
def test_one_after_the_other(scene, numbers, order):
    first, second = (numbers[at] for at in order)
    person = a_participant(scene.wiring, identity=first)
    assert used(scene, person) == 1_000
    assert scene.leads_to(second) == person
    assert a_participant(scene.wiring, identity=second) == person
    assert a_participant(scene.wiring, identity=first) == person


@TWO_NUMBERS
def test_both_in_one_list(scene, numbers, order):
    first, second = (numbers[at] for at in order)
    people = scene.wiring.database.transact(enrolling(scene, first, second))
    assert people[0] == people[1]
    assert used(scene, people[0]) == 1_000
    assert scene.leads_to(second) == people[0]


@TWO_NUMBERS
def test_both_at_the_same_moment(scene, numbers, order):
    works = [enrolling(scene, numbers[at]) for at in order]
    found = at_once([partial(scene.wiring.database.transact, each) for each in works * 2])
    assert len({each[0] for each in found}) == 1, found
    assert used(scene, found[0][0]) == 1_000


@TWO_NUMBERS
def test_one_while_the_other_is_not_done_yet(scene, numbers, order):
    first, second = (numbers[at] for at in order)
    kept: list[object] = []
    waited = while_held(
        scene.wiring.database,
        lambda connection: kept.extend(enrolling(scene, first)(connection)),
        lambda: scene.wiring.database.transact(enrolling(scene, second)),
    )
    assert waited == kept


@TWO_NUMBERS
def test_leaving_again_is_by_both_again(scene, numbers, order):
    first, second = (numbers[at] for at in order)
    person = a_participant(scene.wiring, identity=first)
    scene.wiring.database.transact(leaving(scene.wiring, person))
    assert scene.leads_to(first) is scene.leads_to(second) is None
    again = a_participant(scene.wiring, identity=second)
    assert again != person
    assert used(scene, again) == 1_000
    assert scene.leads_to(first) == again


def test_a_number_that_is_somebody_elses_stays_theirs(scene):
    new = a_number()
    scene.changed(new, reason=REASSIGNED)
    scene.wiring.database.transact(leaving(scene.wiring, scene.person))
    person = a_participant(scene.wiring, identity=new)
    assert scene.leads_to(scene.number) is None
    assert a_participant(scene.wiring, identity=scene.number) != person
