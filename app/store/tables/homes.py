"""Where people lived before: the regions of their accounts, by civil days."""

from sqlalchemy import CheckConstraint

from app.store.tables import metadata as db
from behaviours.homes import REASONS, TELLERS

# The region of a day is that of the earliest row that ends after it, or the account's own.
former_region = db.table(
    "former_region",
    *db.keys("participant_id", "change_id"),
    db.text("region"),
    *db.days("lived_from", "lived_until"),
    *db.texts("reason", "told_by"),
    db.moment("told_at"),
    db.one_of("reason", *REASONS),
    db.one_of("told_by", *TELLERS),
    CheckConstraint("lived_from <= lived_until", name="days"),
)
