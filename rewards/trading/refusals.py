"""Trading says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Conflict, Gone, UnknownId


class UnknownTrade(UnknownId):
    """There is no such trade or listing, or it is not the caller's."""

    cases = ("trade", "listing", "own_listing")


class ListingClosed(Conflict):
    """The listing takes no more orders."""

    cases = ("over", "already")


class TradeStateConflict(Conflict):
    """The trade is not at the step that the call belongs to."""


class PayWindowOver(Gone):
    """The reservation lapsed before it was paid."""


class PaymentUsed(Conflict, code="PAYMENT_REFERENCE_USED"):
    """The payment pays another trade of the same seller already."""
