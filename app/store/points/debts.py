"""Debts by their age: the people who owe something that was owed before a moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.ledger.points import DEBT
from rewards.points.debt import AgedDebt

_AGED = f"""
SELECT a.participant_id, a.debt,
  coalesce(sum(t.points) FILTER (WHERE t.credit_account = '{DEBT}' AND t.posted_at < %s),
    0)::bigint,
  coalesce(sum(t.points) FILTER (WHERE t.debit_account = '{DEBT}'), 0)::bigint
FROM points_account AS a
JOIN points_transfer AS t ON t.participant_id = a.participant_id
  AND t.kind IN ('owe', 'recover', 'write_off', 'expire', 'clawback', 'carry')
WHERE a.debt > 0 AND (%s::uuid[] IS NULL OR a.participant_id = ANY(%s))
GROUP BY a.participant_id, a.debt
HAVING coalesce(sum(t.points) FILTER (WHERE t.credit_account = '{DEBT}' AND t.posted_at < %s), 0)
  > coalesce(sum(t.points) FILTER (WHERE t.debit_account = '{DEBT}'), 0)
ORDER BY a.participant_id LIMIT %s
"""  # noqa: S608 - a constant of the book


def aged_debts(
    connection: Connection, *, before: datetime, most: int, people: list[UUID] | None = None
) -> list[AgedDebt]:
    """People, at most so many, with a debt from before a moment; or those among ``people``."""
    asked = [before, people, people, before, most]
    return [AgedDebt(*row) for row in raw(connection).execute(_AGED, asked)]
