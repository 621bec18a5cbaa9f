"""The money book's rows: postings written; the accounts are the chart's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from app.ids import new_ids
from rewards.ledger.posting import Posting

_POST = text(
    """
    insert into money_posting (posting_id, debit_account, credit_account, fen, reference_id,
                               posted_at)
    values (:posting_id, :debit, :credit, :fen, :reference_id, :now)
    """
)


def post_money(connection: Connection, postings: Sequence[Posting], *, now: datetime) -> None:
    """Write postings of the money book, in fen."""
    connection.execute(
        _POST,
        [
            {
                "posting_id": made,
                "debit": each.debit_account,
                "credit": each.credit_account,
                "fen": each.amount,
                "reference_id": each.reference_id,
                "now": now,
            }
            for made, each in zip(new_ids(len(postings)), postings, strict=True)
        ],
    )
