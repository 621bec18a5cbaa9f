"""Pooling says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Conflict, Invalid, Unknown, UnknownId


class UnknownBundle(UnknownId):
    """There is no such bundle, or not for who is asking; or it has no such part yet."""

    cases = (
        "bundle", "unpublished_bundle", "report", "preview", "selection", "leaves", "draft",
    )  # fmt: skip


class BundleStateConflict(Conflict):
    """The bundle is not at the step that the call belongs to."""


class BadBundlePeriod(Invalid):
    """The dates of a bundle run backwards or leave the vintage year."""

    cases = ("backwards", "other_year")


class NoSuchLeaf(Invalid):
    """Parts of a bundle's leaves begin at other numbers."""


class UnknownBundleMethodology(Invalid):
    """A bundle is asked for under a methodology that nobody published."""


class MethodologiesNotNamed(Invalid):
    """A bundle is of one methodology, or of several that it names."""


class MixingNotPermitted(Invalid):
    """Units of this class are made of one methodology alone."""


class NothingSelected(Conflict):
    """No reduction met the conditions, so there is nothing to report or verify."""


class PopulationChanged(Conflict):
    """What is in the bundle is no longer what its report says."""


class UnknownVerifier(Invalid):
    """No verifier of this id is registered."""


class UnknownParty(Invalid):
    """A declaration speaks of an organisation that is not registered."""


class AlreadyInPool(Conflict):
    """The verifier stands in the pool for the same behaviours."""


class NotInPool(Conflict):
    """Who is to be removed from the pool is not in it."""


class VerifierConflict(Conflict):
    """Something stands in the way of this verifier that nobody sets aside."""

    cases = (
        "party", "operator", "interest", "group", "declined", "lapsed", "undeclared", "outside",
        "validator", "of_project",
    )  # fmt: skip


class NoVerifierLeft(Conflict):
    """Something stands in the way of everybody in the pool; the facts say what, of each."""


class VerifierNotApproved(Conflict):
    """The operator named a verifier that the authority did not approve for this bundle."""


class VerifierSeated(Conflict):
    """The bundle has a verifier, and nothing stands in its way."""


class NotAccepted(Conflict, code="VERIFICATION_NOT_ACCEPTED"):
    """The verifier has not given its number yet, so no sample is drawn."""


class AlreadyAccepted(Conflict, code="VERIFICATION_ALREADY_ACCEPTED"):
    """A verifier gives one number; the sample follows from it and is not drawn again."""


class VerificationLapsed(Conflict):
    """The working days that a verifier has are over: another one is drawn."""


class BadVerifierNumber(Invalid):
    """The number that a draw starts from is of a stated number of digits."""


class NotInSample(Invalid):
    """A finding speaks of a reduction that was not drawn."""


class SampleIncomplete(Conflict):
    """An opinion needs a finding for every reduction that was drawn."""


class NotInSealedBundle(Unknown):
    """The reduction is in no sealed bundle, so there is no proof to give."""

    cases = ("not_sealed", "salt_destroyed")
