"""What was done in each region, by month and behaviour, counted when a day is over."""

from app.store.tables import metadata as db

region_month = db.table(
    "region_month",
    # The first civil day of the month.
    db.day_key("month"),
    db.text_key("region"),
    db.text_key("behaviour"),
    *db.wholes("actions", "saved_mg", "reversed", "reversed_mg"),
    # The most people of one day.
    db.whole("people"),
)

# A day is counted once.
counted_day = db.table("counted_day", db.day_key("day"))
