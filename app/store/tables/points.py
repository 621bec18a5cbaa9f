"""The points book: accounts, lots, transfers and the lots that each transfer touched."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Text,
    UniqueConstraint,
)

from app.store.tables import metadata as db
from rewards.points.adjustment import GROUNDS

_KIND = db.checked(
    "points_kind",
    Text,
    "in ('award', 'hold', 'release', 'spend', 'refund', 'clawback', 'owe', 'recover', 'expire',"
    " 'write_off', 'carry', 'adjust')",
)
_LOT_CHANGE = db.checked("lot_change", BigInteger, "<> 0")

points_account = db.table(
    "points_account",
    db.key("participant_id"),
    # balance = sum of the lots' remaining; held = sum of open holds; debt = owed after clawback.
    *db.amounts("balance", "held", "debt"),
    # Rises with every change; a reader who saw another version has waited for a writer.
    db.whole("version"),
    db.index_where("ix_points_account_owing", "participant_id", where="debt > 0"),
    postgresql_with={"fillfactor": "70"},
)

points_lot = db.table(
    "points_lot",
    *db.keys("participant_id", "lot_id"),
    *db.moments("available_at", "expires_at"),
    *db.wholes("granted", "remaining"),
    # For the index below alone: it changes only when a lot is emptied or refilled, so that every
    # other change of `remaining` needs no new index entries (a heap-only update).
    Column("is_open", Boolean, Computed("remaining > 0", persisted=True), nullable=False),
    # Also the way to a person's open lots: those that expire after now, first-expiring first.
    UniqueConstraint("participant_id", "expires_at", "available_at"),
    CheckConstraint("remaining between 0 and granted", name="remaining"),
    CheckConstraint("expires_at > available_at", name="window"),
    db.index_where("ix_points_lot_due", "expires_at", "participant_id", where="is_open"),
    postgresql_with={"fillfactor": "70"},
)

points_transfer = db.table(
    "points_transfer",
    db.key("participant_id"),
    # An award carries the id of its action, so that it cannot be posted twice.
    db.key("transfer_id"),
    Column("kind", _KIND, nullable=False),
    # One row moves an amount from the credited to the debited account: it cannot be unbalanced.
    *db.double_entry("points"),
    db.uuid("reference_id"),
    db.moment("posted_at"),
    # For clawbacks and old debts; an award, a spend or a refund has no place in it.
    db.index_where(
        "ix_points_transfer_taken",
        "participant_id",
        "reference_id",
        where="kind in ('owe', 'recover', 'write_off', 'expire', 'clawback', 'carry')",
    ),
    # Rows arrive in time order: a closed day is found for almost nothing.
    db.closed_days("points_transfer", "posted_at"),
)

points_lot_use = db.table(
    "points_lot_use",
    *db.keys("participant_id", "transfer_id", "lot_id"),
    # Negative: taken from the lot; positive: put into it.
    Column("points", _LOT_CHANGE, nullable=False),
)

points_cap = db.table(
    "points_cap",
    db.key("participant_id"),
    db.text_key("cap_code"),
    db.day_key("period_start"),
    db.small_amount("granted"),
    # A cap is raised again and again on the day on which it is first used.
    postgresql_with={"fillfactor": "70"},
)

# What the first time of something brought a person; that it is over is told by the actions.
points_bonus = db.table(
    "points_bonus",
    db.key("participant_id"),
    db.text_key("code"),
    db.uuid("action_id"),
    # Before the caps.
    db.small_amount("points"),
)

# Of which days a person was told that points expire.
points_expiry_notice = db.table(
    "points_expiry_notice",
    db.key("participant_id"),
    db.day_key("expires_on"),
    db.moment("told_at"),
)

points_adjustment = db.table(
    "points_adjustment",
    # The id of its transfer.
    *db.keys("participant_id", "adjustment_id"),
    # More, or less.
    Column("points", _LOT_CHANGE, nullable=False),
    *db.choice("ground", *GROUNDS),
    db.text("reason"),
    # What both have signed, as one number: the terms of their proposal have it too.
    db.digest("asked"),
    # Who signed last; who signed first stands among the signatures.
    *db.done("adjusted"),
)
