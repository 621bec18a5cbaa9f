"""What was written once stays: the database refuses a change, and the application may not ask."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

import app
from app.store.database import Database
from app.store.retention.due_rows import ROWS
from app.store.roles import grant_application, may_change_books
from app.store.tables.all import TABLES
from app.store.tables.append_only import APPEND_ONLY, FINAL_ONCE_PUBLISHED, OPEN
from tests.builders.anchors import (
    NEW_YORK,
    WRITE,
    anchored,
    close_and_anchor,
    write,
    write_each,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=NEW_YORK)
PACKAGE = Path(app.__file__).parent
CHANGE = re.compile(
    r"\b(?:update|delete\s+from)\s+(?:only\s+)?([a-z_]+)"
    r"|\binsert\s+into\s+([a-z_]+)(?:(?!insert\s+into|\"\"\").)*?on\s+conflict"
    r"(?:(?!insert\s+into|\"\"\").)*?do\s+update",
    re.IGNORECASE | re.DOTALL,
)
# Their names are put into a statement that is written once for several tables.
BY_TEMPLATE = {
    "identity_provider": "admitted.py",
    "identity_service": "admitted.py",
    "origin": "admitted.py",
    "consent": "people/withdrawing.py",
    "contribution": "people/withdrawing.py",
    "person_interval": "recording/reversing.py",
}
# By the schedule of retention, whose statements are made of one description for each table.
TAKEN_AWAY = {name for each in ROWS.values() for row in each for name in row.tables}
# Written by a function of the database.
BY_FUNCTION = {"closed_book"}


def changed_by_statements() -> set[str]:
    """Every table that a statement of the application changes or deletes from."""
    found = set(BY_TEMPLATE) | BY_FUNCTION | TAKEN_AWAY
    for file in PACKAGE.rglob("*.py"):
        if "tables" not in file.parts:
            found |= {one or other for one, other in CHANGE.findall(file.read_text())}
    return found & TABLES.keys()


def test_every_table_that_nothing_changes_is_append_only_or_open_by_name() -> None:
    unchanged = TABLES.keys() - changed_by_statements()
    assert unchanged == APPEND_ONLY | OPEN
    assert not APPEND_ONLY & OPEN
    assert not APPEND_ONLY & TAKEN_AWAY
    assert TABLES.keys() >= FINAL_ONCE_PUBLISHED


@pytest.fixture
def role(fresh_database: str) -> Iterator[str]:
    """A role of this test, with the application's rights; gone afterwards, as roles are shared."""
    name = f"tanpuhui_test_{secrets.token_hex(4)}"
    database = Database(fresh_database)
    assert database.transact(grant_application, name)
    assert database.transact(grant_application, name)
    yield name
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"drop owned by {name}")
        connection.exec_driver_sql(f"drop role {name}")
    database.close()


def as_role(url: str, role: str) -> Database:
    limited = sqlalchemy.make_url(url).update_query_dict({"options": f"-crole={role}"})
    return Database(limited.render_as_string(hide_password=False))


@pytest.mark.parametrize("statement", ["update {0} set {1} = {1}", "delete from {0}"])
def test_no_append_only_table_takes_a_change_even_from_its_owner(
    fresh_database: str, statement: str
) -> None:
    database = Database(fresh_database)
    for table in sorted(set(WRITE) & APPEND_ONLY):
        write(database, table, NOON)
    database.close()
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute(
            "insert into programme_document values ('1', '2026-01-01', 'sha256:', '{}', now())"
        )
        # Those of the methodologies have rows and tests elsewhere.
        for table in sorted(APPEND_ONLY - {"methodology_step", "methodology_withdrawal"}):
            column = next(iter(TABLES[table].columns)).name
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                connection.execute(statement.format(table, column))


def test_a_published_text_is_final_for_everybody(fresh_database: str) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        for statement in ("update published_text set kind = 'x'", "delete from published_text"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
                connection.execute(statement)


def test_the_applications_role_adds_and_reads_and_may_not_change_what_is_append_only(
    fresh_database: str, role: str
) -> None:
    limited = as_role(fresh_database, role)
    assert not limited.transact(may_change_books)
    with limited.engine.connect() as connection:
        for table in sorted(TABLES):
            allowed = connection.exec_driver_sql(
                "select has_table_privilege(%s, 'SELECT'), has_table_privilege(%s, 'INSERT'),"
                " has_table_privilege(%s, 'UPDATE') or has_table_privilege(%s, 'DELETE')"
                " or has_table_privilege(%s, 'TRUNCATE')",
                (table,) * 5,
            ).one()
            written = table != "closed_book"
            assert allowed == (True, written, written and table not in APPEND_ONLY), table
        with pytest.raises(sqlalchemy.exc.ProgrammingError, match="must be owner"):
            connection.exec_driver_sql("drop trigger rows_are_final on points_transfer")
    limited.close()


def test_the_applications_role_closes_days_and_anchors_them(fresh_database: str, role: str) -> None:
    limited = as_role(fresh_database, role)
    write_each(limited, NOON)
    assert close_and_anchor(limited, NOON + timedelta(days=1)) == []
    assert [day["day"] for day in anchored(limited)] == ["2026-07-01"]
    limited.close()


def test_an_owner_has_the_right_and_is_told_so(fresh_database: str) -> None:
    database = Database(fresh_database)
    assert database.transact(may_change_books)
    database.close()
