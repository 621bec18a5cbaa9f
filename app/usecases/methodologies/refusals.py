"""What the lifecycle of a methodology refuses, by name."""

from __future__ import annotations

from typing import ClassVar

from behaviours.refusal import Refusal
from behaviours.rulebook import NoRuleInForce


class VersionExists(Refusal):
    """There is a version with this name, or with this very content, already."""

    code: ClassVar[str] = "METHODOLOGY_VERSION_EXISTS"


class NotAText(Refusal):
    """The document or its examples hold something that is not text, such as a JSON number."""

    code: ClassVar[str] = "FIGURE_NOT_A_TEXT"


class AnotherMethodology(Refusal):
    """The document names another code or version than the path."""

    code: ClassVar[str] = "METHODOLOGY_NAME_DIFFERS"


class LifecycleConflict(Refusal):
    """The version is at another point of its life than this step needs."""

    code: ClassVar[str] = "METHODOLOGY_STATE_CONFLICT"


class DraftChanged(Refusal):
    """Somebody changed the draft since the caller read it."""

    code: ClassVar[str] = "METHODOLOGY_DRAFT_CHANGED"


class UnknownApplicant(Refusal):
    """The organisation that is named as the applicant does not exist."""

    code: ClassVar[str] = "UNKNOWN_APPLICANT"


class DigestDiffers(Refusal):
    """The design document that was sent does not have the digest that was sent with it."""

    code: ClassVar[str] = "DESIGN_DOCUMENT_DIFFERS"


class ConflictOfInterest(Refusal):
    """The expert drafted the version, belongs to its applicant, or declares an interest."""

    code: ClassVar[str] = "CONFLICT_OF_INTEREST"


class StartsInThePast(Refusal):
    """The version would be in force on a day before its publication."""

    code: ClassVar[str] = "METHODOLOGY_STARTS_IN_THE_PAST"


class StartsTogether(Refusal):
    """Another version of the behaviour starts on the same day in the same regions."""

    code: ClassVar[str] = "METHODOLOGY_STARTS_TOGETHER"


class AlreadyWithdrawn(Refusal):
    """The version was withdrawn before."""

    code: ClassVar[str] = "METHODOLOGY_ALREADY_WITHDRAWN"


class WithdrawnTooEarly(Refusal):
    """A withdrawal takes effect on a later day than that of its signatures."""

    code: ClassVar[str] = "WITHDRAWAL_TOO_EARLY"


class MethodologyWithdrawn(NoRuleInForce):
    """The rule for the deed was withdrawn before the day of the deed."""

    code: ClassVar[str] = "METHODOLOGY_WITHDRAWN"


class BadShadowPeriod(Refusal):
    """The period of a shadow run ends before it begins, or reaches into the future."""

    code: ClassVar[str] = "BAD_SHADOW_PERIOD"


class ReportNotReady(Refusal):
    """The shadow run has not come to its end."""

    code: ClassVar[str] = "SHADOW_REPORT_NOT_READY"
