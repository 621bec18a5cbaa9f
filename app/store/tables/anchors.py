"""Closed days: until when each book is closed, and what was anchored of each day."""

from app.store.tables import metadata as db

# Written by ``close_book`` alone, with the check that keeps rows out of what it says is closed.
closed_book = db.table(
    "closed_book",
    db.text_key("table_name"),
    db.moment("closed_until"),
)

anchor = db.table(
    "anchor",
    db.day_key("day"),
    # The signed document, as it was published.
    db.document("document"),
)
