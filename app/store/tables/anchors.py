"""Closed days: until when each book is closed, and what was anchored of each day; and the keys that
the registry signs with.
"""

from sqlalchemy import CheckConstraint

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

# Every key that the registry ever signed with: what it signed is verified by it for good.
registry_key = db.table(
    "registry_key",
    db.text_key("key_id"),
    db.digest("public_key"),
    db.moment("published_at"),
    CheckConstraint("length(public_key) = 32", name="public_key"),
    CheckConstraint("key_id = left(encode(sha256(public_key), 'hex'), 16)", name="key_id"),
)
