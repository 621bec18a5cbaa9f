"""Tombstones: what somebody who left has used and owes, for whoever comes back as the same."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Table, Text

from app.store.tables.metadata import digest, key, metadata, moment, whole

# Keyed by a hash of the identity's keyed hash: it says nothing of who it was.
tombstone = Table(
    "tombstone",
    metadata,
    digest("tombstone_digest", primary_key=True),
    whole("debt"),
    moment("left_at"),
    moment("kept_until"),
    CheckConstraint("debt >= 0", name="debt"),
    Index("ix_tombstone_kept_until", "kept_until"),
)

tombstone_cap = Table(
    "tombstone_cap",
    metadata,
    digest("tombstone_digest", primary_key=True),
    Column("cap_code", Text, primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("granted", Integer, nullable=False),
)

tombstone_limit = Table(
    "tombstone_limit",
    metadata,
    digest("tombstone_digest", primary_key=True),
    key("offer_id"),
    whole("quantity"),
)

# What of an account's caps and limits was used before the person came back.
inherited_cap = Table(
    "inherited_cap",
    metadata,
    key("participant_id"),
    Column("cap_code", Text, primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("granted", Integer, nullable=False),
)

inherited_limit = Table(
    "inherited_limit",
    metadata,
    key("participant_id"),
    key("offer_id"),
    whole("quantity"),
)
