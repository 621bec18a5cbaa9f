"""Who shared a device, a content or a span of time on a civil day, where the programme checks it.

Keyed by the mark, across people. A mark's digest is keyed and of one day: what it stands for cannot
be read back, and two days of it cannot be told to belong together. Nothing is kept for longer than
the day and one more.
"""

from app.store.tables import metadata as db

sighting = db.table(
    "sighting",
    db.day_key("day"),
    db.digest("mark_digest", primary_key=True),
    db.key("participant_id"),
)

# How many people each mark has; who adds to it holds its row, so that no two count the same room.
sighting_day = db.table(
    "sighting_day",
    db.day_key("day"),
    db.digest("mark_digest", primary_key=True),
    db.whole("people"),
    *db.not_negative("people"),
    postgresql_with={"fillfactor": "70"},
)
