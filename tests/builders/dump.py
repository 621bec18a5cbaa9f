"""A full dump of a database, searched: every column of every table, whatever its type."""

from __future__ import annotations

from collections.abc import Iterable

from app.wiring import Wiring

_TABLES = """
    select c.relname from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1
"""


def found_in_dump(wiring: Wiring, values: Iterable[str]) -> dict[str, set[str]]:
    """The tables in which each value stands, as text in any case, or as its bytes."""
    found: dict[str, set[str]] = {value: set() for value in values}
    with wiring.database.engine.connect() as connection:
        for table in connection.exec_driver_sql(_TABLES).scalars().all():
            for value, tables in found.items():
                hits = connection.exec_driver_sql(
                    f"select exists (select from {table} t where position(%s in lower(t::text)) > 0"
                    " or position(%s in t::text) > 0)",
                    (value.lower(), value.encode().hex()),
                ).scalar_one()
                if hits:
                    tables.add(table)
    return {value: tables for value, tables in found.items() if tables}
