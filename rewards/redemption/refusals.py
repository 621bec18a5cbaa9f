"""Why a redemption is refused, each with a name that a till can act on."""

from __future__ import annotations

from datetime import UTC, datetime

from behaviours.refusal import Kind, Refusal, UnknownId


def moment_fact(moment: datetime) -> str:
    """An aware moment as a fact of a refusal: RFC 3339 in UTC, with ``Z``."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


class UnknownOffer(UnknownId):
    """There is no such offer, or it is not the caller's to see."""

    cases = ("offer", "offer_here", "own_offer")


class UnknownRedemption(UnknownId):
    """There is no such redemption of this person or this merchant, or no such code."""

    cases = ("own_redemption", "own_code", "not_captured_yet", "nothing_to_reverse")


class UnknownCode(Refusal):
    """No such code was ever shown; perhaps it was misread."""

    kind = Kind.UNKNOWN
    code = "CODE_UNKNOWN"
    cases = ("unknown", "another_shop")


class CodeExpired(Refusal):
    """The minute is over, or the voucher's time is."""

    kind = Kind.GONE
    code = "CODE_EXPIRED"
    cases = ("minute_over", "voucher_over", "voucher_ended")


class CodeForAnotherOffer(Refusal):
    """The person asked for a code for one offer, and the till captures another."""

    kind = Kind.CONFLICT
    code = "CODE_FOR_ANOTHER_OFFER"
    cases = ("another", "voucher", "voucher_whole")


class OfferNotOnSale(Refusal):
    """The offer is not published, not open yet, or closed."""

    kind = Kind.CONFLICT
    code = "OFFER_NOT_ON_SALE"


class OutOfStock(Refusal):
    """Fewer items are left than were asked for."""

    kind = Kind.CONFLICT
    code = "OUT_OF_STOCK"
    cases = ("sold_out", "few_left")


class PersonLimitReached(Refusal):
    """The person already had as many as the offer gives to one person."""

    kind = Kind.CONFLICT
    code = "PERSON_LIMIT_REACHED"


class RequestNumberReused(Refusal):
    """The till used one request number for two different captures."""

    kind = Kind.INVALID
    code = "OUT_REQUEST_NO_REUSED"


class ReversalWindowOver(Refusal):
    """The offer's time for taking a redemption back is over."""

    kind = Kind.CONFLICT
    code = "REVERSAL_WINDOW_OVER"


class NothingToReverse(Refusal):
    """More items are to be reversed than are left of the redemption."""

    kind = Kind.CONFLICT
    code = "NOTHING_TO_REVERSE"


class RedemptionNotHeld(Refusal):
    """The step does not begin where the redemption stands; mostly, there is no hold to end."""

    kind = Kind.CONFLICT
    code = "REDEMPTION_NOT_HELD"
    cases = ("fetched", "ended", "not_fetched")


class OfferNotDraft(Refusal):
    """What was published can be closed, restocked or prolonged, and not otherwise changed."""

    kind = Kind.CONFLICT
    code = "OFFER_NOT_DRAFT"
    cases = ("closed", "fixed", "not_publishable")


class OfferDatesWrong(Refusal):
    """The offer would close before it opens, or is over."""

    kind = Kind.INVALID
    code = "OFFER_DATES_WRONG"
    cases = ("wrong_order", "over")


class OfferChanged(Refusal):
    """Somebody else changed the offer since it was read."""

    kind = Kind.STALE
    code = "OFFER_CHANGED"
    cases = ("changed", "no_revision")


class BillNotReady(Refusal):
    """The civil day is not over, so its bill could still change."""

    kind = Kind.CONFLICT
    code = "BILL_NOT_READY"
