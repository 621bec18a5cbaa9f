"""Write the bill of a merchant's statement: every line of its days, and their sum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from uuid import UUID

from app.store.database import Connection
from app.store.redemption.bills import many_lines
from app.usecases.redemption.read_merchant_statement import read_merchant_statement
from behaviours.viewer import Viewer
from rewards.redemption.merchant_statement import MerchantStatement

# The pieces of a file, of the last day and of lines that may be many.
Pieces = Callable[..., Iterator[bytes]]


def write_merchant_bill(
    connection: Connection, statement_id: UUID, into: IO[bytes], pieces: Pieces, *, viewer: Viewer
) -> MerchantStatement:
    """The statement; its bill is in ``into``. However long it is, little of it is in memory.

    Raises UnknownMerchantStatement.
    """
    statement = read_merchant_statement(connection, statement_id, viewer=viewer)
    lines = many_lines(
        connection, statement.merchant_id, start=statement.starts_at, end=statement.ends_at
    )
    # A transaction that is run again begins the file again.
    into.seek(0)
    into.truncate()
    for piece in pieces(statement.settlement.on, lines):
        into.write(piece)
    return statement
