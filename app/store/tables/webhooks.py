"""Webhooks: endpoints, what is to be sent to them again, and what was tried."""

from sqlalchemy import CheckConstraint, Column
from sqlalchemy.dialects.postgresql import BYTEA

from app.store.tables import metadata as db
from behaviours.webhooks import DISABLED, OUTCOMES, REASONS, STATES

webhook_endpoint = db.table(
    "webhook_endpoint",
    db.key("endpoint_id"),
    # Null: of the programme.
    db.uuid("organisation_id", nullable=True),
    *db.texts("url", "description"),
    # None: all types.
    db.words("types"),
    # Names of secrets, which are made of them by a key and kept nowhere.
    db.uuid("secret_id"),
    db.uuid("former_secret_id", nullable=True),
    db.moment("former_until", nullable=True),
    db.text("state"),
    db.text("reason", nullable=True),
    db.count("revision"),
    *db.moments("created_at", "state_at"),
    # Up to which event everything was sent, or stands among what is to be sent again.
    db.whole("after"),
    # How often it failed since it last took anything; since when; and until when it is left alone.
    # These and the claim are real time: they measure a receiver and a worker.
    db.count("failures", at_first="0"),
    db.flag("is_slow"),
    *db.moments("failing_since", "paused_until", nullable=True),
    # Which worker sends to it, and until when it may.
    db.uuid("claim_id", nullable=True),
    *db.moments("claimed_until", "looked_at", nullable=True),
    db.one_of("state", *STATES),
    db.one_of("reason", *REASONS),
    CheckConstraint(f"(state = '{DISABLED}') = (reason is not null)", name="said_why"),
    db.both_or_neither("former", "former_secret_id", "former_until"),
    db.pages("webhook_endpoint", "organisation_id", by="endpoint_id"),
)

# What is to be sent beside the order of events: it failed before, or somebody asked for it.
webhook_pending = db.table(
    "webhook_pending",
    db.key("pending_id"),
    db.uuid("endpoint_id"),
    # An event, or the type of a trial, of which there is no event.
    db.whole("event_no", nullable=True),
    db.text("trial_type", nullable=True),
    db.count("tried"),
    db.truth("is_replay"),
    db.moment("due_at"),
    db.one_of_two("message", "event_no", "trial_type"),
    *db.indexes(("endpoint_id", "due_at")),
    db.once_where(
        "uq_webhook_pending_event", "endpoint_id", "event_no", where="event_no is not null"
    ),
)

webhook_attempt = db.table(
    "webhook_attempt",
    db.key("attempt_id"),
    *db.uuids("endpoint_id", "message_id"),
    *db.texts("type", "subject"),
    db.count("number"),
    db.moment("started_at"),
    db.count("duration_ms"),
    *db.choice("outcome", *OUTCOMES),
    db.small("status", nullable=True),
    # Where there was no answer: what went wrong, by the name of the fault.
    db.text("trouble", nullable=True),
    # The first bytes, as they came.
    Column("answer", BYTEA, nullable=False),
    db.truth("is_replay"),
    db.truth("is_trial"),
    db.pages("webhook_attempt", "endpoint_id", by="attempt_id"),
    *db.indexes("started_at"),
)
