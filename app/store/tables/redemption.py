"""Redemption: offers, striped stock, one-minute codes, redemptions and the till's own numbers."""

from sqlalchemy import Boolean, CheckConstraint, Column, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY

from app.store.tables import metadata as db
from behaviours.evidence_files import MEDIA_TYPES
from rewards.points.refund import GROUNDS
from rewards.redemption.kinds import CATEGORIES, KINDS
from rewards.redemption.offer import STATES
from rewards.redemption.papers import PAPERS

offer = db.table(
    "offer",
    db.key("offer_id"),
    db.uuid("merchant_id"),
    *db.texts("title_zh", "title_en"),
    db.count("points"),
    # What the programme owes the merchant for one item.
    db.count("settlement_fen"),
    db.count("per_person_limit", nullable=True),
    *db.counts("stock_total", "reversal_window_s"),
    db.text("state"),
    *db.moments("opens_at", "closes_at"),
    db.count("revision", at_first="1"),
    db.moment("created_at"),
    # An operator publishes what a merchant drafted.
    *db.done("published", nullable=True),
    # Whom it is for, by the region of the account; none: everybody.
    Column("regions", ARRAY(Text), nullable=False, server_default="{}"),
    # For how long points are good that come back after they expired; null: they stay expired.
    db.count("refund_valid_days", nullable=True),
    CheckConstraint("refund_valid_days between 1 and 366", name="refund_valid_days"),
    Column("kind", Text, nullable=False, server_default="goods"),
    Column("category", Text, nullable=False, server_default="other"),
    Column("text_zh", Text, nullable=False, server_default=""),
    Column("text_en", Text, nullable=False, server_default=""),
    Column("reuses_codes", Boolean, nullable=False, server_default="false"),
    *db.counts("stock_per_day", "stock_per_store", nullable=True),
    *db.moments("shown_from", "shown_until", nullable=True),
    db.one_of("kind", *KINDS),
    db.one_of("category", *CATEGORIES),
    CheckConstraint("stock_per_day > 0 and stock_per_store > 0", name="limits"),
    CheckConstraint("shown_from < shown_until", name="shown"),
    CheckConstraint("points > 0 and settlement_fen >= 0 and stock_total >= 0", name="amounts"),
    db.one_of("state", *STATES),
    db.pages("offer", "merchant_id", by="offer_id"),
    db.index_where("ix_offer_published", "offer_id", where="state = 'published'"),
)

# Popular stock lies in several rows, so that many tills do not queue for one.
offer_stock = db.table(
    "offer_stock",
    db.key("offer_id"),
    Column("stripe", SmallInteger, primary_key=True),
    db.count("remaining"),
    *db.not_negative("remaining"),
    postgresql_with={"fillfactor": "50"},
)

offer_taken = db.table(
    "offer_taken",
    *db.keys("participant_id", "offer_id"),
    db.count("quantity"),
    *db.not_negative("quantity"),
)

# The codes of a voucher offer, sealed; each is of one redemption at most.
voucher_code = db.table(
    "voucher_code",
    db.key("offer_id"),
    db.number_key("code_no"),
    db.digest("code_digest"),
    db.digest("sealed"),
    db.moment("loaded_at"),
    db.uuid("redemption_id", nullable=True),
    *db.moments("handed_at", "spoilt_at", nullable=True),
    CheckConstraint("code_no > 0", name="number"),
    CheckConstraint("(redemption_id is null) = (handed_at is null)", name="handed"),
    CheckConstraint("spoilt_at is null or redemption_id is not null", name="spoilt"),
    UniqueConstraint("offer_id", "code_digest", name="uq_voucher_code_offer_id_code_digest"),
    db.index_where("ix_voucher_code_free", "offer_id", "code_no", where="redemption_id is null"),
    *db.indexes("redemption_id"),
)

# What of an offer with a limit was sold on a civil day, and handed over in a store.
offer_day = db.table(
    "offer_day",
    db.key("offer_id"),
    db.day_key("day"),
    db.count("quantity"),
    *db.not_negative("quantity"),
)
offer_store = db.table(
    "offer_store",
    db.key("offer_id"),
    db.text_key("store_no"),
    db.count("quantity"),
    *db.not_negative("quantity"),
)
# Under which of them a redemption is counted.
counted_redemption = db.table(
    "counted_redemption",
    db.key("redemption_id"),
    db.uuid("offer_id"),
    db.day("day", nullable=True),
    db.text("store_no", nullable=True),
)

