"""One statement to the driver, as PostgreSQL reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg


def ask(
    driver: psycopg.Connection[Any], statement: str, values: Sequence[object]
) -> psycopg.RawCursor[Any]:
    """Run a statement with ``$1`` placeholders; inside a pipeline the rows come at its end.

    The driver's own ``%s`` would have it parse these long statements anew on every call.
    """
    return psycopg.RawCursor(driver).execute(statement, values)
