"""Databases that live as long as a measurement."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy
from psycopg import sql


@contextmanager
def throwaway_database(server_url: str) -> Iterator[str]:
    """A new database on the server of ``server_url``; dropped at the end, whoever is connected."""
    server = sqlalchemy.make_url(server_url)
    name = f"tanpuhui_bench_{secrets.token_hex(6)}"
    # The database that the URL names is somebody's books: connect to the one that always exists.
    plain = server.set(drivername="postgresql", database="postgres")
    address = plain.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
