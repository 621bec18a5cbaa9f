"""The registry: the carbon book, unit blocks, their changes of hands and retirements."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    SmallInteger,
    Table,
    Text,
    text as sql,
)
from sqlalchemy.dialects.postgresql import INT8RANGE, ExcludeConstraint

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
    # Numbered out of the reserve and never for sale; what was split off it is so too.
    Column("for_reserve", Boolean, nullable=False, server_default="false"),
    ExcludeConstraint(
        (Column("numbers", INT8RANGE), "&&"),
        where=sql("state <> 'split'"),
        using="gist",
        name="ex_unit_block_numbers",
    ),
    CheckConstraint("not isempty(numbers) and lower_inc(numbers)", name="numbers"),
    CheckConstraint(
        "state in ('active', 'reserved', 'retired', 'cancelled', 'split', 'buffer', 'suspended')",
        name="state",
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

# What covers a bundle whose reductions were taken back after it was frozen.
cover = Table(
    "cover",
    metadata,
    key("cover_id"),
    uuid("bundle_id"),
    text("kind"),
    whole("mg"),
    # The line of the carbon book; null where units were given.
    uuid("posting_id", nullable=True),
    whole("cancelled_t"),
    # Who gave units; null is the programme, and the reserve.
    uuid("organisation_id", nullable=True),
    text("client_reference", nullable=True),
    moment("covered_at"),
    CheckConstraint("mg > 0", name="mg"),
    CheckConstraint(
        "(kind = 'reserve' and posting_id is not null and client_reference is null)"
        " or (kind = 'units' and posting_id is null and client_reference is not null)",
        name="kind",
    ),
    Index("ix_cover_bundle_id", "bundle_id"),
    Index(
        "uq_cover_client_reference",
        "organisation_id",
        "client_reference",
        unique=True,
        postgresql_where=sql("client_reference is not null"),
        postgresql_nulls_not_distinct=True,
    ),
)

# A block is cancelled once, because it can stand here once.
cover_block = Table(
    "cover_block",
    metadata,
    key("block_id"),
    uuid("cover_id"),
    Index("ix_cover_block_cover_id", "cover_id"),
)

# Holders and buyers of record are told what became of the bundle behind their units.
holder_notice = Table(
    "holder_notice",
    metadata,
    key("notice_id"),
    uuid("organisation_id"),
    uuid("bundle_id"),
    # What the reserve paid for it; null when it paid nothing.
    uuid("posting_id", nullable=True),
    whole("reversed_mg"),
    whole("shortfall_mg"),
    moment("written_at"),
    Index("ix_holder_notice_organisation_id", "organisation_id", "notice_id"),
)

# A unit that was used or closed stays what it is, and no unit ever changes its numbers.
