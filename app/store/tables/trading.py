"""Trading: listings, trades and the money book."""

from sqlalchemy import CheckConstraint, text as sql

from app.store.tables import metadata as db
from rewards.trading import (
    auction as auctions,
    listing as listings,
    negotiation as negotiations,
    trade as trades,
)

listing = db.table(
    "listing",
    db.key("listing_id"),
    db.uuid("seller_id", nullable=True),
    db.uuid("block_id"),
    *db.wholes("quantity_t", "remaining_t", "price_fen_per_tonne"),
    db.text("state"),
    *db.since("created_at", until="closed_at"),
    CheckConstraint("remaining_t between 0 and quantity_t", name="remaining"),
    CheckConstraint("price_fen_per_tonne > 0", name="price"),
    db.one_of("state", *listings.STATES),
    *db.choice("kind", *listings.KINDS),
    db.index_where(
        "ix_listing_at_auction", "listing_id", where="kind = 'auction' and state = 'open'"
    ),
)

# An auction as it stands, beside its listing, whose lock is its lock.
auction = db.table(
    "auction",
    db.key("listing_id"),
    db.uuid("seller_id", nullable=True),
    *db.choice("state", *auctions.STATES),
    db.moment("ends_at"),
    *db.counts("extensions", "bids"),
    db.whole("highest_fen_per_tonne", nullable=True),
    *db.uuids("leader_id", "former_id", nullable=True),
    db.count("awards"),
    *db.choice("reason", *auctions.REASONS, nullable=True),
    db.moment("closed_at", nullable=True),
    db.both_or_neither("leader_id", "leader_id", "highest_fen_per_tonne"),
    CheckConstraint("(bids > 0) = (leader_id is not null)", name="bids"),
    CheckConstraint("(state = 'unsold') = (reason is not null)", name="unsold"),
    CheckConstraint("(state in ('unsold', 'withdrawn')) = (closed_at is not null)", name="closed"),
    CheckConstraint("awards >= 0 and awards <= bids and extensions >= 0", name="counts"),
)

# What the seller stated when it was opened; rows are only added.
auction_terms = db.table(
    "auction_terms",
    db.key("listing_id"),
    *db.wholes("minimum_fen_per_tonne", "raise_fen_per_tonne"),
    db.whole("reserve_fen_per_tonne", nullable=True),
    *db.moments("opens_at", "closes_at"),
    *db.counts("extend_minutes", "most_extensions"),
    db.truth("passes_on"),
    *db.positive("minimum_fen_per_tonne", "raise_fen_per_tonne"),
    CheckConstraint("closes_at > opens_at", name="times"),
    CheckConstraint("extend_minutes >= 0 and most_extensions >= 0", name="extensions"),
    CheckConstraint("reserve_fen_per_tonne >= minimum_fen_per_tonne", name="reserve"),
)

# Every bid that was taken, in its order; rows are only added.
auction_bid = db.table(
    "auction_bid",
    db.key("listing_id"),
    db.number_key("number"),
    db.uuid("bidder_id"),
    db.whole("price_fen_per_tonne"),
    *db.moments("made_at", "ends_at"),
    *db.positive("number", "price_fen_per_tonne"),
)

# To which bid the lot went, and by which trade; rows are only added.
auction_award = db.table(
    "auction_award",
    db.key("listing_id"),
    db.number_key("bid_number"),
    db.uuid("trade_id"),
    db.moment("awarded_at"),
    *db.indexes("trade_id"),
)

# A price that two agree on, as it stands.
negotiation = db.table(
    "negotiation",
    db.key("negotiation_id"),
    db.uuid("seller_id", nullable=True),
    *db.uuids("buyer_id", "block_id"),
    *db.wholes("quantity_t", "price_fen_per_tonne"),
    db.moment("valid_until"),
    *db.choice("state", *negotiations.STATES),
    db.count("rounds"),
    *db.since("made_at", until="closed_at"),
    db.uuid("trade_id", nullable=True),
    *db.positive("quantity_t", "price_fen_per_tonne", "rounds"),
    CheckConstraint("(state in ('offered', 'countered')) = (closed_at is null)", name="closed"),
    CheckConstraint("(state = 'accepted') = (trade_id is not null)", name="accepted"),
    *db.indexes("seller_id", "buyer_id"),
    db.index_where(
        "ix_negotiation_open", "valid_until", where=db.in_words("state", *negotiations.OPEN)
    ),
)

