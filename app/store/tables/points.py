"""The points book: accounts, lots, transfers and the lots that each transfer touched."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text as sql,
)

from app.store.tables.metadata import key, metadata, moment, text, uuid, whole

points_account = Table(
    "points_account",
    metadata,
    key("participant_id"),
    # balance = sum of the lots' remaining; held = sum of open holds; debt = owed after clawback.
    whole("balance"),
    whole("held"),
    whole("debt"),
    # Rises with every change; a reader who saw another version has waited for a writer.
    whole("version"),
    CheckConstraint("balance >= 0", name="balance"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("debt >= 0", name="debt"),
    Index("ix_points_account_owing", "participant_id", postgresql_where=sql("debt > 0")),
    postgresql_with={"fillfactor": "70"},
)

points_lot = Table(
    "points_lot",
    metadata,
    key("participant_id"),
    key("lot_id"),
    moment("available_at"),
    moment("expires_at"),
    whole("granted"),
    whole("remaining"),
    # For the index below alone: it changes only when a lot is emptied or refilled, so that every
    # other change of `remaining` needs no new index entries (a heap-only update).
    Column("is_open", Boolean, Computed("remaining > 0", persisted=True), nullable=False),
    # Also the way to a person's open lots: those that expire after now, first-expiring first.
    UniqueConstraint("participant_id", "expires_at", "available_at"),
    CheckConstraint("remaining between 0 and granted", name="remaining"),
    CheckConstraint("expires_at > available_at", name="window"),
    Index(
        "ix_points_lot_due",
        "expires_at",
        "participant_id",
        postgresql_where=sql("is_open"),
    ),
    postgresql_with={"fillfactor": "70"},
)

points_transfer = Table(
    "points_transfer",
    metadata,
    key("participant_id"),
    # An award carries the id of its action, so that it cannot be posted twice.
    key("transfer_id"),
    text("kind"),
    # One row moves an amount from the credited to the debited account: it cannot be unbalanced.
    text("debit_account"),
    text("credit_account"),
    whole("points"),
    uuid("reference_id"),
    moment("posted_at"),
    CheckConstraint("points > 0", name="points"),
    CheckConstraint("debit_account <> credit_account", name="two_sides"),
    CheckConstraint(
        "kind in ('award', 'hold', 'release', 'spend', 'refund', 'clawback', 'owe', 'recover',"
        " 'expire', 'write_off', 'carry')",
        name="kind",
    ),
    # For clawbacks and old debts; an award, a spend or a refund has no place in it.
    Index(
        "ix_points_transfer_taken",
        "participant_id",
        "reference_id",
        postgresql_where=sql(
            "kind in ('owe', 'recover', 'write_off', 'expire', 'clawback', 'carry')"
        ),
    ),
    # Rows arrive in time order: a closed day is found for almost nothing.
    Index("ix_points_transfer_posted_at", "posted_at", postgresql_using="brin"),
)

points_lot_use = Table(
    "points_lot_use",
    metadata,
    key("participant_id"),
    key("transfer_id"),
    key("lot_id"),
    # Negative: taken from the lot; positive: put into it.
    whole("points"),
    CheckConstraint("points <> 0", name="points"),
)

points_cap = Table(
    "points_cap",
    metadata,
    key("participant_id"),
    Column("cap_code", Text, primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("granted", Integer, nullable=False),
    CheckConstraint("granted >= 0", name="granted"),
    # A cap is raised again and again on the day on which it is first used.
    postgresql_with={"fillfactor": "70"},
)
