"""Every statement of the store fits the tables: names, columns, and what is compared with what."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.elements import TextClause

import app.store
from app.store.recording import writing
from app.store.recording.rows import Target

STATEMENT = re.compile(r"\s*(select|insert|update|delete|with|merge)\b", re.IGNORECASE)
NAMED = re.compile(r"%\((\w+)\)s|%s|%%|\$(\d+)")
# ``:name``, and neither a cast nor a slice.
PLACES = re.compile(r"(?<![:\w]):([a-z_]\w*)")
DIALECT = PGDialect_psycopg()
# Parameters whose type nothing in the statement tells; psycopg sends it with the value.
TYPES: dict[str, dict[str, str]] = {}
# What cannot be prepared, and why.
EXCUSED = {
    "bench.pooled_rides._PLAIN_COPY[1]": "fills a table that the statement before it makes",
}


def statements() -> list[tuple[str, str]]:
    """(``module.NAME``, SQL) of every constant of the store that is a whole statement.

    A template with places in braces is met as what it was filled to, a part of a statement inside
    of the whole.
    """
    found = [(where, sql) for where, sql in constants() if "{" not in sql.replace("'{}'", "")]
    return [
        (where, sql)
        for where, sql in found
        if where not in EXCUSED
        and not any(sql.strip() in other and sql != other for _, other in found)
    ]


def constants() -> Iterator[tuple[str, str]]:
    """(``module.NAME``, SQL) of every constant of the store that begins like a statement."""
    for module in pkgutil.walk_packages(app.store.__path__, "app.store."):
        for name, value in vars(importlib.import_module(module.name)).items():
            where = f"{module.name.removeprefix('app.store.')}.{name}"
            for number, sql in enumerate(texts(value)):
                if STATEMENT.match(sql):
                    yield where + f"[{number}]" * (number > 0), sql


def targets() -> list[Target]:
    """The rows that are inserted as they are; the other two only feed a larger statement."""
    feeding = {"change", "points_lot_use"}
    found = [value for value in vars(writing).values() if isinstance(value, Target)]
    return [each for each in found if each.table not in feeding]


def texts(value: Any) -> list[str]:
    if isinstance(value, TextClause):
        return [str(value.compile(dialect=DIALECT))]
    if isinstance(value, str):
        # Also in a part of what SQLAlchemy's ``text`` is made of later.
        return [PLACES.sub(r"%(\1)s", value)]
    if isinstance(value, tuple | list):
        return [sql for each in value for sql in texts(each)]
    if isinstance(value, dict):
        return [sql for each in value.values() for sql in texts(each)]
    return []


def prepared(where: str, sql: str) -> str:
    """The statement with numbered parameters, as PREPARE takes it."""
    names: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match[2]:
            return match[0]
        name = match[1] or f"{len(names)}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    body = NAMED.sub(numbered, sql) if "%(" in sql or "%s" in sql else sql
    types = TYPES.get(where, {})
    assert types.keys() <= set(names), f"{where} has no parameter {types.keys() - set(names)}"
    listed = ", ".join(types.get(name, "unknown") for name in names)
    return f"PREPARE tried{f' ({listed})' if types else ''} AS {body}"


@pytest.mark.parametrize(
    ("where", "sql"), [pytest.param(where, sql, id=where) for where, sql in statements()]
)
def test_every_statement_can_be_prepared(database_url, where, sql):
    with psycopg.connect(database_url) as connection:
        connection.execute(prepared(where, sql))  # type: ignore[arg-type]
        connection.rollback()


@pytest.mark.parametrize("target", [pytest.param(each, id=each.table) for each in targets()])
def test_every_row_that_is_copied_has_its_columns(database_url, target):
    with psycopg.connect(database_url) as connection:
        connection.execute(f"PREPARE tried AS {target.insert()}")
        connection.rollback()


def test_what_is_excused_is_still_there():
    known = {where for where, _ in constants()}
    assert {*EXCUSED, *TYPES} <= known
