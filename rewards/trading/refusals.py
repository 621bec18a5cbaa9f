"""Trading says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class UnknownTrade(UnknownId):
    """There is no such trade or listing, or it is not the caller's."""

    cases = ("trade", "listing", "own_listing")


class ListingClosed(Refusal, kind=Kind.CONFLICT, code="LISTING_CLOSED"):
    """The listing takes no more orders."""

    cases = ("over", "already")


class TradeStateConflict(Refusal, kind=Kind.CONFLICT, code="TRADE_STATE_CONFLICT"):
    """The trade is not at the step that the call belongs to."""


class PayWindowOver(Refusal, kind=Kind.GONE, code="PAY_WINDOW_OVER"):
    """The reservation lapsed before it was paid."""


class PaymentUsed(Refusal, kind=Kind.CONFLICT, code="PAYMENT_REFERENCE_USED"):
    """The payment pays another trade of the same seller already."""
