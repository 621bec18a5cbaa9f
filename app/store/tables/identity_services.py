"""Identity services: whose signed word opens an account of one's own."""

from app.store.tables import metadata as db
from behaviours.identity_services import METHODS, STATES

# Who proposed, admitted and ended it stands among the signatures.
identity_service = db.table(
    "identity_service",
    db.key("service_id"),
    *db.texts("issuer", "method"),
    db.uuid("organisation_id"),
    *db.texts("audience", "identity_claim"),
    db.document("keys", nullable=True),
    db.text("keys_url", nullable=True),
    db.text("state"),
    db.moment("proposed_at"),
    *db.moments("admitted_at", "ended_at", nullable=True),
    db.one_of("method", *METHODS),
    db.one_of("state", *STATES),
    *db.trusted_until("ended_at"),
    # An issuer is known once, until it ends.
    db.once_where("ix_identity_service_issuer", "issuer", where="ended_at is null"),
)
