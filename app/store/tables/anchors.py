"""Closed days: until when each book is closed, and what was anchored of each day."""

from sqlalchemy import Column, Date, Table, Text

from app.store.tables.metadata import document, metadata, moment

# Written by ``close_book`` alone, with the check that keeps rows out of what it says is closed.
closed_book = Table(
    "closed_book",
    metadata,
    Column("table_name", Text, primary_key=True),
    moment("closed_until"),
)

anchor = Table(
    "anchor",
    metadata,
    Column("day", Date, primary_key=True),
    # The signed document, as it was published.
    document("document"),
)
