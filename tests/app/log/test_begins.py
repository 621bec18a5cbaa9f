"""The log begins when its step is taken: after all that was signed before, which has no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import alembic.command
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from app.store.audit.invariant import compare
from app.store.audit.logged import LOG_ACTORS, LOG_SIGNATURES
from app.store.database import Connection, Database
from app.store.signing import sign
from app.tokens import real_now
from rewards.signing import Matter, Signature
from tests.builders.anchors import write

BEFORE = "0056"


def signed(books: Database, **changes: Any) -> Signature:
    """A signature by way of the verbs, in the transaction of its row."""
    signature = Signature("operator", new_id(), real_now() + timedelta(days=3), **changes)
    books.transact(lambda c: sign(c, Matter("bundle", new_id(), "seal"), signature))
    return signature


def held(books: Database) -> bool:
    with books.engine.connect() as connection:
        return compare(connection, invariant=LOG_SIGNATURES, given={}).ok


def broken_by(books: Database, statement: str) -> bool:
    def work(connection: Connection) -> bool:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql(statement)
        return not compare(connection, invariant=LOG_SIGNATURES, given={}).ok

    with books.engine.connect() as connection, connection.begin() as change:
        found = work(connection)
        change.rollback()
    return found


def test_what_was_signed_before_has_no_row_and_breaks_nothing(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    upgrade(url)
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    books = Database(url)
    # A programme's clock may be ahead of the server's.
    ahead = real_now() + timedelta(days=2)
    write(books, "signature", ahead)
    books.engine.dispose()
    upgrade(url)
    with books.engine.connect() as connection:
        begins = connection.exec_driver_sql("select verb, role, taken_at from log_entry").one()
    assert (begins.verb, begins.role) == ("log.begin", "command_line")
    assert begins.taken_at >= ahead
    # The one before is not later than the begin; the next one has its row.
    signed(books)
    assert broken_by(books, "delete from log_entry where signed is not null")
    books.close()


@pytest.fixture
def books(make_database: Callable[[], str]) -> Iterator[Database]:
    url = make_database()
    upgrade(url)
    opened = Database(url)
    yield opened
    opened.close()


def test_a_signature_and_its_row_prove_one_another(books: Database) -> None:
    signature = signed(books)
    assert held(books)
    for statement in (
        "delete from log_entry where signed is not null",
        "delete from signature",
        "update signature set user_id = gen_random_uuid()",
        "update log_entry set taken_at = taken_at + interval '1 second' where signed is not null",
        "update log_entry set signers = array[gen_random_uuid()] where signed is not null",
        "update log_entry set signers = signers || gen_random_uuid() where signed is not null",
        # Nobody else's name comes under it.
        "update log_entry set user_id = gen_random_uuid() where signed is not null",
    ):
        assert broken_by(books, statement), statement
    with books.engine.connect() as connection:
        found = compare(connection, invariant=LOG_ACTORS, given={})
        # Of a user that nobody registered: the row says so.
        assert found.broken == 1
        assert signature.user_id is not None