# Every word of it, in its order; rows are only added.
negotiation_round = db.table(
    "negotiation_round",
    db.key("negotiation_id"),
    db.number_key("number"),
    db.truth("by_seller"),
    *db.wholes("quantity_t", "price_fen_per_tonne"),
    *db.moments("valid_until", "said_at"),
    *db.positive("number", "quantity_t", "price_fen_per_tonne"),
)

trade = db.table(
    "trade",
    db.key("trade_id"),
    db.uuid("listing_id"),
    db.uuid("seller_id", nullable=True),
    db.uuid("buyer_id"),
    *db.wholes("quantity_t", "amount_fen"),
    db.text("state"),
    db.text("payment_reference", nullable=True),
    # The reference in normal form, while the trade is not called off: one payment pays once.
    db.text("payment_key", nullable=True),
    *db.moments("ordered_at", "pay_until"),
    *db.moments("paid_at", "delivered_at", "closed_at", nullable=True),
    # Where it was closed, if it says so, and what ties that one to a side, as was stated.
    db.uuid("exchange_id", nullable=True),
    db.text("exchange_tie", nullable=True),
    # When a payment that nobody confirmed is said aloud, and was; and when it ends the trade.
    *db.moments("look_by", "alarmed_at", "confirm_by", "cleared_at", nullable=True),
    # What became of money that nobody confirmed, in the seller's words.
    db.text("clearing", nullable=True),
    db.one_of("state", *trades.STATES),
    db.both_or_neither("clearing", "cleared_at", "clearing"),
    CheckConstraint("exchange_tie is null or exchange_id is not null", name="exchange_tie"),
    *db.indexes("buyer_id", "seller_id"),
    db.index_where(
        "ix_trade_exchange_id", "exchange_id", "trade_id", where="exchange_id is not null"
    ),
    db.once_where(
        "ux_trade_payment",
        sql("coalesce(seller_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
        "payment_key",
        where="payment_key is not null",
    ),
    db.index_where(
        "ix_trade_sold_by_programme",
        "delivered_at",
        where="state = 'delivered' and seller_id is null",
    ),
    db.index_where("ix_trade_unpaid", "listing_id", "pay_until", where="state = 'reserved'"),
    db.index_where("ix_trade_to_confirm", "listing_id", "confirm_by", where="state = 'paid'"),
    db.index_where(
        "ix_trade_unseen", "look_by", where="alarmed_at is null and look_by is not null"
    ),
    db.index_where("ix_trade_waiting", "trade_id", where=db.in_words("state", *trades.OPEN)),
)

# What sales of one bundle brought under one version of the programme, shared together.
proceeds_distribution = db.table(
    "proceeds_distribution",
    db.key("distribution_id"),
    db.uuid("bundle_id"),
    db.text("programme_version"),
    *db.wholes("quantity_t", "amount_fen", "people_fen", "sponsors_fen", "programme_fen"),
    *db.wholes("people", "saved_mg"),
    db.moment("made_at"),
    CheckConstraint(
        "amount_fen = people_fen + sponsors_fen + programme_fen"
        " and least(people_fen, sponsors_fen, programme_fen) >= 0",
        name="parts",
    ),
    CheckConstraint("people > 0 or people_fen = 0", name="people"),
)

# A sale is shared once, because it can stand here once.
proceeds_trade = db.table(
    "proceeds_trade",
    db.key("trade_id"),
    db.uuid("distribution_id"),
    *db.indexes("distribution_id"),
)

# Each person's share of a distribution.
proceeds_share = db.table(
    "proceeds_share",
    *db.keys("participant_id", "distribution_id"),
    *db.wholes("saved_mg", "fen"),
    CheckConstraint("saved_mg > 0 and fen >= 0", name="amounts"),
    *db.indexes("distribution_id"),
)

# Money is booked, not kept: the bank is an account like any other.
money_posting = db.table(
    "money_posting",
    db.key("posting_id"),
    *db.double_entry("fen"),
    db.uuid("reference_id"),
    db.moment("posted_at"),
)
