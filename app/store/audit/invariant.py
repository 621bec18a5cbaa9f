"""One invariant: a query that derives something twice and names where the two disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.store.audit.finding import AuditFinding

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


def compare(
    connection: Connection, invariant: Invariant, given: Mapping[str, object]
) -> AuditFinding:
    """Run the query whole inside PostgreSQL; only the outcome travels."""
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
    return AuditFinding(invariant.name, invariant.compares, count, broken, tuple(offenders or ()))
