"""The registry says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Conflict, Forbidden, Invalid, UnknownId


class UnknownUnits(UnknownId):
    """There is no such block or retirement, or it is not the caller's."""

    cases = ("block", "holder", "notice", "own_block", "replacement", "retirement", "serial")


class UnknownUnitClass(Invalid):
    """There is no unit class of this name."""


class UseNotPermitted(Invalid):
    """The class of the units does not permit this use."""


class GroundsMissing(Invalid):
    """The use has to state something that is not stated."""

    cases = ("case_reference", "footprint")


class GroundsUnfit(Invalid):
    """Something is stated that belongs to other uses."""

    cases = ("case_reference", "footprint")


class FootprintNotCovered(Invalid):
    """Fewer tonnes would be retired than the footprint comes to."""


class ComplianceCapReached(Conflict):
    """More would be retired for compliance in this year than the programme lets in."""

    cases = ("buyer", "programme")


class VerifierNotIndependent(Conflict):
    """Whoever verifies may not provide, operate or buy."""

    cases = ("hold", "buy")


class BlockNotAvailable(Conflict):
    """The units are reserved, sold, retired, or kept in the reserve."""

    cases = ("split", "split_into", "merged", "taken")


class BlocksDoNotMerge(Conflict):
    """Blocks become one only where their numbers follow one another and they are alike."""

    cases = ("one", "gap", "bundle")


class UnitsNotCovered(Conflict):
    """What the units stand for was taken back, and nothing has made it good yet."""


class AlreadyRetired(Conflict):
    """The units were retired; that is final."""


class NotEnoughUnits(Conflict):
    """Fewer whole tonnes are there than were asked for."""


class UnitsDoNotFit(Conflict):
    """Units of a lower class or an older vintage make nothing good."""

    cases = ("class", "vintage")


class MoreThanIsShort(Conflict):
    """More tonnes are offered than the bundle lacks, rounded up."""


class ReplacementLapsed(Conflict):
    """Not everybody signed in time what a holder offered."""


class ReplacementWithdrawn(Conflict):
    """Whoever offered the units took the offer back."""


class ReplacementDone(Conflict):
    """Everybody signed: the units are cancelled, and nothing brings them back."""


class NotYoursToWithdraw(Forbidden):
    """An offer is taken back by whoever made it, and not by whoever could sign it."""


class BuyerIsSeller(Conflict):
    """Units are not sold or transferred to their own owner."""

    cases = ("transfer", "order")


class UnknownReceiver(Invalid):
    """No enterprise of this id is registered."""


class BadSerial(Invalid):
    """The text is not a serial range of this registry, or was not copied whole."""

    cases = ("shape", "check_digits", "backwards", "unit_class")
