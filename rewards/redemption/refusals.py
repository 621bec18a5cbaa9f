"""Why a redemption is refused, each with a name that a till can act on."""

from __future__ import annotations

from datetime import UTC, datetime

from behaviours.refusal import Conflict, Gone, Invalid, Stale, Unknown, UnknownId


def moment_fact(moment: datetime) -> str:
    """An aware moment as a fact of a refusal: RFC 3339 in UTC, with ``Z``."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


class UnknownOffer(UnknownId):
    """There is no such offer, or it is not the caller's to see."""

    cases = ("offer", "offer_here", "own_offer")


class UnknownRedemption(UnknownId):
    """There is no such redemption of this person or this merchant, or no such code."""

    cases = ("own_redemption", "own_code", "not_captured_yet", "nothing_to_reverse")


class UnknownCode(Unknown, code="CODE_UNKNOWN"):
    """No such code was ever shown; perhaps it was misread."""

    cases = ("unknown", "another_shop")


class CodeExpired(Gone):
    """The minute is over, or the voucher's time is."""

    cases = ("minute_over", "voucher_over", "voucher_ended")


class CodeForAnotherOffer(Conflict):
    """The person asked for a code for one offer, and the till captures another."""

    cases = ("another", "voucher", "voucher_whole")


class OfferNotOnSale(Conflict):
    """The offer is not published, not open yet, or closed."""


class OfferForOtherRegions(Conflict):
    """The offer is for people of some regions, and this person's account is of none of them."""


class MerchantStopped(Conflict):
    """The merchant was suspended or closed: nothing of it is sold or handed over."""


class MerchantTakesPart(Conflict):
    """The merchant takes part: it reverses what it sold by itself."""


class OutOfStock(Conflict):
    """Fewer items are left than were asked for."""

    cases = ("sold_out", "few_left")


class PersonLimitReached(Conflict):
    """The person already had as many as the offer gives to one person."""


class RequestNumberReused(Conflict, code="OUT_REQUEST_NO_REUSED"):
    """The till used one request number for two different captures."""


class ReversalWindowOver(Conflict):
    """The offer's time for taking a redemption back is over."""


class NothingToReverse(Conflict):
    """More items are to be reversed than are left of the redemption."""


class RedemptionNotHeld(Conflict):
    """The step does not begin where the redemption stands; mostly, there is no hold to end."""

    cases = ("fetched", "ended", "not_fetched")


class OfferNotDraft(Conflict):
    """What was published can be closed, restocked or prolonged, and not otherwise changed."""

    cases = ("closed", "fixed", "not_publishable")


class OfferDatesWrong(Invalid):
    """The offer would close before it opens, or is over."""

    cases = ("wrong_order", "over", "never_shown")


class OfferChanged(Stale):
    """Somebody else changed the offer since it was read."""

    cases = ("changed", "no_revision")


class BillNotReady(Conflict):
    """The civil day is not over, so its bill could still change."""
