"""What the platform itself needs: tasks (the outbox), answers kept for replay, events."""

from sqlalchemy import BigInteger, Column, Identity
from sqlalchemy.dialects.postgresql import BYTEA

from app.store.tables import metadata as db

# An outbox row and the progress of the work it starts are the same thing seen twice.
task = db.table(
    "task",
    db.key("task_id"),
    db.text("name"),
    db.uuid("subject_id", nullable=True),
    # The user or organisation that may read its progress; null for the platform's own work.
    db.uuid("started_by", nullable=True),
    db.document("arguments"),
    db.text("state"),
    db.whole("done"),
    db.whole("total", nullable=True),
    db.document("result", nullable=True),
    db.text("problem", nullable=True),
    db.count("attempts", at_first="0"),
    *db.moments("created_at", "run_after"),
    # Real time, not the programme's. Waiting: handed to the queue until then. Running: the
    # worker moves this forward while it lives; a dead worker's task comes back.
    *db.moments("leased_until", "finished_at", nullable=True),
    db.one_of("state", "waiting", "running", "done", "failed"),
    db.index_where("ix_task_open", "run_after", where=db.in_words("state", "waiting", "running")),
    *db.indexes("subject_id"),
    db.index_where(
        "ix_task_started_by_task_id", "started_by", "task_id", where="started_by is not null"
    ),
    db.index_where("ix_task_finished_at", "finished_at", where="finished_at is not null"),
)

# Work on rows that a migration cannot do, because it is the program that knows how: how far it is.
data_step = db.table(
    "data_step",
    db.text_key("name"),
    db.uuid("last_id", nullable=True),
    db.truth("done"),
)

kept_answer = db.table(
    "kept_answer",
    # Hash of (caller, method, route, mode, Idempotency-Key).
    db.digest_key("key_digest"),
    db.digest("fingerprint"),
    db.small("status"),
    Column("body", BYTEA, nullable=False),
    db.moment("kept_at"),
    *db.indexes("kept_at"),
)

# Numbers of whoever asks for what can be done once only; never deleted.
business_key = db.table(
    "business_key",
    db.key("holder_id"),
    *db.text_keys("verb", "reference"),
    db.digest("fingerprint"),
    db.uuid("subject_id"),
)

event = db.table(
    "event",
    Column("event_no", BigInteger, Identity(), primary_key=True),
    db.text("type"),
    # Whose programs read it; null: nobody's but the programme's.
    db.uuid("tenant_id", nullable=True),
    # The same for another tenant, with a number of its own.
    db.truth("is_copy"),
    db.text("subject"),
    db.count("version", nullable=True),
    db.moment("occurred_at"),
    *db.indexes(("subject", "event_no"), "occurred_at"),
    db.index_where(
        "ix_event_tenant_id_event_no", "tenant_id", "event_no", where="tenant_id is not null"
    ),
)
