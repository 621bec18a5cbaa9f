"""What the platform itself needs: tasks (the outbox), answers kept for replay, events."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text as sql,
)
from sqlalchemy.dialects.postgresql import BYTEA

from app.store.tables.metadata import digest, document, key, metadata, moment, text, uuid, whole

# An outbox row and the progress of the work it starts are the same thing seen twice.
task = Table(
    "task",
    metadata,
    key("task_id"),
    text("name"),
    uuid("subject_id", nullable=True),
    # The user or organisation that may read its progress; null for the platform's own work.
    uuid("started_by", nullable=True),
    document("arguments"),
    text("state"),
    whole("done"),
    whole("total", nullable=True),
    document("result", nullable=True),
    text("problem", nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("created_at"),
    moment("run_after"),
    # Real time, not the programme's. Waiting: handed to the queue until then. Running: the
    # worker moves this forward while it lives; a dead worker's task comes back.
    moment("leased_until", nullable=True),
    moment("finished_at", nullable=True),
    CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name="state"),
    Index(
        "ix_task_open",
        "run_after",
        postgresql_where=sql("state in ('waiting', 'running')"),
    ),
    Index("ix_task_subject_id", "subject_id"),
)

# Work on rows that a migration cannot do, because it is the program that knows how: how far it is.
data_step = Table(
    "data_step",
    metadata,
    Column("name", Text, primary_key=True),
    uuid("last_id", nullable=True),
    Column("done", Boolean, nullable=False),
)

kept_answer = Table(
    "kept_answer",
    metadata,
    # Hash of (caller, method, route, mode, Idempotency-Key).
    digest("key_digest", primary_key=True),
    digest("fingerprint"),
    Column("status", SmallInteger, nullable=False),
    Column("body", BYTEA, nullable=False),
    moment("kept_at"),
    Index("ix_kept_answer_kept_at", "kept_at"),
)

# Numbers of whoever asks for what can be done once only; never deleted.
business_key = Table(
    "business_key",
    metadata,
    key("holder_id"),
    Column("verb", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    digest("fingerprint"),
    uuid("subject_id"),
)

event = Table(
    "event",
    metadata,
    Column("event_no", BigInteger, Identity(), primary_key=True),
    text("type"),
    uuid("tenant_id", nullable=True),
    document("subject"),
    moment("occurred_at"),
    Index("ix_event_tenant_id_event_no", "tenant_id", "event_no"),
)
