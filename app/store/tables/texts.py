"""Texts that people agree to: each version once and for good, in every language."""

from sqlalchemy import CheckConstraint, UniqueConstraint

from app.store.tables import metadata as db

published_text = db.table(
    "published_text",
    db.key("text_id"),
    *db.texts("kind", "version"),
    db.moment("in_force_at"),
    # By language: the words and their SHA-256. Empty: used before texts were kept here.
    db.document("bodies"),
    db.moment("proposed_at"),
    # Null: it awaits the second signature, and can still be proposed anew.
    db.moment("published_at", nullable=True),
    UniqueConstraint("kind", "version"),
    CheckConstraint("published_at is null or proposed_at <= published_at", name="published_at"),
)
