"""Series values: what the programme added to series, as it was proposed, each in a row of its own.

Whether one is published is told by its signatures.
"""

from app.store.tables import metadata as db

series_value = db.table(
    "series_value",
    db.key("value_id"),
    *db.texts("series", "area", "gas"),
    db.small("data_year", nullable=True),
    # As it was written: every digit of it counts.
    *db.texts("value", "unit"),
    db.day("holds_from"),
    *db.texts("title", "source", "copy", "grade", "note"),
    db.moment("proposed_at"),
)
