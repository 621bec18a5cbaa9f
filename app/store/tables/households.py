"""Households: what their people agreed to, and which part is whose."""

from sqlalchemy import CheckConstraint, Index, text

from app.store.tables import metadata as db
from behaviours.households import AGREERS, HOUSEHOLD_ENDS, WHOLE

# A row to lock: whoever agrees, proposes or leaves holds it.
household = db.table(
    "household",
    db.key("household_id"),
    db.moment("founded_at"),
)

household_version = db.table(
    "household_version",
    *db.keys("household_id", "version_id"),
    db.uuid("proposed_by"),
    db.text("text_version"),
    db.day("wanted_from", nullable=True),
    *db.moments("proposed_at", "lapses_at"),
    # Once everybody had agreed; nothing of it changes then but its end.
    db.moment("fixed_at", nullable=True),
    *db.days("holds_from", "holds_until", nullable=True),
    db.moment("ended_at", nullable=True),
    db.text("ended_because", nullable=True),
    db.one_of("ended_because", *HOUSEHOLD_ENDS),
    db.both_or_neither("fixed", "fixed_at", "holds_from"),
    CheckConstraint("holds_from <= holds_until", name="days"),
    db.both_or_neither("ended", "ended_at", "ended_because"),
    CheckConstraint("(holds_until is null) = (ended_at is null or fixed_at is null)", name="until"),
    # One that all agreed to, and one that waits, at a time.
    Index(
        "ix_household_version_standing",
        "household_id",
        unique=True,
        postgresql_where=text("fixed_at is not null and ended_at is null"),
    ),
    Index(
        "ix_household_version_waiting",
        "household_id",
        unique=True,
        postgresql_where=text("fixed_at is null and ended_at is null"),
    ),
)

household_member = db.table(
    "household_member",
    *db.keys("participant_id", "version_id"),
    db.uuid("household_id"),
    db.count("parts"),
    db.moment("agreed_at", nullable=True),
    db.text("agreed_by", nullable=True),
    db.one_of("agreed_by", *AGREERS),
    CheckConstraint(f"parts between 0 and {WHOLE}", name="parts"),
    db.both_or_neither("agreed", "agreed_at", "agreed_by"),
    db.pages("household_member", "household_id", by="version_id"),
)

# Whose is how much of what was reported of the household: a row of everybody with a part on that
# day. ``action_id`` is the action in whose row that is; null: it is nobody's, as the person had not
# agreed to the report or was gone. The action that was reported is the whole's, and holds what is
# claimed.
household_share = db.table(
    "household_share",
    *db.keys("whole_action_id", "participant_id"),
    db.uuid("action_id", nullable=True),
    *db.uuids("household_id", "version_id"),
    db.count("parts"),
    *db.wholes("whole_mg", "saved_mg"),
    *db.not_negative("parts", "whole_mg", "saved_mg"),
    Index(
        "ix_household_share_action_id",
        "action_id",
        unique=True,
        postgresql_where=text("action_id is not null"),
    ),
)
