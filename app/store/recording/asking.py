"""One statement to the driver, as PostgreSQL reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import psycopg
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from app.store.database import PROBES, Connection, alone, rehearsing
from app.store.driver import raw

_BEGIN = b"BEGIN; "
_PROBES = "; ".join(f"SET LOCAL {name} = {value}" for name, value in PROBES.items()).encode()


def probe_only(connection: Connection) -> None:
    """Two words to the planner for the rest of this transaction, in the message that begins it.

    Every statement of recording is made of probes, so it must never become a scan, whatever the
    planner thought of a table when it was small. And it must keep its plan: PostgreSQL believes
    that an array it does not know has ten elements, finds one element cheaper, and would plan
    each statement anew for longer than it takes to run it.
    """
    words = b"" if alone(connection) else _PROBES
    message = (_BEGIN if _is_idle(connection) else b"") + words
    if message:
        _checked(raw(connection).pgconn.exec_(message))


def may_be_alone(connection: Connection) -> bool:
    """Whether one statement may be the whole transaction: nothing came before it, and by
    ``transact_alone`` nothing comes after it."""
    return alone(connection) and not rehearsing() and _is_idle(connection)


def ask_alone(
    connection: Connection, name: str, statement: str, values: Sequence[str | None]
) -> bytes | None:
    """Run a statement as a transaction of its own, in one round trip; the first value it gives.

    It stays prepared on the connection under its name. None when no row came back.
    """
    server, prepared = raw(connection).pgconn, connection.info.setdefault("prepared", set())
    sent = [None if value is None else value.encode() for value in values]
    if name not in prepared:
        _prepare(server, name, statement)
        prepared.add(name)
    try:
        answer = _run(server, name, sent)
    except errors.InvalidSqlStatementName:
        # After a rollback the driver has the server forget everything that was prepared.
        _prepare(server, name, statement)
        answer = _run(server, name, sent)
    return answer.get_value(0, 0) if answer.ntuples else None


def _prepare(server: PGconn, name: str, statement: str) -> None:
    _checked(server.prepare(name.encode(), statement.encode()))


def _run(server: PGconn, name: str, sent: Sequence[bytes | None]) -> PGresult:
    # None is a null, which the driver's types do not say.
    return _checked(server.exec_prepared(name.encode(), sent))  # type: ignore[arg-type]


def _is_idle(connection: Connection) -> bool:
    return raw(connection).pgconn.transaction_status == TransactionStatus.IDLE


def _checked(answer: PGresult) -> PGresult:
    if answer.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return answer
    state = answer.error_field(DiagnosticField.SQLSTATE)
    kind = errors.lookup(state.decode()) if state else psycopg.OperationalError
    raise kind(answer.get_error_message(), info=answer)


# What was asked; its rows are there once the pipeline ends.
Asked: TypeAlias = psycopg.RawCursor[Any]


def ask(driver: psycopg.Connection[Any], statement: str, values: Sequence[object]) -> Asked:
    """Run a statement with ``$1`` placeholders; inside a pipeline the rows come at its end.

    It is prepared at its first use: after a rollback the driver forgets what it prepared. The
    driver's own ``%s`` would have it parse these long statements anew on every call.
    """
    return psycopg.RawCursor(driver).execute(statement, values, prepare=True)
