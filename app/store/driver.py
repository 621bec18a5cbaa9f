"""The psycopg connection under a transaction, for statements that go in one pipeline."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import Connection


def raw(connection: Connection) -> psycopg.Connection[tuple[Any, ...]]:
    """The same transaction without a layer between; never commit or close it."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection), driver
    return driver
