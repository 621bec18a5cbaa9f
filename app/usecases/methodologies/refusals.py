"""What the lifecycle of a methodology refuses, by name."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal
from behaviours.rules.rulebook import NoRuleInForce


class VersionExists(Refusal):
    """There is a version with this name, or with this very content, already."""

    kind = Kind.CONFLICT
    code = "METHODOLOGY_VERSION_EXISTS"


class NotAText(Refusal):
    """The document or its examples hold something that is not text, such as a JSON number."""

    kind = Kind.INVALID
    code = "FIGURE_NOT_A_TEXT"


class AnotherMethodology(Refusal):
    """The document names another code or version than the path."""

    kind = Kind.INVALID
    code = "METHODOLOGY_NAME_DIFFERS"


class LifecycleConflict(Refusal):
    """The version is at another point of its life than this step needs."""

    kind = Kind.CONFLICT
    code = "METHODOLOGY_STATE_CONFLICT"


class DraftChanged(Refusal):
    """Somebody changed the draft since the caller read it."""

    kind = Kind.STALE
    code = "METHODOLOGY_DRAFT_CHANGED"


class UnknownApplicant(Refusal):
    """The organisation that is named as the applicant does not exist."""

    kind = Kind.INVALID
    code = "UNKNOWN_APPLICANT"


class DigestDiffers(Refusal):
    """The design document that was sent does not have the digest that was sent with it."""

    kind = Kind.INVALID
    code = "DESIGN_DOCUMENT_DIFFERS"


class ConflictOfInterest(Refusal):
    """The expert drafted the version, belongs to its applicant, or declares an interest."""

    kind = Kind.CONFLICT
    code = "CONFLICT_OF_INTEREST"


class StartsInThePast(Refusal):
    """The version would be in force on a day before its publication."""

    kind = Kind.INVALID
    code = "METHODOLOGY_STARTS_IN_THE_PAST"


class StartsTogether(Refusal):
    """Another version of the behaviour starts on the same day in the same regions."""

    kind = Kind.CONFLICT
    code = "METHODOLOGY_STARTS_TOGETHER"


class AlreadyWithdrawn(Refusal):
    """The version was withdrawn before."""

    kind = Kind.CONFLICT
    code = "METHODOLOGY_ALREADY_WITHDRAWN"


class WithdrawnTooEarly(Refusal):
    """A withdrawal takes effect on a later day than that of its signatures."""

    kind = Kind.INVALID
    code = "WITHDRAWAL_TOO_EARLY"


class MethodologyWithdrawn(NoRuleInForce):
    """The rule for the action was withdrawn before the day of the action."""

    kind = Kind.INVALID
    code = "METHODOLOGY_WITHDRAWN"


class BadShadowPeriod(Refusal):
    """The period of a shadow run ends before it begins, or reaches into the future."""

    kind = Kind.INVALID
    code = "BAD_SHADOW_PERIOD"


class ReportNotReady(Refusal):
    """The shadow run has not come to its end."""

    kind = Kind.CONFLICT
    code = "SHADOW_REPORT_NOT_READY"
