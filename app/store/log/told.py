"""What the log may hold of each thing, of people and of what is earned; see ``logged_things``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from behaviours.json_value import JsonObject
from behaviours.logbook import LoggedSubject
from behaviours.logged_things import OF_BEHAVIOURS, ToldThing, told_as
from rewards.points.budget import Budget
from rewards.pooling.bundle import Bundle
from rewards.redemption.closings import TillClosing
from rewards.redemption.merchant_statement import MerchantStatement
from rewards.redemption.offer import Offer
from rewards.trading.auction import Auction
from rewards.trading.exchange_settlement import ExchangeSettlement
from rewards.trading.listing import Listing
from rewards.trading.negotiation import Negotiation
from rewards.trading.trade import Trade

TOLD: Final[Mapping[type, ToldThing]] = {
    **OF_BEHAVIOURS,
    Bundle: ToldThing(
        "bundle", "bdl", "bundle_id",
        ("state", "unit_class", "vintage", "methodology", "region", "occurred_from", "occurred_to",
         "verifier_id", "reductions", "selected_mg", "deducted_mg", "reserve_mg", "issued_t",
         "verify_by", "notice_until", "shortfall_mg"),
    ),
    Budget: ToldThing(
        "budget", "bgt", "budget_id",
        ("state", "said.sponsor_id", "said.region", "said.points", "returned_points"),
    ),
    Offer: ToldThing(
        "offer", "ofr", "offer_id",
        ("state", "merchant_id", "title_zh", "title_en", "points", "settlement_fen",
         "per_person_limit", "stock_total", "reversal_window_s", "opens_at", "closes_at",
         "regions", "kind", "category", "shown_from", "shown_until", "stock_per_day",
         "stock_per_store", "reuses_codes", "refund_valid_days"),
    ),
    MerchantStatement: ToldThing(
        "merchant_statement", "mst", "statement_id",
        ("state", "merchant_id", "number", "due_fen", "payout.reference", "payout.paid_on"),
    ),
    TillClosing: ToldThing(
        "till_closing", "tcl", "closing_id",
        ("merchant_id", "store.store_no", "number", "settlement.on", "settlement.captured_points",
         "settlement.reversed_points"),
    ),
    Listing: ToldThing(
        "listing", "lst", "listing_id",
        ("state", "seller_id", "quantity_t", "remaining_t", "price_fen_per_tonne", "kind"),
    ),
    Auction: ToldThing(
        "auction", "lst", "listing_id",
        ("state", "seller_id", "ends_at", "bids", "highest_fen_per_tonne", "awards", "reason"),
    ),
    Negotiation: ToldThing(
        "negotiation", "ngt", "negotiation_id",
        ("state", "seller_id", "buyer_id", "proposal.quantity_t",
         "proposal.price_fen_per_tonne", "rounds"),
    ),
    Trade: ToldThing(
        "trade", "trd", "trade_id",
        ("state", "seller_id", "buyer_id", "quantity_t", "amount_fen", "exchange_id"),
    ),
    ExchangeSettlement: ToldThing(
        "exchange_settlement", "xst", "settlement_id",
        ("state", "exchange_id", "reference", "lines"),
    ),
}  # fmt: skip


def told_of(value: object) -> tuple[LoggedSubject, JsonObject]:
    """A thing as the log names it, and its members that the log may hold."""
    return told_as(TOLD[type(value)], value)
