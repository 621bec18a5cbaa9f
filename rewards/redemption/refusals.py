"""Why a redemption is refused, each with a name that a till can act on."""

from __future__ import annotations

from behaviours.refusal import Refusal


class UnknownCode(Refusal):
    """No such code was ever shown; perhaps it was misread."""

    code = "CODE_UNKNOWN"


class CodeExpired(Refusal):
    """The minute is over, or the voucher's time is."""

    code = "CODE_EXPIRED"


class CodeForAnotherOffer(Refusal):
    """The person asked for a code for one offer, and the till captures another."""

    code = "CODE_FOR_ANOTHER_OFFER"


class OfferNotOnSale(Refusal):
    """The offer is not published, not open yet, or closed."""

    code = "OFFER_NOT_ON_SALE"


class OutOfStock(Refusal):
    """Fewer items are left than were asked for."""

    code = "OUT_OF_STOCK"


class PersonLimitReached(Refusal):
    """The person already had as many as the offer gives to one person."""

    code = "PERSON_LIMIT_REACHED"


class RequestNumberReused(Refusal):
    """The till used one request number for two different captures."""

    code = "OUT_REQUEST_NO_REUSED"


class ReversalWindowOver(Refusal):
    """The offer's time for taking a redemption back is over."""

    code = "REVERSAL_WINDOW_OVER"


class NothingToReverse(Refusal):
    """More items are to be reversed than are left of the redemption."""

    code = "NOTHING_TO_REVERSE"


class RedemptionNotHeld(Refusal):
    """The redemption was captured or has ended; there is no hold to let go."""

    code = "REDEMPTION_NOT_HELD"


class OfferNotDraft(Refusal):
    """What was published can be closed, restocked or prolonged, and not otherwise changed."""

    code = "OFFER_NOT_DRAFT"


class OfferDatesWrong(Refusal):
    """The offer would close before it opens, or is over."""

    code = "OFFER_DATES_WRONG"


class OfferChanged(Refusal):
    """Somebody else changed the offer since it was read."""

    code = "OFFER_CHANGED"


class BillNotReady(Refusal):
    """The civil day is not over, so its bill could still change."""

    code = "BILL_NOT_READY"
