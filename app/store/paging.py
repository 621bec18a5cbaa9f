"""Lists by descending id, page by page: one condition and one order for all of them."""

from __future__ import annotations

from sqlalchemy import TextClause, text


def newest_first(select: str, *, by: str, of: str = "uuid") -> TextClause:
    """The statement that reads a page of what ``select`` finds, which ends with its conditions.

    ``by`` is the id, of the SQL type ``of``. The page goes on below ``:before`` (null: it begins
    with the newest) and has ``:most`` rows at the most.
    """
    return text(
        f"{select} and (cast(:before as {of}) is null or {by} < :before)"
        f" order by {by} desc limit :most"
    )
