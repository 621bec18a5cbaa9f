"""Who gives out the numbers that actions are told apart by, and who reports them."""

from app.store.tables import metadata as db

issuer = db.table(
    "issuer",
    db.text_key("code"),
    *db.texts("name_zh", "name_en"),
    # Kinds of claims, as the rules name them.
    db.words("kinds"),
    # How often the numbers begin anew. Claims are made by it: it never changes.
    db.text("per"),
    # What they are like, by kind, as it was said last; null where the issuer has not said so.
    db.document("numbers", nullable=True),
    *db.done("registered"),
    # Since when claims are made by it; null while a second person has yet to sign.
    db.moment("in_force_at", nullable=True),
    db.one_of("per", "day", "month", "year", "never"),
)

# What an issuer's numbers are like, from a day on until the next; none: as when it was registered.
issuer_numbers = db.table(
    "issuer_numbers",
    db.text_key("code"),
    db.day_key("since"),
    db.document("numbers"),
    db.moment("stated_at"),
)

issuer_admission = db.table(
    "issuer_admission",
    db.key("organisation_id"),
    db.text_key("issuer_code"),
    # Whether it may have reported the issuer's numbers before, as numbers of its own.
    db.truth("reported_before"),
    *db.done("admitted"),
)
