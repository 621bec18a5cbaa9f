"""The market says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Refusal


class BundleStateConflict(Refusal):
    """The bundle is not at the step that the call belongs to."""

    code = "BUNDLE_STATE_CONFLICT"


class BadBundlePeriod(Refusal):
    """The dates of a bundle run backwards or leave the vintage year."""

    code = "BAD_BUNDLE_PERIOD"


class UnknownBundleMethodology(Refusal):
    """A bundle is asked for under a methodology that nobody published."""

    code = "UNKNOWN_BUNDLE_METHODOLOGY"


class NothingSelected(Refusal):
    """No reduction met the conditions, so there is nothing to report or verify."""

    code = "NOTHING_SELECTED"


class UnknownUnitClass(Refusal):
    """There is no unit class of this name."""

    code = "UNKNOWN_UNIT_CLASS"


class UseNotPermitted(Refusal):
    """The class of the units does not permit this use."""

    code = "USE_NOT_PERMITTED"


class VerifierNotIndependent(Refusal):
    """Whoever verifies may not provide, operate or buy."""

    code = "VERIFIER_NOT_INDEPENDENT"


class UnknownVerifier(Refusal):
    """No verifier of this id is registered."""

    code = "UNKNOWN_VERIFIER"


class NotInSample(Refusal):
    """A finding speaks of a reduction that was not drawn."""

    code = "NOT_IN_SAMPLE"


class SampleIncomplete(Refusal):
    """An opinion needs a finding for every reduction that was drawn."""

    code = "SAMPLE_INCOMPLETE"


class NoticeRunning(Refusal):
    """The public notice has not run out yet."""

    code = "NOTICE_RUNNING"


class SamePersonTwice(Refusal):
    """Two signatures mean two people."""

    code = "SAME_PERSON_TWICE"


class AlreadyApproved(Refusal):
    """This person approved this version before."""

    code = "ALREADY_APPROVED"


class BlockNotAvailable(Refusal):
    """The units are reserved, sold, retired, or kept in the reserve."""

    code = "BLOCK_NOT_AVAILABLE"


class AlreadyRetired(Refusal):
    """The units were retired; that is final."""

    code = "ALREADY_RETIRED"


class NotEnoughUnits(Refusal):
    """Fewer whole tonnes are there than were asked for."""

    code = "NOT_ENOUGH_UNITS"


class ListingClosed(Refusal):
    """The listing takes no more orders."""

    code = "LISTING_CLOSED"


class BuyerIsSeller(Refusal):
    """Units are not sold or transferred to their own owner."""

    code = "BUYER_IS_SELLER"


class UnknownReceiver(Refusal):
    """No enterprise of this id is registered."""

    code = "UNKNOWN_RECEIVER"


class TradeStateConflict(Refusal):
    """The trade is not at the step that the call belongs to."""

    code = "TRADE_STATE_CONFLICT"


class PayWindowOver(Refusal):
    """The reservation lapsed before it was paid."""

    code = "PAY_WINDOW_OVER"


class NotInSealedBundle(Refusal):
    """The reduction is in no sealed bundle, so there is no proof to give."""

    code = "NOT_IN_SEALED_BUNDLE"


class BadSerial(Refusal):
    """The text is not a serial range of this registry, or was not copied whole."""

    code = "BAD_SERIAL"
