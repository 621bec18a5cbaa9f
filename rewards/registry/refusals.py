"""The registry says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class UnknownUnits(UnknownId):
    """There is no such block or retirement, or it is not the caller's."""

    cases = ("block", "notice", "own_block", "replacement", "retirement")


class UnknownUnitClass(Refusal, kind=Kind.INVALID, code="UNKNOWN_UNIT_CLASS"):
    """There is no unit class of this name."""


class UseNotPermitted(Refusal, kind=Kind.INVALID, code="USE_NOT_PERMITTED"):
    """The class of the units does not permit this use."""


class VerifierNotIndependent(Refusal, kind=Kind.CONFLICT, code="VERIFIER_NOT_INDEPENDENT"):
    """Whoever verifies may not provide, operate or buy."""

    cases = ("hold", "buy")


class BlockNotAvailable(Refusal, kind=Kind.CONFLICT, code="BLOCK_NOT_AVAILABLE"):
    """The units are reserved, sold, retired, or kept in the reserve."""

    cases = ("split", "split_into", "taken")


class UnitsNotCovered(Refusal, kind=Kind.CONFLICT, code="UNITS_NOT_COVERED"):
    """What the units stand for was taken back, and nothing has made it good yet."""


class AlreadyRetired(Refusal, kind=Kind.CONFLICT, code="ALREADY_RETIRED"):
    """The units were retired; that is final."""


class NotEnoughUnits(Refusal, kind=Kind.CONFLICT, code="NOT_ENOUGH_UNITS"):
    """Fewer whole tonnes are there than were asked for."""


class UnitsDoNotFit(Refusal, kind=Kind.CONFLICT, code="UNITS_DO_NOT_FIT"):
    """Units of a lower class or an older vintage make nothing good."""

    cases = ("class", "vintage")


class MoreThanIsShort(Refusal, kind=Kind.CONFLICT, code="MORE_THAN_IS_SHORT"):
    """More tonnes are offered than the bundle lacks, rounded up."""


class ReplacementLapsed(Refusal, kind=Kind.CONFLICT, code="REPLACEMENT_LAPSED"):
    """Not everybody signed in time what a holder offered."""


class ReplacementWithdrawn(Refusal, kind=Kind.CONFLICT, code="REPLACEMENT_WITHDRAWN"):
    """Whoever offered the units took the offer back."""


class ReplacementDone(Refusal, kind=Kind.CONFLICT, code="REPLACEMENT_DONE"):
    """Everybody signed: the units are cancelled, and nothing brings them back."""


class NotYoursToWithdraw(Refusal, kind=Kind.FORBIDDEN, code="NOT_YOURS_TO_WITHDRAW"):
    """An offer is taken back by whoever made it, and not by whoever could sign it."""


class BuyerIsSeller(Refusal, kind=Kind.CONFLICT, code="BUYER_IS_SELLER"):
    """Units are not sold or transferred to their own owner."""

    cases = ("transfer", "order")


class UnknownReceiver(Refusal, kind=Kind.INVALID, code="UNKNOWN_RECEIVER"):
    """No enterprise of this id is registered."""


class BadSerial(Refusal, kind=Kind.INVALID, code="BAD_SERIAL"):
    """The text is not a serial range of this registry, or was not copied whole."""

    cases = ("shape", "check_digits", "backwards")
