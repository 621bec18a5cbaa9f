"""The registry: the carbon book, unit blocks, their changes of hands and retirements."""

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Index,
    SmallInteger,
    Table,
    Text,
    event,
    text as sql,
)
from sqlalchemy.dialects.postgresql import INT8RANGE, ExcludeConstraint

from app.store.registry.ddl import FINAL_RETIREMENTS, FINAL_UNITS
from app.store.tables.metadata import document, key, metadata, moment, text, uuid, whole

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
