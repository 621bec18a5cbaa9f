"""Organisations that apply to take part; who was admitted stands beside the people."""

from sqlalchemy import CheckConstraint, Index

from app.store.tables import metadata as db
from behaviours.admission import STATES
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.standing import ALL_STEPS, GROUNDS, SUSPEND

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

# What was done to an organisation since it was admitted; rows are only added.
organisation_step = db.table(
    "organisation_step",
    db.key("step_id"),
    db.uuid("organisation_id"),
    db.text("step"),
    # Of a suspension: which kind of reason it is.
    *db.texts("ground", "reason", nullable=True),
    db.uuid("taken_by"),
    db.text("role"),
    db.moment("taken_at"),
    db.one_of("step", *ALL_STEPS),
    db.one_of("ground", *GROUNDS),
    CheckConstraint(f"(step = '{SUSPEND}') = (ground is not null)", name="suspended"),
    Index("ix_organisation_step_organisation_id", "organisation_id", "step_id"),
    db.closed_days("organisation_step", "taken_at"),
)
