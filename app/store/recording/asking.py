"""One statement to the driver, as PostgreSQL reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

_BEGIN = b"BEGIN; "
_PROBES = b"SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan"


def probe_only(driver: psycopg.Connection[Any]) -> None:
    """Two words to the planner for the rest of this transaction, in the message that begins it.

    Every statement of recording is made of probes, so it must never become a scan, whatever the
    planner thought of a table when it was small. And it must keep its plan: PostgreSQL believes
    that an array it does not know has ten elements, finds one element cheaper, and would plan
    each statement anew for longer than it takes to run it.
    """
    idle = driver.info.transaction_status == TransactionStatus.IDLE
    answer = driver.pgconn.exec_(_BEGIN + _PROBES if idle else _PROBES)
    if answer.status != ExecStatus.COMMAND_OK:
        raise psycopg.OperationalError(answer.get_error_message())


def ask(
    driver: psycopg.Connection[Any], statement: str, values: Sequence[object]
) -> psycopg.RawCursor[Any]:
    """Run a statement with ``$1`` placeholders; inside a pipeline the rows come at its end.

    It is prepared at its first use: after a rollback the driver forgets what it prepared. The
    driver's own ``%s`` would have it parse these long statements anew on every call.
    """
    return psycopg.RawCursor(driver).execute(statement, values, prepare=True)
