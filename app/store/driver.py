"""The psycopg connection under a transaction, for statements that go in one pipeline."""

from __future__ import annotations

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
