"""Whoever has points that expire is told once of each day, however many sweeps look at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.clock import StandingClock
from app.ids import new_id
from app.jobs.sweep_tasks import SWEEPS
from app.outbox import names
from app.settings import Settings
from app.store.audit.told import LAST_EVENT
from app.usecases.points.tell_expiries import ToldExpiries, tell_expiries
from app.wiring import Wiring
from tests.builders.audit import assert_each_is_seen
from tests.builders.parallel import at_once
from tests.builders.people import a_participant, an_organisation
from tests.builders.processes import own_wiring

# Noon in Shanghai; points that are good through 9 April run out as the tenth begins there.
NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


@pytest.fixture
def books(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    made = own_wiring(settings, fresh_database)
    yield replace(made, clock=StandingClock(NOW))
    made.close()


def put(wiring: Wiring, person: UUID, *days: date, points: int = 5) -> None:
    with wiring.database.engine.begin() as connection:
        for day in days:
            connection.exec_driver_sql(
                "insert into points_lot (participant_id, lot_id, available_at, expires_at, granted,"
                " remaining) values (%s, %s, %s, %s, 5, %s)",
                (person, new_id(), NOW - DAY, end_of(day), points),
            )


def events(wiring: Wiring) -> list[tuple[str, UUID | None]]:
    with wiring.database.engine.connect() as connection:
        found = connection.execute(
            text(
                "select subject, tenant_id from event where type = 'points.expiring' order by 1, 2"
            )
        )
        return [(subject, reader) for subject, reader in found]


def sweep(wiring: Wiring, *, days: int = 30, lots: int = 2_000) -> int:
    """What the job does, in as small parts as the test says."""
    told, after = 0, None
    while True:
        done: ToldExpiries = wiring.database.transact(
            tell_expiries, days=days, zone=wiring.zone, clock=wiring.clock, after=after, lots=lots
        )
        told, after = told + done.notices, done.after
        if after is None:
            return told


def named(person: UUID, day: date) -> str:
    return f"par_{person.hex}/expiries/{day}"


def test_it_is_told_so_many_civil_days_before_and_not_again(books: Wiring) -> None:
    person = a_participant(books)
    last, next_day = date(2026, 4, 9), date(2026, 4, 10)
    put(books, person, last, next_day)
    assert sweep(books) == 1
    assert [subject for subject, _ in events(books)] == [named(person, last)]
    assert sweep(books) == 0
    # More points of the same day are the same news; those of the next day are told tomorrow.
    with books.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into points_lot (participant_id, lot_id, available_at, expires_at, granted,"
            " remaining) values (%s, %s, %s, %s, 5, 5)",
            (person, new_id(), NOW, end_of(last)),
        )
    assert sweep(books) == 0
    # A second before midnight there it is still today.
    late = replace(books, clock=StandingClock(datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC)))
    assert sweep(late) == 0
    tomorrow = replace(books, clock=StandingClock(datetime(2026, 3, 10, 16, tzinfo=UTC)))
    assert sweep(tomorrow) == 1
    assert [subject for subject, _ in events(books)] == [
        named(person, last),
        named(person, next_day),
    ]


def test_empty_and_expired_lots_are_no_news(books: Wiring) -> None:
    person = a_participant(books)
    put(books, person, date(2026, 3, 12), points=0)
    put(books, person, date(2026, 3, 9))
    assert sweep(books) == 0
    assert events(books) == []


def test_the_programs_that_a_person_is_linked_to_read_it_and_no_others(books: Wiring) -> None:
    person, day = a_participant(books), date(2026, 3, 20)
    linked, left = (an_organisation(books, "provider") for _ in range(2))
    an_organisation(books, "provider")
    with books.database.engine.begin() as connection:
        connection.exec_driver_sql("delete from link where participant_id = %s", (person,))
        for organisation, ended in ((linked, None), (left, NOW)):
            connection.exec_driver_sql(
                "insert into link (participant_id, link_id, organisation_id, subject_digest,"
                " linked_by, linked_at, unlinked_at) values (%s, %s, %s, %s, 'person', %s, %s)",
                (person, new_id(), organisation, b"x", NOW - DAY, ended),
            )
    put(books, person, day)
    assert sweep(books) == 1
    assert events(books) == [(named(person, day), linked)]


@pytest.mark.parametrize("lots", [1, 2, 3, 7])
def test_in_parts_of_any_size_everybody_is_told(books: Wiring, lots: int) -> None:
    days = [date(2026, 3, 12) + each * DAY for each in range(3)]
    people = [a_participant(books) for _ in range(3)]
    for person in people:
        put(books, person, *days)
    # Killed after its first part: the next run begins anew and tells the others.
    books.database.transact(
        tell_expiries, days=30, zone=books.zone, clock=books.clock, after=None, lots=lots
    )
    sweep(books, lots=lots)
    told = [subject for subject, _ in events(books)]
    assert told == sorted(named(person, day) for person in people for day in days)


def test_two_sweeps_at_once_tell_each_once(books: Wiring, fresh_database: str) -> None:
    days = [date(2026, 3, 12) + each * DAY for each in range(4)]
    people = [a_participant(books) for _ in range(5)]
    for person in people:
        put(books, person, *days)

    def work(connection):
        return tell_expiries(connection, days=30, zone=books.zone, clock=books.clock)

    answers = at_once(fresh_database, [work] * 4)
    assert sum(each.notices for each in answers) == len(people) * len(days)
    told = [subject for subject, _ in events(books)]
    assert told == sorted(named(person, day) for person in people for day in days)


def test_the_schedule_tells_by_the_programmes_days_and_the_audit_sees_what_was_not(
    books: Wiring,
) -> None:
    person, day = a_participant(books), date(2026, 4, 9)
    put(books, person, day)

    class Run:
        def progress(self, done, total=None):
            pass

    assert SWEEPS[names.TELL_EXPIRIES](books, Run()) == {"told": 1}
    with books.database.engine.begin() as connection:
        connection.exec_driver_sql("delete from points_lot")
    assert_each_is_seen(books, {"update event set type = 'points.expired'": [LAST_EVENT.name]})
