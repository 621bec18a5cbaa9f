"""Pooling says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class UnknownBundle(UnknownId):
    """There is no such bundle, or not for who is asking; or it has no such part yet."""

    cases = ("bundle", "unpublished_bundle", "report")


class BundleStateConflict(Refusal, kind=Kind.CONFLICT, code="BUNDLE_STATE_CONFLICT"):
    """The bundle is not at the step that the call belongs to."""


class BadBundlePeriod(Refusal, kind=Kind.INVALID, code="BAD_BUNDLE_PERIOD"):
    """The dates of a bundle run backwards or leave the vintage year."""

    cases = ("backwards", "other_year")


class UnknownBundleMethodology(Refusal, kind=Kind.INVALID, code="UNKNOWN_BUNDLE_METHODOLOGY"):
    """A bundle is asked for under a methodology that nobody published."""


class NothingSelected(Refusal, kind=Kind.CONFLICT, code="NOTHING_SELECTED"):
    """No reduction met the conditions, so there is nothing to report or verify."""


class PopulationChanged(Refusal, kind=Kind.CONFLICT, code="POPULATION_CHANGED"):
    """What is in the bundle is no longer what its report says."""


class UnknownVerifier(Refusal, kind=Kind.INVALID, code="UNKNOWN_VERIFIER"):
    """No verifier of this id is registered."""


class UnknownParty(Refusal, kind=Kind.INVALID, code="UNKNOWN_PARTY"):
    """A declaration speaks of an organisation that is not registered."""


class AlreadyInPool(Refusal, kind=Kind.CONFLICT, code="ALREADY_IN_POOL"):
    """The verifier stands in the pool for the same behaviours."""


class NotInPool(Refusal, kind=Kind.CONFLICT, code="NOT_IN_POOL"):
    """Who is to be removed from the pool is not in it."""


class VerifierConflict(Refusal, kind=Kind.CONFLICT, code="VERIFIER_CONFLICT"):
    """Something stands in the way of this verifier that nobody sets aside."""

    cases = (
        "party", "operator", "interest", "group", "declined", "lapsed", "undeclared", "outside",
    )  # fmt: skip


class NoVerifierLeft(Refusal, kind=Kind.CONFLICT, code="NO_VERIFIER_LEFT"):
    """Something stands in the way of everybody in the pool; the facts say what, of each."""


class VerifierNotApproved(Refusal, kind=Kind.CONFLICT, code="VERIFIER_NOT_APPROVED"):
    """The operator named a verifier that the authority did not approve for this bundle."""


class VerifierSeated(Refusal, kind=Kind.CONFLICT, code="VERIFIER_SEATED"):
    """The bundle has a verifier, and nothing stands in its way."""


class NotAccepted(Refusal, kind=Kind.CONFLICT, code="VERIFICATION_NOT_ACCEPTED"):
    """The verifier has not given its number yet, so no sample is drawn."""


class AlreadyAccepted(Refusal, kind=Kind.CONFLICT, code="VERIFICATION_ALREADY_ACCEPTED"):
    """A verifier gives one number; the sample follows from it and is not drawn again."""


class VerificationLapsed(Refusal, kind=Kind.CONFLICT, code="VERIFICATION_LAPSED"):
    """The working days that a verifier has are over: another one is drawn."""


class BadVerifierNumber(Refusal, kind=Kind.INVALID, code="BAD_VERIFIER_NUMBER"):
    """The number that a draw starts from is of a stated number of digits."""


class NotInSample(Refusal, kind=Kind.INVALID, code="NOT_IN_SAMPLE"):
    """A finding speaks of a reduction that was not drawn."""


class SampleIncomplete(Refusal, kind=Kind.CONFLICT, code="SAMPLE_INCOMPLETE"):
    """An opinion needs a finding for every reduction that was drawn."""


class NoticeRunning(Refusal, kind=Kind.CONFLICT, code="NOTICE_RUNNING"):
    """The public notice has not run out yet."""


class NotInSealedBundle(Refusal, kind=Kind.UNKNOWN, code="NOT_IN_SEALED_BUNDLE"):
    """The reduction is in no sealed bundle, so there is no proof to give."""

    cases = ("not_sealed", "salt_destroyed")
