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
    *db.indexes("organisation_id"),
)

# Of declarations in force: the claims that they block, as actions make them. Of numbers that begin
# anew one row for each period.
declared_claim = db.table(
    "declared_claim",
    db.digest_key("claim_digest"),
    db.key("declaration_id"),
    *db.indexes("declaration_id"),
)

# Recorded before it was known that another mechanism owns them.
declared_reduction = db.table(
    "declared_reduction",
    *db.keys("participant_id", "action_id", "declaration_id"),
    *db.indexes("declaration_id"),
)
