"""Calendars: the days of a year as they were proposed, each time in a row of its own.

Whether one is published is told by its signatures.
"""

from app.store.tables import metadata as db

calendar_year = db.table(
    "calendar_year",
    db.key("calendar_id"),
    db.small("year"),
    db.text("source"),
    # Each day, whether it is a working day, and its name.
    db.document("days"),
    db.moment("proposed_at"),
)
