"""The row stands in the transaction of its step: never one without the other, and none waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors
from sqlalchemy import text

from app.ids import new_id
from app.store.database import Connection, begin_rehearsal, end_rehearsal
from app.store.log.acting import acting, tell, who_acts
from app.wiring import Wiring
from behaviours.logbook import LoggedSubject
from behaviours.refusal import UnknownId
from rewards.logged_step import Acting
from tests.builders.parallel import at_once


class NothingThere(UnknownId):
    """There is nothing to do it to."""

    cases = ("id",)


def by(wiring: Wiring, verb: str, **told: Any) -> Acting:
    return Acting(verb, "operator", wiring.clock.now, user_id=new_id(), **told)


def writes(connection: Connection) -> None:
    connection.exec_driver_sql("select pg_current_xact_id()")


def rows(wiring: Wiring, verb: str) -> list[Any]:
    with wiring.database.engine.connect() as connection:
        found = connection.execute(
            text("select subject, changes from log_entry where verb = :verb order by entry_id"),
            {"verb": verb},
        )
        return [tuple(row) for row in found]


@pytest.fixture
def verb() -> Iterator[str]:
    yield f"test.{new_id().hex}"
    assert who_acts() is None


def test_a_step_that_fails_leaves_no_row(wiring: Wiring, verb: str) -> None:
    def fails(connection: Connection) -> None:
        writes(connection)
        tell("thing", "one", {"state": "made"})
        raise NothingThere("id")

    with acting(by(wiring, verb)), pytest.raises(NothingThere):
        wiring.database.transact(fails)
    assert rows(wiring, verb) == []


def test_a_refusal_that_is_answered_is_no_step(wiring: Wiring, verb: str) -> None:
    def counted(connection: Connection) -> Any:
        writes(connection)
        return NothingThere("id")

    def of_a_list(connection: Connection) -> list[Any]:
        return [counted(connection), counted(connection)]

    with acting(by(wiring, verb)):
        wiring.database.transact(counted)
        wiring.database.transact(of_a_list)
    assert rows(wiring, verb) == []


def test_what_lost_a_race_is_told_once_as_it_was_at_last(wiring: Wiring, verb: str) -> None:
    attempts = []

    def races(connection: Connection) -> None:
        attempts.append(len(attempts))
        tell("thing", "one", {"state": f"made {len(attempts)}"})
        if len(attempts) == 1:
            tell("thing", "two", {"state": "made"})
            raise errors.SerializationFailure

    with acting(by(wiring, verb)):
        wiring.database.transact(races)
    assert attempts == [0, 1]
    assert rows(wiring, verb) == [("one", {"state": {"old": None, "new": "made 2"}})]


def test_what_is_only_tried_leaves_no_row(wiring: Wiring, verb: str) -> None:
    begun = begin_rehearsal()
    try:
        with acting(by(wiring, verb)):
            wiring.database.transact(writes)
    finally:
        end_rehearsal(begun)
    assert rows(wiring, verb) == []


def test_a_read_that_is_a_step_is_one_row(wiring: Wiring, verb: str) -> None:
    with acting(by(wiring, verb, always=True, subject=LoggedSubject("participant", "par_x"))):
        for _ in range(3):
            wiring.database.transact(lambda connection: connection.exec_driver_sql("select 1"))
    assert rows(wiring, verb) == [("par_x", {})]


def test_a_thing_that_did_not_change_is_in_no_row(wiring: Wiring, verb: str) -> None:
    def same(_connection: Connection) -> None:
        tell("thing", "one", {"state": "made"}, old={"state": "made"})
        tell("thing", "two", {"state": "made", "size": 1}, old={"state": "new", "size": 1})

    with acting(by(wiring, verb)):
        wiring.database.transact(same)
    assert rows(wiring, verb) == [("two", {"state": {"old": "new", "new": "made"}})]


def test_no_row_waits_for_another(wiring: Wiring, verb: str, database_url: str) -> None:
    """A step that has written its row and does not end holds nobody up."""

    def step(connection: Connection) -> UUID:
        made = new_id()
        tell("thing", made.hex, {"state": "made"})
        return made

    with wiring.database.engine.connect() as slow, slow.begin():
        slow.exec_driver_sql(
            "insert into log_entry (entry_id, taken_at, verb, role, changes, signers)"
            " values (gen_random_uuid(), now(), %s, 'operator', '{}', '{}')",
            (f"{verb}.slow",),
        )

        def acts(connection: Connection) -> UUID:
            connection.exec_driver_sql("set local lock_timeout = '1s'")
            return step(connection)

        with acting(by(wiring, verb)):
            wiring.database.transact(acts)
    assert len(rows(wiring, verb)) == 1
    # Nobody acts in threads of their own unless it is said there: these leave no row.
    at_once(database_url, [step] * 4)
    assert len(rows(wiring, verb)) == 1
