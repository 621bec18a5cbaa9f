"""What earns over time, each held by one person or organisation, and which actions it did."""

from sqlalchemy import CheckConstraint, Column, Numeric

from app.store.tables import metadata as db
from behaviours.actions.installation import STATES

installation = db.table(
    "installation",
    db.key("installation_id"),
    *db.texts("kind", "issuer"),
    # As it was sent; empty when its holder has left.
    db.text("number"),
    # Stands for kind, issuer and the normal form of the number.
    db.digest("number_digest"),
    Column("capacity", Numeric(18, 6), nullable=True),
    db.text("capacity_unit", nullable=True),
    db.day("commissioned_on"),
    *db.texts("region", "evidence", "state"),
    *db.uuids("participant_id", "organisation_id", nullable=True),
    db.moment("held_from", nullable=True),
    db.uuid("follows", nullable=True),
    db.uuid("reporter_id"),
    db.text("reported_by"),
    db.moment("reported_at"),
    db.text("confirmed_by", nullable=True),
    db.moment("confirmed_at", nullable=True),
    *db.texts("confirmation", "ended_by", nullable=True),
    db.moment("ended_at", nullable=True),
    db.text("end_reason", nullable=True),
    db.one_of("state", *STATES),
    CheckConstraint("num_nonnulls(participant_id, organisation_id) = 1", name="holder"),
    db.told_end("ended_at", name="ended"),
    *db.positive("capacity"),
    # One live installation per number, whoever registers it at the same moment.
    db.once_where("uq_installation_live", "number_digest", where="state <> 'ended'"),
    *db.indexes("number_digest", "participant_id", "reporter_id", "organisation_id"),
)

installation_action = db.table(
    "installation_action",
    *db.keys("participant_id", "action_id"),
    db.uuid("installation_id"),
    *db.moments("starts_at", "ends_at"),
    db.pages("installation_action", "installation_id", by="ends_at"),
)
