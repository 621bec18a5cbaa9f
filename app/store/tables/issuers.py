"""Who gives out the numbers that actions are told apart by, and who reports them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from app.store.tables.metadata import key, metadata, moment, text, uuid

issuer = Table(
    "issuer",
    metadata,
    Column("code", Text, primary_key=True),
    text("name_zh"),
    text("name_en"),
    # Kinds of claims, as the rules name them.
    Column("kinds", ARRAY(Text), nullable=False),
    # How often the numbers begin anew. Claims are made by it: it never changes.
    text("per"),
    uuid("registered_by"),
    moment("registered_at"),
    CheckConstraint("per in ('day', 'month', 'year', 'never')", name="per"),
)

issuer_admission = Table(
    "issuer_admission",
    metadata,
    key("organisation_id"),
    Column("issuer_code", Text, primary_key=True),
    # Whether it may have reported the issuer's numbers before, as numbers of its own.
    Column("reported_before", Boolean, nullable=False),
    uuid("admitted_by"),
    moment("admitted_at"),
)
