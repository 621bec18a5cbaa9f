"""The history of any account of a book, up to any past moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.audit.statements import StoredPosting, postings_of, turnover
from app.store.database import Connection
from rewards.ledger.chart import Chart
from rewards.ledger.statement import AccountEntry, AccountHistory, balance_of, known_account


def read_account_history(
    connection: Connection,
    book: str,
    account: str,
    *,
    at: datetime,
    participant_id: UUID | None = None,
    before: UUID | None = None,
    most: int = 100,
) -> AccountHistory:
    """What the account held at ``at``, and up to ``most`` postings that made it so.

    In the book's unit: points, mg CO2e, or fen. The entries are the last written first, and all
    pages together sum to the balance; ``before`` is the id of the last entry of the page before.
    ``participant_id`` reads one person's part of the points book. Raises UnknownAccount.
    """
    chart = known_account(book, account)
    sides = turnover(connection, book, account, participant_id=participant_id, at=at)
    postings = postings_of(
        connection,
        book,
        account,
        participant_id=participant_id,
        at=at,
        before=before,
        most=most,
    )
    entries = tuple(_entry(chart, account, each) for each in postings)
    return AccountHistory(book, account, at, balance_of(chart, sides), entries)


def _entry(chart: Chart, account: str, stored: StoredPosting) -> AccountEntry:
    debit, credit = stored.debit_account, stored.credit_account
    return AccountEntry(
        stored.posting_id,
        stored.posted_at,
        stored.kind or chart.kind_of(debit, credit),
        debit,
        credit,
        chart.change_of(account, debit, credit, stored.amount),
        stored.reference_id,
    )