# Files of a tree or a project, for everybody who redeemed it; and what a benefit is known by.
offer_paper = db.table(
    "offer_paper",
    db.key("offer_id"),
    db.number_key("paper_no"),
    *db.texts("kind", "media_type"),
    db.count("size_bytes"),
    *(db.digest(name) for name in ("sha256", "content")),
    db.moment("added_at"),
    CheckConstraint("paper_no > 0", name="number"),
    db.one_of("kind", *PAPERS),
    db.one_of("media_type", *MEDIA_TYPES),
    UniqueConstraint("offer_id", "sha256", name="uq_offer_paper_offer_id_sha256"),
)
redemption_receipt = db.table(
    "redemption_receipt",
    db.key("redemption_id"),
    db.text("reference"),
    db.moment("stated_at"),
)

till_code = db.table(
    "till_code",
    # A keyed hash of the 18 digits.
    db.digest_key("code_digest"),
    db.uuid("participant_id"),
    db.uuid("offer_id", nullable=True),
    *db.moments("issued_at", "expires_at"),
    db.uuid("redemption_id", nullable=True),
    *db.indexes("expires_at"),
)

_CHANNEL = db.checked("redemption_channel", Text, "in ('till', 'online')")
_STATE = db.checked(
    "redemption_state",
    Text,
    "in ('held', 'captured', 'released', 'expired', 'reversed', 'partly_reversed')",
)

redemption = db.table(
    "redemption",
    *db.keys("participant_id", "redemption_id"),
    *db.uuids("merchant_id", "offer_id"),
    Column("channel", _CHANNEL, nullable=False),
    db.count("quantity"),
    db.count("reversed_quantity", at_first="0"),
    # Points and fen for one item, as they stood when the redemption was made.
    *db.counts("points_each", "settlement_fen_each"),
    Column("state", _STATE, nullable=False),
    *db.texts("out_request_no", "store_id", nullable=True),
    db.moment("created_at"),
    *db.moments("captured_at", "closed_at", "expires_at", "reversible_until", nullable=True),
    # Who stood at the till; null: the merchant's own program asked.
    db.uuid("cashier_id", nullable=True),
    *db.positive("quantity"),
    CheckConstraint("reversed_quantity between 0 and quantity", name="reversed_quantity"),
    *db.indexes("redemption_id", ("merchant_id", "captured_at")),
    # A store's sales of a day, and a cashier's.
    *db.indexes(("merchant_id", "store_id", "captured_at")),
    db.index_where(
        "ix_redemption_of_cashier", "cashier_id", "captured_at", where="cashier_id is not null"
    ),
    db.index_where("ix_redemption_lapsing", "expires_at", "participant_id", where="state = 'held'"),
)

# The till's own request number, unique for ever within a merchant.
till_request = db.table(
    "till_request",
    db.key("merchant_id"),
    db.text_key("out_request_no"),
    db.digest("fingerprint"),
    *db.uuids("participant_id", "redemption_id"),
    db.moment("created_at"),
)

redemption_reversal = db.table(
    "redemption_reversal",
    *db.keys("participant_id", "reversal_id"),
    *db.uuids("redemption_id", "merchant_id"),
    db.count("quantity"),
    *db.wholes("points", "settlement_fen"),
    db.moment("reversed_at"),
    # What a till said, if it said anything; who of the programme did it in its place says both.
    *db.texts("reason_code", "reason", nullable=True),
    db.uuid("reversed_by", nullable=True),
    # Who stood at the till; null: the merchant's own program asked, or the programme did it.
    db.uuid("cashier_id", nullable=True),
    *db.positive("quantity"),
    db.one_of("reason_code", *GROUNDS),
    CheckConstraint(
        "reversed_by is null or (reason_code is not null and reason is not null)", name="said_why"
    ),
    *db.indexes(("merchant_id", "reversed_at")),
)

# What the days of one merchant up to a cut-off come to; never changed.
merchant_statement = db.table(
    "merchant_statement",
    db.key("statement_id"),
    db.uuid("merchant_id"),
    db.count("number"),
    *db.days("first_day", "last_day"),
    *db.wholes("captures", "captured_items", "captured_points", "captured_fen"),
    *db.wholes("reversals", "reversed_items", "reversed_points", "reversed_fen"),
    # What the one before left: less than nothing where more was reversed than sold.
    db.whole("brought_fen"),
    *db.moments("starts_at", "ends_at", "drawn_at"),
    CheckConstraint("first_day <= last_day and starts_at < ends_at", name="days"),
    CheckConstraint("brought_fen <= 0 and number > 0", name="brought"),
    UniqueConstraint("merchant_id", "number", name="uq_merchant_statement_merchant_id_number"),
    db.pages("merchant_statement", "merchant_id", by="statement_id"),
)

# That a statement's sum was paid, as the bank names the payment.
merchant_payout = db.table(
    "merchant_payout",
    db.key("statement_id"),
    db.text("reference"),
    # The reference in its one spelling: a payment pays one statement.
    db.text("payment_key"),
    db.day("paid_on"),
    *db.done("stated"),
    UniqueConstraint("payment_key", name="uq_merchant_payout_payment_key"),
)
