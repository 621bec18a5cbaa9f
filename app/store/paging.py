"""Lists by descending id, page by page: one condition and one order for all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, text


def newest_first(select: str, *, by: str, of: str = "uuid") -> TextClause:
    """The statement that reads a page of what ``select`` finds, which ends with its conditions.

    ``by`` is the id, of the SQL type ``of``. The page goes on below ``:before`` (null: it begins
    with the newest) and has ``:most`` rows at the most.
    """
    return text(
        f"{select} and (cast(:before as {of}) is null or {by} < :before)"
        f" order by {by} desc limit :most"
    )


def page_of_person(
    connection: Connection,
    statement: TextClause,
    participant_id: UUID,
    *,
    before: UUID | None,
    most: int | None,
) -> list[tuple[Any, ...]]:
    """The rows of a person that ``statement``, of ``newest_first``, finds below ``before``.

    None: from the newest on, and all of them.
    """
    asked = {"participant_id": participant_id, "before": before, "most": most}
    return [tuple(row) for row in connection.execute(statement, asked)]
