"""The psycopg connection under a transaction, for statements that go in one pipeline."""

from __future__ import annotations

import selectors
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Connection

Driver = psycopg.Connection[tuple[Any, ...]]
Rows = psycopg.Cursor[tuple[Any, ...]]


class LostRace(errors.SerializationFailure):
    """Another transaction changed what this one had read: it is run again, as a whole."""


def raw(connection: Connection) -> Driver:
    """The same transaction without a layer between; never commit or close it."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection), driver
    return driver


def send_all(driver: Driver) -> None:
    """Have the server get all of what it was asked in a pipeline, and begin to look.

    The driver leaves what does not fit into the socket for its next call, and the server waits for
    the rest of a question before it looks at any of it. What it answers meanwhile is taken in, or
    both would wait for one another (libpq, PQflush).
    """
    server = driver.pgconn
    while server.flush():
        with selectors.DefaultSelector() as ready:
            ready.register(server.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            events = ready.select()
        if any(found & selectors.EVENT_READ for _, found in events):
            server.consume_input()
