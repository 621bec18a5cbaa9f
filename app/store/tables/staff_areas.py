"""Cities to which users who act for the programme are limited; without a row there is no limit."""

from app.store.tables import metadata as db

# Who set it and why stands among the user's steps.
staff_area = db.table(
    "staff_area",
    db.key("user_id"),
    db.text("region"),
    db.moment("set_at"),
)
