"""Pooling says no, and says why."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class UnknownBundle(UnknownId):
    """There is no such bundle, or not for who is asking; or it has no such part yet."""

    cases = ("bundle", "unpublished_bundle", "report")


class BundleStateConflict(Refusal):
    """The bundle is not at the step that the call belongs to."""

    kind = Kind.CONFLICT
    code = "BUNDLE_STATE_CONFLICT"


class BadBundlePeriod(Refusal):
    """The dates of a bundle run backwards or leave the vintage year."""

    kind = Kind.INVALID
    code = "BAD_BUNDLE_PERIOD"
    cases = ("backwards", "other_year")


class UnknownBundleMethodology(Refusal):
    """A bundle is asked for under a methodology that nobody published."""

    kind = Kind.INVALID
    code = "UNKNOWN_BUNDLE_METHODOLOGY"


class NothingSelected(Refusal):
    """No reduction met the conditions, so there is nothing to report or verify."""

    kind = Kind.CONFLICT
    code = "NOTHING_SELECTED"


class UnknownVerifier(Refusal):
    """No verifier of this id is registered, or none at all."""

    kind = Kind.INVALID
    code = "UNKNOWN_VERIFIER"
    cases = ("id", "none")


class NotInSample(Refusal):
    """A finding speaks of a reduction that was not drawn."""

    kind = Kind.INVALID
    code = "NOT_IN_SAMPLE"


class SampleIncomplete(Refusal):
    """An opinion needs a finding for every reduction that was drawn."""

    kind = Kind.CONFLICT
    code = "SAMPLE_INCOMPLETE"


class NoticeRunning(Refusal):
    """The public notice has not run out yet."""

    kind = Kind.CONFLICT
    code = "NOTICE_RUNNING"


class NotInSealedBundle(Refusal):
    """The reduction is in no sealed bundle, so there is no proof to give."""

    kind = Kind.UNKNOWN
    code = "NOT_IN_SEALED_BUNDLE"
    cases = ("not_sealed", "salt_destroyed")
