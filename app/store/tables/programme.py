"""The programme's document as it was published, version by version; nothing in it is changed."""

from sqlalchemy import Column, Date, Table, Text, UniqueConstraint

from app.store.tables.metadata import document, metadata, moment, text

programme_document = Table(
    "programme_document",
    metadata,
    Column("version", Text, primary_key=True),
    Column("effective_from", Date, nullable=False),
    # `sha256:` and the hexadecimal digest of the content in canonical JSON.
    text("digest"),
    document("document"),
    moment("published_at"),
    # One version begins on a day, so that a day has one answer.
    UniqueConstraint("effective_from"),
)
