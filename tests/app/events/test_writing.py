"""An event stands in the transaction of its step, and tells of one thing in the right order."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from inspect import isfunction
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

import behaviours
import rewards
from app.event_types import EVENT_TYPES, EVENTS_OF, WITHOUT_EVENTS
from app.ids import public
from app.store.database import Connection, begin_rehearsal, end_rehearsal
from app.store.organisations.standing import hold_standing, write_standing
from app.wiring import Wiring
from behaviours.refusal import Conflict
from behaviours.standing import ACTIVE, LIFT, SUSPEND, OrganisationStanding
from tests.builders.parallel import at_once
from tests.builders.people import an_organisation


class TakenBack(Conflict):
    """The step is not to be."""


def told_of(wiring: Wiring, subject: str) -> list[tuple[int, str, UUID | None, bool, int | None]]:
    """The events of a thing, by their numbers."""
    with wiring.database.engine.connect() as connection:
        rows = connection.execute(
            text(
                "select event_no, type, tenant_id, is_copy, version from event"
                " where subject = :subject order by event_no"
            ),
            {"subject": subject},
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def organisation(wiring: Wiring) -> UUID:
    return an_organisation(wiring, "merchant")


def suspend_or_lift(
    organisation_id: UUID, wiring: Wiring
) -> Callable[[Connection], OrganisationStanding]:
    def step(connection: Connection) -> OrganisationStanding:
        standing = hold_standing(connection, organisation_id)
        assert standing is not None
        moved = standing.move(SUSPEND if standing.state == ACTIVE else LIFT, now=wiring.clock.now())
        write_standing(connection, moved)
        return moved

    return step


def test_a_step_and_its_event_stand_together(wiring: Wiring, organisation: UUID) -> None:
    subject = public("org", organisation)
    step = suspend_or_lift(organisation, wiring)

    def fails(connection: Connection) -> None:
        step(connection)
        raise TakenBack

    with pytest.raises(TakenBack):
        wiring.database.transact(fails)
    assert told_of(wiring, subject) == []
    begun = begin_rehearsal()
    try:
        wiring.database.transact(step)
    finally:
        end_rehearsal(begun)
    assert told_of(wiring, subject) == []
    moved = wiring.database.transact(step)
    ((_, *told),) = told_of(wiring, subject)
    assert told == ["organisation.suspended", organisation, False, moved.revision]


def test_of_one_thing_the_greater_number_is_the_later_state_whoever_writes_beside(
    wiring: Wiring, database_url: str, organisation: UUID
) -> None:
    others = [an_organisation(wiring, "merchant") for _ in range(2)]
    steps = [suspend_or_lift(organisation, wiring)] * 12
    beside = [suspend_or_lift(each, wiring) for each in others] * 4
    at_once(database_url, [*steps, *beside])
    told = told_of(wiring, public("org", organisation))
    versions = [version for *_, version in told]
    first = versions[0]
    assert first is not None
    assert versions == list(range(first, first + 12))
    states = [name for _, name, *_ in told]
    assert states == ["organisation.suspended", "organisation.active"] * 6


def test_a_run_that_lost_a_race_tells_nothing(wiring: Wiring, organisation: UUID) -> None:
    step, runs = suspend_or_lift(organisation, wiring), []

    def races(connection: Connection) -> None:
        step(connection)
        runs.append(1)
        if len(runs) == 1:
            connection.exec_driver_sql(
                "do $$ begin raise exception 'x' using errcode = '40001'; end $$"
            )

    wiring.database.transact(races)
    assert len(runs) == 2
    assert len(told_of(wiring, public("org", organisation))) == 1


def domain_classes() -> Iterator[type]:
    for package in (behaviours, rewards):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for each in vars(module).values():
                if isinstance(each, type) and each.__module__ == module.__name__:
                    yield each


def test_everything_that_moves_has_events_or_says_why_not() -> None:
    # An installation moves inside of its entry in the register.
    inside: dict[str, str] = {"Installation": "RegisteredInstallation"}
    moving: set[Any] = {
        inside.get(each.__name__, each.__name__)
        for each in domain_classes()
        if isfunction(vars(each).get("move"))
    }
    told = {each.__name__ for each in (*EVENTS_OF, *WITHOUT_EVENTS)}
    assert moving - told == set()
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES))


def test_what_is_tried_and_taken_back_is_told_to_nobody(wiring: Wiring, organisation: UUID) -> None:
    step = suspend_or_lift(organisation, wiring)

    def tries(connection: Connection) -> None:
        attempt = connection.begin_nested()
        step(connection)
        attempt.rollback()

    wiring.database.transact(tries)
    assert told_of(wiring, public("org", organisation)) == []

    def goes_on(connection: Connection) -> None:
        with connection.begin_nested():
            step(connection)
        attempt = connection.begin_nested()
        step(connection)
        attempt.rollback()

    wiring.database.transact(goes_on)
    assert len(told_of(wiring, public("org", organisation))) == 1
