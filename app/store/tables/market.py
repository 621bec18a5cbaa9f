"""The market: bundles, their leaves, verification, unit blocks, trades and retirements."""

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    event,
    text as sql,
)
from sqlalchemy.dialects.postgresql import INT8RANGE, ExcludeConstraint

from app.store.pooling.ddl import FINAL_RETIREMENTS, FINAL_UNITS
from app.store.tables.metadata import digest, document, key, metadata, moment, text, uuid, whole

# Two people of two roles let a version with a weak provenance into bundles, by name.
gate_approval = Table(
    "gate_approval",
    metadata,
    Column("methodology", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    key("user_id"),
    text("role"),
    text("reason"),
    moment("approved_at"),
)

bundle = Table(
    "bundle",
    metadata,
    key("bundle_id"),
    text("methodology", nullable=True),
    Column("vintage", SmallInteger, nullable=False),
    text("region", nullable=True),
    Column("occurred_from", Date, nullable=False),
    Column("occurred_to", Date, nullable=False),
    text("unit_class"),
    text("state"),
    uuid("created_by"),
    moment("created_at"),
    # Filled by selection and recounted by sealing.
    whole("reductions", nullable=True),
    whole("selected_mg", nullable=True),
    whole("carried_in_mg", nullable=True),
    whole("deducted_mg", nullable=True),
    whole("reserve_mg", nullable=True),
    whole("issued_t", nullable=True),
    whole("carried_out_mg", nullable=True),
    digest("root", nullable=True),
    # The stated share that stays with the registry, as it was when the bundle was opened.
    Column("reserve_per_mille", SmallInteger, nullable=False),
    # Actions before this moment have been looked at: where a stopped selection goes on.
    moment("selected_until", nullable=True),
    # After this moment nothing leaves the bundle any more: sealing has begun to hash it.
    moment("frozen_at", nullable=True),
    # The work that is on its way, or was the last one.
    uuid("task_id", nullable=True),
    uuid("verifier_id", nullable=True),
    document("sampling_plan", nullable=True),
    document("report", nullable=True),
    document("opinion", nullable=True),
    moment("noticed_at", nullable=True),
    Column("notice_until", Date, nullable=True),
    moment("sealed_at", nullable=True),
    moment("issued_at", nullable=True),
    CheckConstraint(
        "state in ('draft', 'selecting', 'selected', 'reported', 'submitted', 'verified',"
        " 'noticed', 'sealing', 'sealed', 'issued', 'rejected', 'cancelled')",
        name="state",
    ),
)

bundle_entry = Table(
    "bundle_entry",
    metadata,
    # One reduction is in at most one bundle, because this is the key.
    key("participant_id"),
    key("action_id"),
    uuid("bundle_id"),
    whole("saved_mg"),
    # Random, given only to the person; what leaf hides cannot be guessed without it.
    uuid("salt", nullable=True),
    digest("leaf"),
    Index("ix_bundle_entry_bundle_id_action_id", "bundle_id", "action_id"),
)

# Subtrees of 1,024 leaves: a proof reads one of them and this table.
bundle_chunk = Table(
    "bundle_chunk",
    metadata,
    key("bundle_id"),
    Column("chunk_no", Integer, primary_key=True, autoincrement=False),
    uuid("first_action_id"),
    Column("leaves", Integer, nullable=False),
    digest("node"),
    whole("sum_mg"),
)

bundle_sample = Table(
    "bundle_sample",
    metadata,
    key("bundle_id"),
    key("action_id"),
    uuid("participant_id"),
    whole("saved_mg"),
    whole("found_mg", nullable=True),
    text("finding", nullable=True),
    text("note", nullable=True),
    moment("found_at", nullable=True),
)

# Who signed what: sealing, issuing and reversing need two people of two roles.
signature = Table(
    "signature",
    metadata,
    Column("subject_kind", Text, primary_key=True),
    key("subject_id"),
    Column("verb", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    uuid("user_id"),
    moment("signed_at"),
)

carbon_posting = Table(
    "carbon_posting",
    metadata,
    key("posting_id"),
    text("debit_account"),
    text("credit_account"),
    whole("mg"),
    uuid("bundle_id", nullable=True),
    # The carry account is named by methodology family and vintage.
    text("family"),
    Column("vintage", SmallInteger, nullable=False),
    moment("posted_at"),
    CheckConstraint("mg > 0", name="mg"),
    CheckConstraint("debit_account <> credit_account", name="two_sides"),
    Index("ix_carbon_posting_bundle_id", "bundle_id"),
    Index("ix_carbon_posting_family_vintage", "family", "vintage"),
)

# One row: the next serial number of the registry. Numbers are never given twice.
serial_counter = Table(
    "serial_counter",
    metadata,
    Column("name", Text, primary_key=True),
    whole("next_number"),
)

unit_block = Table(
    "unit_block",
    metadata,
    key("block_id"),
    uuid("bundle_id"),
    # Half-open range of tonne numbers, unique over the whole registry.
    Column("numbers", INT8RANGE, nullable=False),
    uuid("owner_id", nullable=True),
    text("state"),
    text("unit_class"),
    Column("vintage", SmallInteger, nullable=False),
    uuid("parent_id", nullable=True),
    # What a reserved block is promised to: a listing, and an order on it.
    uuid("listing_id", nullable=True),
    uuid("trade_id", nullable=True),
    moment("created_at"),
    moment("closed_at", nullable=True),
    ExcludeConstraint(
        (Column("numbers", INT8RANGE), "&&"),
        where=sql("state <> 'split'"),
        using="gist",
        name="ex_unit_block_numbers",
    ),
    CheckConstraint("not isempty(numbers) and lower_inc(numbers)", name="numbers"),
    CheckConstraint(
        "state in ('active', 'reserved', 'retired', 'cancelled', 'split', 'buffer')", name="state"
    ),
    Index("ix_unit_block_owner_id", "owner_id"),
    Index("ix_unit_block_bundle_id", "bundle_id"),
    Index("ix_unit_block_listing_id", "listing_id", postgresql_where=sql("listing_id is not null")),
    Index("ix_unit_block_trade_id", "trade_id", postgresql_where=sql("trade_id is not null")),
)

# Every change of hands: by a trade, or negotiated outside.
unit_transfer = Table(
    "unit_transfer",
    metadata,
    key("transfer_id"),
    uuid("block_id"),
    # Null is the programme itself.
    uuid("from_id", nullable=True),
    uuid("to_id"),
    whole("quantity_t"),
    uuid("trade_id", nullable=True),
    moment("transferred_at"),
    CheckConstraint("quantity_t > 0", name="quantity"),
    Index("ix_unit_transfer_block_id", "block_id"),
)

listing = Table(
    "listing",
    metadata,
    key("listing_id"),
    uuid("seller_id", nullable=True),
    uuid("block_id"),
    whole("quantity_t"),
    whole("remaining_t"),
    whole("price_fen_per_tonne"),
    text("state"),
    moment("created_at"),
    moment("closed_at", nullable=True),
    CheckConstraint("remaining_t between 0 and quantity_t", name="remaining"),
    CheckConstraint("price_fen_per_tonne > 0", name="price"),
    CheckConstraint("state in ('open', 'closed', 'sold_out')", name="state"),
)

trade = Table(
    "trade",
    metadata,
    key("trade_id"),
    uuid("listing_id"),
    uuid("seller_id", nullable=True),
    uuid("buyer_id"),
    whole("quantity_t"),
    whole("amount_fen"),
    text("state"),
    text("payment_reference", nullable=True),
    moment("ordered_at"),
    moment("pay_until"),
    moment("paid_at", nullable=True),
    moment("delivered_at", nullable=True),
    moment("closed_at", nullable=True),
    CheckConstraint(
        "state in ('reserved', 'paid', 'delivered', 'expired', 'cancelled')", name="state"
    ),
    Index("ix_trade_buyer_id", "buyer_id"),
    Index("ix_trade_seller_id", "seller_id"),
    Index(
        "ix_trade_unpaid",
        "listing_id",
        "pay_until",
        postgresql_where=sql("state = 'reserved'"),
    ),
)

# Money is booked, not kept: the bank is an account like any other.
money_posting = Table(
    "money_posting",
    metadata,
    key("posting_id"),
    text("debit_account"),
    text("credit_account"),
    whole("fen"),
    uuid("reference_id"),
    moment("posted_at"),
    CheckConstraint("fen > 0", name="fen"),
    CheckConstraint("debit_account <> credit_account", name="two_sides"),
)

retirement = Table(
    "retirement",
    metadata,
    key("retirement_id"),
    uuid("enterprise_id"),
    whole("quantity_t"),
    text("beneficiary"),
    text("purpose"),
    text("period"),
    moment("retired_at"),
    # The signed statement as it was handed out.
    document("certificate"),
    Index("ix_retirement_enterprise_id", "enterprise_id"),
    CheckConstraint("quantity_t > 0", name="quantity"),
)

# A block is retired once, because it can stand here once.
retirement_block = Table(
    "retirement_block",
    metadata,
    key("block_id"),
    uuid("retirement_id"),
    Index("ix_retirement_block_retirement_id", "retirement_id"),
)

# A unit that was used or closed stays what it is, and no unit ever changes its numbers.
event.listen(unit_block, "after_create", DDL(FINAL_UNITS))
event.listen(retirement, "after_create", DDL(FINAL_RETIREMENTS))
