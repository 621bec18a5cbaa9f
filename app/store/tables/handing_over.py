"""Issues that are handed over to another registry: where each stands, and what went with it."""

from sqlalchemy import CheckConstraint, Column
from sqlalchemy.dialects.postgresql import BYTEA

from app.store.tables import metadata as db
from rewards.registry.hand_over import RECEIVER_KINDS
from rewards.registry.handing_over import (
    ACCEPTED,
    GIVEN,
    LOCKED,
    REJECTED,
    STANDS,
    STATES,
    UNLOCKED,
)

hand_over = db.table(
    "hand_over",
    db.key("period_id"),
    db.number_key("number"),
    *db.uuids("project_id", "owner_id"),
    *db.choice("receiver_kind", *RECEIVER_KINDS),
    *db.texts("receiver_name", "account", "beneficiary_code"),
    *db.choice("state", *STATES),
    *db.done("prepared"),
    db.moment("state_at"),
    # SHA-256 of the manifest of the package, once it is locked.
    db.digest("manifest_digest", nullable=True),
    # What the receiver calls it.
    db.text("answer_number", nullable=True),
    db.text("reason", nullable=True),
    CheckConstraint(
        f"manifest_digest is not null or not {db.in_words('state', LOCKED, *GIVEN)}",
        name="locked",
    ),
    CheckConstraint(
        f"({db.in_words('state', ACCEPTED, REJECTED)}) = (answer_number is not null)",
        name="answer_number",
    ),
    CheckConstraint(
        f"({db.in_words('state', REJECTED, UNLOCKED)}) = (reason is not null)", name="reason"
    ),
    db.of_32_bytes("manifest_digest"),
    *db.positive("number"),
    db.once_where("uq_hand_over_stands", "period_id", where=db.in_words("state", *STANDS)),
    db.once_where(
        "uq_hand_over_answer",
        "receiver_name",
        "answer_number",
        where="answer_number is not null",
    ),
    *db.indexes(("project_id", "period_id")),
)

# Its files as they were locked, byte for byte; rows are only added.
hand_over_package = db.table(
    "hand_over_package",
    db.key("period_id"),
    db.number_key("number"),
    Column("content", BYTEA, nullable=False),
)

# The blocks that were locked, each with its serial as it is printed; rows are only added.
hand_over_block = db.table(
    "hand_over_block",
    db.key("period_id"),
    db.number_key("number"),
    db.key("block_id"),
    db.text("serial"),
    *db.indexes("block_id"),
)

# What the receiver calls each of them; a block is handed over once. Rows are only added.
foreign_serial = db.table(
    "foreign_serial",
    db.key("block_id"),
    db.uuid("period_id"),
    db.count("number"),
    db.text("serial"),
    *db.indexes("period_id"),
)
