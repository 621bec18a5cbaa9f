"""A transaction is run again when that can do no harm, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy.exc import OperationalError

from app.settings import Settings
from app.store.database import Connection, Database
from tests.builders.jobs import until


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A pool of the test's own: in that of all tests, others may have left a dead session."""
    assert settings.database_url is not None
    with closing(Database(settings.database_url)) as made:
        yield made


def end_session_of(database: Database, connection: Connection) -> None:
    """The session behind ``connection`` is ended by somebody else, and gone."""
    pid = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
    with database.engine.connect() as other:
        other.exec_driver_sql("select pg_terminate_backend(%s)", (pid,))
        asked = "select count(*) from pg_stat_activity where pid = %s"
        until(lambda: not other.exec_driver_sql(asked, (pid,)).scalar_one(), within_s=10)


def test_a_connection_that_was_dead_is_replaced_and_the_work_is_done(database: Database) -> None:
    runs = []

    def work(connection: Connection) -> int:
        runs.append(1)
        if len(runs) == 1:
            end_session_of(database, connection)
        return connection.exec_driver_sql("select 7").scalar_one()

    assert database.transact(work) == 7
    assert len(runs) == 2


def test_a_commit_without_an_answer_is_not_tried_again(database: Database) -> None:
    """It may have taken effect: a second run could do the same thing twice."""
    runs = []

    def work(connection: Connection) -> None:
        end_session_of(database, connection)
        # Only now: what fails before the commit is tried again.
        runs.append(1)

    with pytest.raises(OperationalError):
        database.transact(work)
    assert len(runs) == 1
