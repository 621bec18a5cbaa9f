"""What earns over time, each held by one person or organisation, and which actions it did."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Numeric, Table, text as sql

from app.store.tables.metadata import digest, key, metadata, moment, text, uuid

installation = Table(
    "installation",
    metadata,
    key("installation_id"),
    text("kind"),
    text("issuer"),
    # As it was sent; empty when its holder has left.
    text("number"),
    # Stands for kind, issuer and the normal form of the number.
    digest("number_digest"),
    Column("capacity", Numeric(18, 6), nullable=True),
    text("capacity_unit", nullable=True),
    Column("commissioned_on", Date, nullable=False),
    text("region"),
    text("evidence"),
    text("state"),
    uuid("participant_id", nullable=True),
    uuid("organisation_id", nullable=True),
    moment("held_from", nullable=True),
    uuid("follows", nullable=True),
    uuid("reporter_id"),
    text("reported_by"),
    moment("reported_at"),
    text("confirmed_by", nullable=True),
    moment("confirmed_at", nullable=True),
    text("confirmation", nullable=True),
    text("ended_by", nullable=True),
    moment("ended_at", nullable=True),
    text("end_reason", nullable=True),
    CheckConstraint("state in ('reported', 'confirmed', 'ended')", name="state"),
    CheckConstraint("num_nonnulls(participant_id, organisation_id) = 1", name="holder"),
    CheckConstraint("(state = 'ended') = (ended_at is not null)", name="ended"),
    CheckConstraint("capacity > 0", name="capacity"),
    # One live installation per number, whoever registers it at the same moment.
    Index(
        "uq_installation_live",
        "number_digest",
        unique=True,
        postgresql_where=sql("state <> 'ended'"),
    ),
    Index("ix_installation_number_digest", "number_digest"),
    Index("ix_installation_participant_id", "participant_id"),
    Index("ix_installation_reporter_id", "reporter_id"),
)

installation_action = Table(
    "installation_action",
    metadata,
    key("participant_id"),
    key("action_id"),
    uuid("installation_id"),
    moment("starts_at"),
    moment("ends_at"),
    Index("ix_installation_action_installation_id", "installation_id", "ends_at"),
)
