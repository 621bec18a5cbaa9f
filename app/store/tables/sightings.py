"""Who shared a device, a content or a span of time on a civil day, where the programme checks it.

Keyed by the mark, across people. A mark's digest is keyed and of one day: what it stands for cannot
be read back, and two days of it cannot be told to belong together. Nothing is kept for longer than
the day and one more. Where a person was is hers, sealed, and kept for as long as the check says.
"""

from app.store.tables import metadata as db

sighting = db.table(
    "sighting",
    db.day_key("day"),
    db.digest_key("mark_digest"),
    db.key("participant_id"),
)

# How many people each mark has; who adds to it holds its row, so that no two count the same room.
sighting_day = db.table(
    "sighting_day",
    db.day_key("day"),
    db.digest_key("mark_digest"),
    db.whole("people"),
    *db.not_negative("people"),
    postgresql_with={"fillfactor": "70"},
)

# Where somebody was at the begin and the end of an action, to a hundredth of a degree, sealed under
# the person's data key: for no more than asking how fast she got there and on.
person_place = db.table(
    "person_place",
    *db.keys("participant_id", "action_id"),
    *db.moments("starts_at", "ends_at", "forget_at"),
    db.digest("seal"),
    *db.indexes(("participant_id", "starts_at"), "forget_at"),
)
