"""The log: one row for each step of anybody with power, bound to one another by the daily root."""

from app.store.tables import metadata as db

log_entry = db.table(
    "log_entry",
    db.key("entry_id"),
    db.moment("taken_at"),
    *db.texts("verb", "role"),
    # Of these none is there of who has the server: by the commands of the program.
    db.uuid("user_id", nullable=True),
    db.text("client_id", nullable=True),
    db.uuid("organisation_id", nullable=True),
    *db.texts("subject_kind", "subject", nullable=True),
    db.document("changes"),
    db.text("reason", nullable=True),
    # What was signed, as the table of the signature has it, and who has signed it by now.
    db.text("signed", nullable=True),
    db.ids("signers"),
    *db.texts("request_id", "address", nullable=True),
    db.pages("log_entry", "user_id", by="entry_id"),
    db.pages("log_entry", "verb", by="entry_id"),
    db.pages("log_entry", "subject", by="entry_id"),
    db.pages("log_entry", "organisation_id", by="entry_id"),
    *db.indexes("request_id"),
    db.closed_days("log_entry", "taken_at"),
)
