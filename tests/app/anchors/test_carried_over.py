"""Days that an earlier release closed stay closed and hold; the log is closed from then on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import alembic.command
import pytest
from sqlalchemy.exc import IntegrityError

from app.commands.migrate import alembic_configuration, upgrade
from app.store.audit.snapshot import snapshot
from app.store.database import Database
from app.usecases.audit.check_anchors import check_anchors
from rewards.ledger.anchor import FORMAT, SECOND_FORMAT, chain_faults
from tests.builders.anchors import (
    LOG,
    NEW_YORK,
    WRITE,
    anchored,
    anchored_in_a_former_format,
    by_book,
    close_and_anchor,
    write,
    write_each,
)

BEFORE = "0037"
NOON = datetime(2026, 7, 1, 12, tzinfo=NEW_YORK)
CLOSED = datetime(2026, 7, 2, tzinfo=NEW_YORK)
# One that the step makes, and those that a later step makes.
NEW = "replacement_withdrawal"
STEPS = {"organisation_step", "scene_step"}
LATER = {"complaint_entry", "guardian_change", "log_entry", *STEPS}


def test_closed_days_are_carried_over_and_back(make_database: Callable[[], str]) -> None:
    url = make_database()
    upgrade(url)
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    books = Database(url)
    for table in WRITE.keys() - {NEW, *LATER}:
        write(books, table, NOON)
    with books.engine.begin() as connection:
        for table in WRITE.keys() - LOG.keys():
            assert connection.exec_driver_sql(
                "select close_book(%s, %s)", (table, CLOSED)
            ).scalar_one()
    anchored_in_a_former_format(books, NOON.date())
    books.engine.dispose()
    upgrade(url)
    # What was closed is still closed; a day of all books is closed as soon as it is over.
    with pytest.raises(IntegrityError, match="ck_closed_days"):
        write(books, "points_transfer", NOON)
    write(books, NEW, NOON + timedelta(days=1))
    assert close_and_anchor(books, NOON + timedelta(days=2)) == []
    assert [day["format"] for day in anchored(books)] == [
        "tanpuhui.anchors/1",
        "tanpuhui.anchors/3",
    ]
    assert holds(books)
    with pytest.raises(IntegrityError, match="ck_closed_days"):
        write(books, "signature", NOON + timedelta(days=1))
    # A step back opens the log again, and nothing else.
    books.engine.dispose()
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    write(books, "signature", NOON - timedelta(days=1))
    with pytest.raises(IntegrityError, match="ck_closed_days"):
        write(books, "points_transfer", NOON)
    books.engine.dispose()
    upgrade(url)
    books.close()


def test_days_without_the_steps_of_organisations_and_scenes_hold_and_the_next_have_them(
    books: Database,
) -> None:
    """A day of the format before is compared without them, though they were written on it."""
    write_each(books, NOON)
    for table in WRITE:
        with books.engine.begin() as connection:
            assert connection.exec_driver_sql(
                "select close_book(%s, %s)", (table, CLOSED)
            ).scalar_one()
    anchored_in_a_former_format(books, NOON.date(), SECOND_FORMAT)
    assert holds(books)
    write_each(books, NOON + timedelta(days=1))
    assert close_and_anchor(books, NOON + timedelta(days=2)) == []
    days = anchored(books)
    assert [day["format"] for day in days] == [SECOND_FORMAT, FORMAT]
    assert [dict(by_book(day))["log"][0] for day in days] == [len(LOG) - len(STEPS), len(LOG)]
    assert list(chain_faults(days)) == []
    assert holds(books)
    for table, change in (("organisation_step", "reason = 'none'"), ("scene_step", "words = 'x'")):
        assert holds(books)
        with books.engine.begin() as connection:
            connection.exec_driver_sql("set session_replication_role = replica")
            # Without what else keeps it: the anchor alone has to see it.
            connection.exec_driver_sql(f"alter table {table} drop constraint ck_closed_days")
            connection.exec_driver_sql(f"create table kept as select * from {table}")
            connection.exec_driver_sql(f"update {table} set {change} where taken_at > '{CLOSED}'")
        assert not holds(books), table
        with books.engine.begin() as connection:
            connection.exec_driver_sql("set session_replication_role = replica")
            connection.exec_driver_sql(f"delete from {table}")
            connection.exec_driver_sql(f"insert into {table} select * from kept")
            connection.exec_driver_sql("drop table kept")


def holds(books: Database) -> bool:
    with snapshot(books) as connection:
        return check_anchors(connection).ok
