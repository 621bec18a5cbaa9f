"""Texts that people agree to: each version once and for good, in every language."""

from sqlalchemy import CheckConstraint, Table, UniqueConstraint

from app.store.tables.metadata import document, key, metadata, moment, text

published_text = Table(
    "published_text",
    metadata,
    key("text_id"),
    text("kind"),
    text("version"),
    moment("in_force_at"),
    # By language: the words and their SHA-256. Empty: used before texts were kept here.
    document("bodies"),
    moment("proposed_at"),
    # Null: it awaits the second signature, and can still be proposed anew.
    moment("published_at", nullable=True),
    UniqueConstraint("kind", "version"),
    CheckConstraint("published_at is null or proposed_at <= published_at", name="published_at"),
)
