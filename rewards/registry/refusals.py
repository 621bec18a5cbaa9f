"""The registry says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class UnknownUnits(UnknownId):
    """There is no such block or retirement, or it is not the caller's."""

    cases = ("block", "own_block", "retirement")


class UnknownUnitClass(Refusal):
    """There is no unit class of this name."""

    kind = Kind.INVALID
    code = "UNKNOWN_UNIT_CLASS"


class UseNotPermitted(Refusal):
    """The class of the units does not permit this use."""

    kind = Kind.INVALID
    code = "USE_NOT_PERMITTED"


class VerifierNotIndependent(Refusal):
    """Whoever verifies may not provide, operate or buy."""

    kind = Kind.CONFLICT
    code = "VERIFIER_NOT_INDEPENDENT"
    cases = ("verify", "hold", "buy")


class BlockNotAvailable(Refusal):
    """The units are reserved, sold, retired, or kept in the reserve."""

    kind = Kind.CONFLICT
    code = "BLOCK_NOT_AVAILABLE"
    cases = ("split", "taken")


class AlreadyRetired(Refusal):
    """The units were retired; that is final."""

    kind = Kind.CONFLICT
    code = "ALREADY_RETIRED"


class NotEnoughUnits(Refusal):
    """Fewer whole tonnes are there than were asked for."""

    kind = Kind.CONFLICT
    code = "NOT_ENOUGH_UNITS"


class BuyerIsSeller(Refusal):
    """Units are not sold or transferred to their own owner."""

    kind = Kind.CONFLICT
    code = "BUYER_IS_SELLER"
    cases = ("transfer", "order")


class UnknownReceiver(Refusal):
    """No enterprise of this id is registered."""

    kind = Kind.INVALID
    code = "UNKNOWN_RECEIVER"


class BadSerial(Refusal):
    """The text is not a serial range of this registry, or was not copied whole."""

    kind = Kind.INVALID
    code = "BAD_SERIAL"
    cases = ("shape", "check_digits", "backwards")
