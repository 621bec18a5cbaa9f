"""What was taken away when its time was over: of each kind and civil day, how much and how old."""

from app.store.tables import metadata as db

# Added to in the transactions that take rows away, so that a killed worker hides nothing.
retention_report = db.table(
    "retention_report",
    db.day_key("day"),
    db.text_key("kind"),
    # How long the kind is kept, and which version of the programme says so; of the last time.
    *db.texts("period", "programme_version"),
    db.whole("removed"),
    # When the oldest and the newest of them began to be kept, as the schedule counts.
    *db.moments("oldest", "newest", "last_at"),
    *db.positive("removed"),
)
