"""Stores of merchants: each statement in a row of its own, with its first day."""

from app.store.tables import metadata as db

store_statement = db.table(
    "store_statement",
    db.key("statement_id"),
    db.uuid("merchant_id"),
    # The number that its tills send as store_id.
    *db.texts("store_no", "name", "address", "region"),
    *db.texts("hours", "phone", nullable=True),
    db.flag("is_open"),
    db.day("from_day"),
    db.moment("stated_at"),
    db.uuid("stated_by", nullable=True),
    *db.indexes(("merchant_id", "store_no", "from_day")),
)
