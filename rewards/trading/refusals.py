"""Trading says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Conflict, Gone, Invalid, UnknownId


class UnknownTrade(UnknownId):
    """There is no such trade or listing, or it is not the caller's."""

    cases = ("trade", "listing", "own_listing", "auction", "negotiation")


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


class ListingIsAuction(Conflict):
    """The units are sold to the highest bid, and not ordered at a price."""


class ListingAtExchange(Conflict):
    """The units stand at an exchange: they are bought there, and come back from there."""

    cases = ("order", "close")


class AuctionTimesUnusable(Invalid):
    """An auction cannot open or end at the stated times."""

    cases = ("past", "order", "far")


class ReserveBelowMinimum(Invalid):
    """The price below which nothing is sold is less than the least bid."""


class AuctionNotOpen(Conflict):
    """The auction takes no bids yet."""


class AuctionOver(Gone):
    """The auction takes no more bids, or has ended."""

    cases = ("ended", "already")


class AuctionHasBids(Conflict):
    """The seller cannot take back what was bid for."""


class BidderTied(Conflict):
    """Whoever is tied to the seller does not bid."""


class BidTooLow(Conflict):
    """The bid is less than the least that counts now."""


class BidIsBinding(Conflict):
    """The winner of an auction does not call the trade off."""


class NegotiationClosed(Conflict):
    """Nothing is negotiated any more."""


class NotYourTurn(Conflict):
    """The other side is to answer, or who is to answer wants to take back what it did not say."""

    cases = ("wait", "answer")


class OfferLapsed(Gone):
    """What was offered last stands no longer."""


class ValidityUnusable(Invalid):
    """An offer cannot stand until the stated moment."""

    cases = ("past", "far")
