"""Trading says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Conflict, Gone, Invalid, UnknownId


class UnknownTrade(UnknownId):
    """There is no such trade or listing, or it is not the caller's."""

    cases = ("trade", "listing", "own_listing")


class ListingClosed(Conflict):
    """The listing takes no more orders."""

    cases = ("over", "already")


class ProjectUncovered(Conflict):
    """The project lost what it was issued for, and has not replaced all of it: its owner sells
    nothing of it meanwhile."""


class ExchangeUnknown(Invalid):
    """What is named as the exchange of a trade was not admitted as one."""


class ExchangeIsParty(Invalid):
    """The exchange of a trade sells or buys in it itself."""


class ExchangeNotNamed(Invalid):
    """A tie to an exchange is stated, and no exchange is named."""


class ExchangeTied(Conflict):
    """The exchange is tied to a side of the trade, and that is not stated."""


class TradeStateConflict(Conflict):
    """The trade is not at the step that the call belongs to."""


class PayWindowOver(Gone):
    """The reservation lapsed before it was paid."""


class ConfirmWindowOver(Gone):
    """Nobody confirmed the payment in time: the trade ended without it."""


class PaymentUsed(Conflict, code="PAYMENT_REFERENCE_USED"):
    """The payment pays another trade of the same seller already."""
