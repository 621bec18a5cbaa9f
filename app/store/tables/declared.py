"""What other mechanisms own: numbers by mechanism and reference, and what that blocks here."""

from app.store.tables import metadata as db
from behaviours.actions.declared import DECLARED, MECHANISMS, STATES

declared_elsewhere = db.table(
    "declared_elsewhere",
    db.key("declaration_id"),
    *db.texts("mechanism", "reference", "kind"),
    db.text("issuer", nullable=True),
    # The numbers, as they were sent, by the names that evidence has for them.
    db.document("evidence"),
    # Stands for kind, issuer and the normal form of the numbers.
    db.digest("number_digest"),
    db.day("from_day"),
    db.day("to_day", nullable=True),
    # Whose boundary it is; only of a covered emitter.
    db.uuid("organisation_id", nullable=True),
    # The boundary that two people signed, where it says so.
    db.uuid("boundary_id", nullable=True),
    db.text("state"),
    # Null: at the command line.
    db.uuid("declared_by", nullable=True),
    db.moment("declared_at"),
    *db.done("withdrawn", nullable=True),
    db.text("reason", nullable=True),
    db.one_of("mechanism", *MECHANISMS),
    db.one_of("state", *STATES),
    db.once_where(
        "uq_declared_elsewhere_declared",
        "mechanism",
        "reference",
        "number_digest",
        where=f"state = '{DECLARED}'",
    ),
    *db.indexes("organisation_id", "boundary_id"),
)

# Of declarations in force: the claims that they block, as actions make them. Of numbers that begin
# anew one row for each period.
declared_claim = db.table(
    "declared_claim",
    db.digest_key("claim_digest"),
    db.key("declaration_id"),
    *db.indexes("declaration_id"),
)

# Of covered emitters, each in a row of its own; whether one is published is told by its signatures.
emitter_boundary = db.table(
    "emitter_boundary",
    db.key("boundary_id"),
    db.uuid("organisation_id"),
    db.text("market"),
    db.small("first_year"),
    db.small("last_year", nullable=True),
    db.text("source"),
    # What lies inside: each site, region, kind, issuer, evidence, first and last day.
    db.document("numbers"),
    db.moment("proposed_at"),
    *db.indexes("organisation_id"),
)

# Recorded before it was known that another mechanism owns them.
declared_reduction = db.table(
    "declared_reduction",
    *db.keys("participant_id", "action_id", "declaration_id"),
    *db.indexes("declaration_id"),
)
