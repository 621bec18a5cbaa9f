"""Where one user owns everything, the processes that serve give its rights up by themselves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
import sqlalchemy

from app.store.database import Database
from app.store.roles import (
    AS_ROLE,
    NO_ROLE,
    OWN,
    POOLER,
    ROLE,
    grant_application,
    serving_as,
)
from app.store.tables.append_only import APPEND_ONLY
from app.wiring import Wiring
from tests.builders.empty_market import market, shut
from tests.builders.server import serving

__all__ = ["market", "shut"]


@pytest.fixture
def granted(fresh_database: str) -> str:
    """A migrated database whose application's role has its rights."""
    with closing(Database(fresh_database, pool_size=1)) as database:
        assert database.transact(grant_application)
    return fresh_database


def test_no_connection_of_the_pool_may_change_what_is_append_only(granted: str) -> None:
    found = serving_as(granted)
    assert (found.by, found.triggers_alone) == (AS_ROLE, False)
    with closing(Database(found.url, pool_size=2)) as database:
        with database.engine.connect() as one, database.engine.connect() as other:
            for connection in (one, other):
                assert connection.exec_driver_sql("select current_user").scalar() == ROLE
                connection.rollback()
                for statement in (
                    "set session_replication_role = replica",
                    "alter table action disable trigger rows_are_final",
                ):
                    with pytest.raises(sqlalchemy.exc.ProgrammingError):
                        connection.exec_driver_sql(statement)
                    connection.rollback()
        for table in sorted(APPEND_ONLY):
            for statement in ("delete from {0}", "truncate {0}", "update {0} set {1} = {1}"):
                with database.engine.connect() as connection:
                    column = first_column(connection, table)
                    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="permission denied"):
                        connection.exec_driver_sql(statement.format(table, column))


def first_column(connection: sqlalchemy.Connection, table: str) -> str:
    asked = "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum = 1"
    return str(connection.exec_driver_sql(asked, (table,)).scalar_one())


def test_to_reset_the_role_does_not_give_the_rights_back(granted: str) -> None:
    database = Database(serving_as(granted).url, pool_size=1)
    with closing(database), database.engine.connect() as connection:
        connection.exec_driver_sql("reset role")
        assert connection.exec_driver_sql("select current_user").scalar() == ROLE


def test_who_has_no_rights_goes_on_as_it_is_and_who_has_no_role_says_so(granted: str) -> None:
    limited = serving_as(granted)
    assert serving_as(limited.url) == (limited.url, OWN)
    with psycopg.connect(granted, autocommit=True) as owner:
        # As after an upgrade whose rights were not given yet.
        owner.execute(f"revoke insert on bundle from {ROLE}")
    assert serving_as(granted) == (granted, NO_ROLE)


def test_options_that_were_there_stay(granted: str) -> None:
    given = sqlalchemy.make_url(granted).update_query_dict({"options": "-cwork_mem=5MB"})
    found = serving_as(given.render_as_string(hide_password=False))
    database = Database(found.url, pool_size=1)
    with closing(database), database.engine.connect() as connection:
        asked = "select current_user, current_setting('work_mem')"
        assert connection.exec_driver_sql(asked).one() == (ROLE, "5MB")


def test_a_pooler_that_passes_no_role_on_is_noticed(granted: str) -> None:
    with a_pooler_for(granted) as url:
        assert serving_as(url) == (url, POOLER)


def test_the_server_serves_as_the_role(market: Wiring, tmp_path: Path) -> None:
    url = market.settings.database_url
    assert url is not None
    market.database.transact(grant_application)
    with serving(market.settings, tmp_path / "log") as base_url:
        path = f"{base_url}/v1/registry/verifications"
        assert httpx.get(path).status_code == 200
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(f"revoke select on bundle from {ROLE}")
        # Its user owns the table, and reads it no more: it serves with the rights of the role.
        assert httpx.get(path).status_code >= 500


@contextmanager
def a_pooler_for(url: str) -> Iterator[str]:
    """A way to the server that refuses start-up options, as PgBouncer does; else it passes all."""
    target = sqlalchemy.make_url(url)
    host, number = target.host or str(target.query["host"]), target.port or 5432
    address = f"{host}/.s.PGSQL.{number}" if host.startswith("/") else (host, number)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        threading.Thread(target=_accept, args=(listening, address), daemon=True).start()
        stated = target.set(host="127.0.0.1", port=port, query={"sslmode": "disable"})
        yield stated.render_as_string(hide_password=False)


def _accept(listening: socket.socket, address: str | tuple[str, int]) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        hello = client.recv(65_536)
        if b"\0options\0" in hello:
            told = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
            client.sendall(b"E" + (len(told) + 4).to_bytes(4) + told)
            client.close()
            continue
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        server = socket.socket(family)
        server.connect(address)
        server.sendall(hello)
        for source, sink in ((client, server), (server, client)):
            threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        # The other half ends with this one.
        for each in (source, sink):
            each.close()
