"""One invariant: a query that derives something twice and names where the two disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

# How many offenders are named; the count says how many there are.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Invariant:
    """``rows`` is a query of one row for each thing compared: (offender text, bad boolean).

    A null in ``bad`` counts as bad: what cannot be compared does not agree.
    """

    name: str
    compares: str
    rows: str


class Compared(NamedTuple):
    """How many things were compared, how many disagree, and the ids of the first of those."""

    count: int
    broken: int
    offenders: tuple[str, ...]


def compare(connection: Connection, invariant: Invariant, given: Mapping[str, Any]) -> Compared:
    """Run the query whole inside PostgreSQL; only the verdict travels."""
    statement = text(
        f"""
        select count(*),
               count(*) filter (where bad is not false),
               (array_agg(offender order by offender)
                    filter (where bad is not false))[1:{NAMED}]
          from ({invariant.rows}) checked (offender, bad)
        """  # noqa: S608 - the queries are this package's own constants
    )
    names = {name: value for name, value in given.items() if f":{name}" in invariant.rows}
    count, broken, offenders = connection.execute(statement, names).one()
    return Compared(count, broken, tuple(offenders or ()))
