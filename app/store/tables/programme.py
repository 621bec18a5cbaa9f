"""The programme's document as it was published, version by version; nothing in it is changed."""

from sqlalchemy import UniqueConstraint

from app.store.tables import metadata as db

programme_document = db.table(
    "programme_document",
    db.text_key("version"),
    db.day("effective_from"),
    # `sha256:` and the hexadecimal digest of the content in canonical JSON.
    db.text("digest"),
    db.document("document"),
    db.moment("published_at"),
    # One version begins on a day, so that a day has one answer.
    UniqueConstraint("effective_from"),
)
