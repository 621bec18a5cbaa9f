"""The life of a rule: its document, who did what with it, its withdrawal, and shadow runs.

Small tables that every process reads; none of them belongs to a person.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from app.store.tables.metadata import digest, document, key, metadata, moment, text, uuid, whole
from behaviours.rules.lifecycle import PUBLISHED, STATES

methodology_version = Table(
    "methodology_version",
    metadata,
    Column("code", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    text("behaviour"),
    # As it was sent, YAML or JSON: comments are part of what an expert reads.
    text("document"),
    text("examples"),
    # SHA-256 over the document's canonical JSON, the same that a reduction stores.
    digest("digest"),
    text("state"),
    # Rises with every change; a signature is given for one revision.
    Column("revision", Integer, nullable=False),
    uuid("drafted_by"),
    moment("drafted_at"),
    # The application form and the design document.
    document("application", nullable=True),
    moment("published_at", nullable=True),
    UniqueConstraint("digest"),
    CheckConstraint(f"state in {STATES}", name="state"),
    CheckConstraint(f"(state = '{PUBLISHED}') = (published_at is not null)", name="published"),
)

# Every step of every version, with who took it and when; the digest tells which content was meant.
methodology_step = Table(
    "methodology_step",
    metadata,
    key("step_id"),
    text("code"),
    text("version"),
    text("step"),
    text("state"),
    Column("revision", Integer, nullable=False),
    digest("digest"),
    uuid("user_id"),
    text("role"),
    document("details"),
    moment("taken_at"),
    Index("ix_methodology_step_code_version", "code", "version"),
)

# For shipped and for published versions: no action of this day or a later one is priced by it.
methodology_withdrawal = Table(
    "methodology_withdrawal",
    metadata,
    Column("code", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("withdrawn_from", Date, nullable=False),
    text("reason"),
    moment("decided_at"),
)

# One row, raised by whatever changes which rule is in force: how processes notice.
methodology_epoch = Table(
    "methodology_epoch",
    metadata,
    Column("name", Text, primary_key=True),
    whole("number"),
)

shadow_run = Table(
    "shadow_run",
    metadata,
    # The id of the task that does it.
    key("run_id"),
    text("code"),
    text("version"),
    Column("occurred_from", Date, nullable=False),
    Column("occurred_to", Date, nullable=False),
    Column("sample", Integer, nullable=True),
    text("seed"),
    uuid("started_by"),
    moment("started_at"),
    document("report", nullable=True),
    moment("finished_at", nullable=True),
    Index("ix_shadow_run_code_version", "code", "version"),
)
