"""A transaction is run again when that can do no harm, and only then."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from app.store.database import Connection
from app.wiring import Wiring
from tests.builders.jobs import until


def end_session_of(wiring: Wiring, connection: Connection) -> None:
    """The session behind ``connection`` is ended by somebody else, and gone."""
    pid = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
    with wiring.database.engine.connect() as other:
        other.exec_driver_sql("select pg_terminate_backend(%s)", (pid,))
        asked = "select count(*) from pg_stat_activity where pid = %s"
        until(lambda: not other.exec_driver_sql(asked, (pid,)).scalar_one(), within_s=10)


def test_a_connection_that_was_dead_is_replaced_and_the_work_is_done(wiring: Wiring) -> None:
    runs = []

    def work(connection: Connection) -> int:
        runs.append(1)
        if len(runs) == 1:
            end_session_of(wiring, connection)
        return connection.exec_driver_sql("select 7").scalar_one()

    assert wiring.database.transact(work) == 7
    assert len(runs) == 2


def test_a_commit_without_an_answer_is_not_tried_again(wiring: Wiring) -> None:
    """It may have taken effect: a second run could do the same thing twice."""
    runs = []

    def work(connection: Connection) -> None:
        runs.append(1)
        end_session_of(wiring, connection)

    with pytest.raises(OperationalError):
        wiring.database.transact(work)
    assert len(runs) == 1
