"""The registry: the carbon book, unit blocks, their changes of hands and retirements."""

from sqlalchemy import CheckConstraint, Column, text as sql
from sqlalchemy.dialects.postgresql import INT8RANGE, ExcludeConstraint

from app.store.tables import metadata as db
from rewards.registry.block import REPLACED, STATES
from rewards.registry.unit_classes import COMPLIANCE_OFFSET

carbon_posting = db.table(
    "carbon_posting",
    db.key("posting_id"),
    *db.double_entry("mg"),
    db.uuid("bundle_id", nullable=True),
    # The carry account is named by methodology family and vintage.
    db.text("family"),
    db.small("vintage"),
    db.moment("posted_at"),
    *db.indexes("bundle_id", ("family", "vintage")),
)

# One row: the next serial number of the registry. Numbers are never given twice.
serial_counter = db.table(
    "serial_counter",
    db.text_key("name"),
    db.whole("next_number"),
)

unit_block = db.table(
    "unit_block",
    db.key("block_id"),
    db.uuid("bundle_id"),
    # Half-open range of tonne numbers, unique over the whole registry.
    Column("numbers", INT8RANGE, nullable=False),
    db.uuid("owner_id", nullable=True),
    *db.texts("state", "unit_class"),
    db.small("vintage"),
    # The block that it was split off, or the first of those that it was merged of.
    db.uuid("parent_id", nullable=True),
    # What a reserved block is promised to: a listing, and an order on it.
    *db.uuids("listing_id", "trade_id", nullable=True),
    *db.since("created_at", until="closed_at"),
    # Numbered out of the reserve and never for sale; what was split off it is so too.
    db.flag("for_reserve"),
    # The block in which the numbers of a merged one stand.
    db.uuid("merged_into", nullable=True),
    ExcludeConstraint(
        (Column("numbers", INT8RANGE), "&&"),
        where=sql(f"state not in {REPLACED}"),
        using="gist",
        name="ex_unit_block_numbers",
    ),
    CheckConstraint("not isempty(numbers) and lower_inc(numbers)", name="numbers"),
    db.one_of("state", *STATES),
    *db.indexes("owner_id", "bundle_id"),
    db.index_where("ix_unit_block_parent_id", "parent_id", where="parent_id is not null"),
    db.index_where("ix_unit_block_merged_into", "merged_into", where="merged_into is not null"),
    db.index_where("ix_unit_block_listing_id", "listing_id", where="listing_id is not null"),
    db.index_where("ix_unit_block_trade_id", "trade_id", where="trade_id is not null"),
)

# Every change of hands: by a trade, or negotiated outside.
unit_transfer = db.table(
    "unit_transfer",
    db.key("transfer_id"),
    db.uuid("block_id"),
    # Null is the programme itself.
    db.uuid("from_id", nullable=True),
    db.uuid("to_id"),
    db.whole("quantity_t"),
    db.uuid("trade_id", nullable=True),
    db.moment("transferred_at"),
    CheckConstraint("quantity_t > 0", name="quantity"),
    *db.indexes("block_id", "from_id", "to_id"),
)

retirement = db.table(
    "retirement",
    db.key("retirement_id"),
    db.uuid("enterprise_id"),
    db.whole("quantity_t"),
    *db.texts("beneficiary", "purpose", "period"),
    db.moment("retired_at"),
    # The signed statement as it was handed out.
    db.document("certificate"),
    *db.indexes("enterprise_id"),
    db.index_where(
        "ix_retirement_compliance", "retired_at", where=f"purpose = '{COMPLIANCE_OFFSET.code}'"
    ),
    CheckConstraint("quantity_t > 0", name="quantity"),
)

# A block is retired once, because it can stand here once.
retirement_block = db.table(
    "retirement_block",
    db.key("block_id"),
    db.uuid("retirement_id"),
    *db.indexes("retirement_id"),
)

# What covers a bundle whose reductions were taken back after it was frozen.
cover = db.table(
    "cover",
    db.key("cover_id"),
    db.uuid("bundle_id"),
    db.text("kind"),
    db.whole("mg"),
    # The line of the carbon book.
    db.uuid("posting_id", nullable=True),
    db.whole("cancelled_t"),
    # Who gave units; null is the programme, and the reserve.
    db.uuid("organisation_id", nullable=True),
    db.text("client_reference", nullable=True),
    db.moment("covered_at"),
    *db.positive("mg"),
    CheckConstraint(
        "(kind = 'reserve' and posting_id is not null and client_reference is null)"
        " or (kind = 'units' and posting_id is not null and client_reference is not null)",
        name="kind",
    ),
    *db.indexes("bundle_id"),
    db.once_where(
        "uq_cover_client_reference",
        "organisation_id",
        "client_reference",
        where="client_reference is not null",
        nulls_equal=True,
    ),
)

# Units that somebody offers for what a bundle is short of; what was done is the cover of its id.
replacement = db.table(
    "replacement",
    db.key("replacement_id"),
    *db.uuids("bundle_id", "block_id"),
    db.whole("quantity_t"),
    # Null is the programme.
    db.uuid("organisation_id", nullable=True),
    db.text("client_reference"),
    *db.done("asked"),
    *db.positive("quantity_t"),
    db.pages("replacement", "bundle_id", by="replacement_id"),
)

# That whoever offered units took the offer back, before everybody had signed.
replacement_withdrawal = db.table(
    "replacement_withdrawal",
    db.key("replacement_id"),
    *db.done("withdrawn"),
)

# A block is cancelled once, because it can stand here once.
cover_block = db.table(
    "cover_block",
    db.key("block_id"),
    db.uuid("cover_id"),
    *db.indexes("cover_id"),
)

# Holders and buyers of record are told what became of the bundle behind their units.
holder_notice = db.table(
    "holder_notice",
    db.key("notice_id"),
    *db.uuids("organisation_id", "bundle_id"),
    # What the reserve paid for it; null when it paid nothing.
    db.uuid("posting_id", nullable=True),
    *db.wholes("reversed_mg", "shortfall_mg"),
    db.moment("written_at"),
    db.pages("holder_notice", "organisation_id", by="notice_id"),
    db.closed_days("holder_notice", "written_at"),
)

# That a holder has read a notice.
notice_acknowledgement = db.table(
    "notice_acknowledgement",
    db.key("notice_id"),
    *db.done("acknowledged"),
    db.closed_days("notice_acknowledgement", "acknowledged_at"),
)

# A unit that was used or closed stays what it is, and no unit ever changes its numbers.
