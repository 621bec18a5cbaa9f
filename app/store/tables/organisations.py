"""Organisations that apply to take part; who was admitted stands beside the people."""

from sqlalchemy import CheckConstraint, Index

from app.store.tables import metadata as db
from behaviours.admission import STATES
from behaviours.organisations import ORGANISATION_KINDS

organisation_application = db.table(
    "organisation_application",
    # The organisation's own id, once it is admitted.
    db.key("organisation_id"),
    *db.texts("kind", "name"),
    db.flag("covered_emitter"),
    db.text("state"),
    db.uuid("applied_by"),
    db.moment("applied_at"),
    db.moment("decided_at", nullable=True),
    # Of who declined: why.
    db.text("reason", nullable=True),
    db.one_of("kind", *ORGANISATION_KINDS),
    db.one_of("state", *STATES),
    CheckConstraint("(state = 'applied') = (decided_at is null)", name="decided_at"),
    CheckConstraint("(state = 'declined') = (reason is not null)", name="reason"),
    Index("ix_organisation_application_state", "state", "organisation_id"),
)
