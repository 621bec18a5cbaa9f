"""Why an action is not taken: by its rule, by what is recorded already, or by who reports it."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class UnknownAction(UnknownId):
    """There is no such action, or not for who asks; ``replaced``: under an external_id."""

    cases = ("action", "replaced")


class NaiveTime(Refusal, kind=Kind.INVALID, code="NAIVE_TIME"):
    """A time without an offset: nobody can say which moment is meant."""


class InTheFuture(Refusal, kind=Kind.INVALID, code="IN_THE_FUTURE"):
    """The action is said to be done later than now."""


class ClaimWindowClosed(Refusal, kind=Kind.INVALID, code="CLAIM_WINDOW_CLOSED"):
    """The rule takes actions for some days only, and those have passed."""


class ClaimWindowNotOpen(Refusal, kind=Kind.INVALID, code="CLAIM_WINDOW_NOT_OPEN"):
    """The rule takes actions only some days after they are done, when the data are settled."""


class ClaimNotDelegated(Refusal, kind=Kind.FORBIDDEN, code="CLAIM_NOT_DELEGATED"):
    """The claim belongs to somebody who has not entrusted the sender with it."""

    cases = ("not_the_operator", "not_the_person", "without_proof")


class InvalidInterval(Refusal, kind=Kind.INVALID, code="INVALID_INTERVAL"):
    """The end is missing, not after the start, or too far from it."""

    cases = ("backwards", "end_missing", "too_long", "outside_hours")


class InvalidQuantity(Refusal, kind=Kind.INVALID, code="INVALID_QUANTITY"):
    """A quantity is unknown, missing, not a plain decimal string, or out of the rule's bounds."""

    cases = ("unknown", "missing", "none_of_group", "not_decimal", "out_of_bounds", "not_whole")


class InvalidEvidence(Refusal, kind=Kind.INVALID, code="INVALID_EVIDENCE"):
    """Evidence is unknown, missing, empty, too long, unprintable or of another shape."""

    cases = ("unknown", "missing", "not_a_text", "too_long", "other_shape", "not_a_date")


class DuplicateClaim(Refusal, kind=Kind.CONFLICT, code="DUPLICATE_CLAIM"):
    """The ride, order, device, receipt or account-day has been claimed before."""


class OverlappingRide(Refusal, kind=Kind.CONFLICT, code="OVERLAPPING_RIDE"):
    """The person is already in another ride at that time."""


class OverlappingMeterInterval(Refusal, kind=Kind.CONFLICT, code="OVERLAPPING_METER_INTERVAL"):
    """The meter's interval overlaps one that has been claimed before."""


class ExcludedByOtherBehaviour(Refusal, kind=Kind.CONFLICT, code="EXCLUDED_BY_OTHER_BEHAVIOUR"):
    """An action on the other side of an either-or has been recorded for the period."""


class UnknownParticipant(Refusal, kind=Kind.UNKNOWN, code="UNKNOWN_PARTICIPANT"):
    """There is no such person, or this provider has nothing to do with them."""


class ParticipantClosed(Refusal, kind=Kind.CONFLICT, code="PARTICIPANT_CLOSED"):
    """The person has left; nothing more is recorded for them."""


class BeforeReturn(Refusal, kind=Kind.CONFLICT, code="BEFORE_RETURN"):
    """What was done before the person left an earlier account stays there."""


class PersonLeft(Refusal, kind=Kind.GONE, code="PERSON_LEFT"):
    """The person has left, and what was known of their actions is no provider's any more."""


class ConsentMissing(Refusal, kind=Kind.FORBIDDEN, code="CONSENT_MISSING"):
    """The person has not agreed that this provider reports this kind of action."""

    cases = ("never_given", "given_later")


class ConsentWithdrawn(Refusal, kind=Kind.FORBIDDEN, code="CONSENT_WITHDRAWN"):
    """The person had taken back their consent when the action was done."""


class DuplicateAction(Refusal, kind=Kind.CONFLICT, code="DUPLICATE_ACTION"):
    """The same sender has used this external_id before."""


class ConflictingRepeat(Refusal, kind=Kind.CONFLICT, code="CONFLICTING_REPEAT"):
    """The same sender has used this external_id for an action with another content."""


class ActionReversed(Refusal, kind=Kind.CONFLICT, code="ACTION_REVERSED"):
    """The same sender has used this external_id for an action that was taken back.

    ``superseded``: what is said again is what the sender corrected by another action.
    """

    cases = ("by_itself", "superseded")


class CannotSupersede(Refusal, kind=Kind.CONFLICT, code="CANNOT_SUPERSEDE"):
    """The earlier action stays.

    ``in_a_unit``: a unit contains its reduction; ``by_itself``: the correction has the external_id
    of what it corrects; ``by_a_person``: only providers correct what they reported.
    """

    cases = ("in_a_unit", "by_itself", "by_a_person")


class AlreadyReversed(Refusal, kind=Kind.CONFLICT, code="ALREADY_REVERSED"):
    """The action was taken back before."""


class ReversalNotForRole(Refusal, kind=Kind.FORBIDDEN, code="REVERSAL_NOT_FOR_ROLE"):
    """What is in no frozen bundle is taken back by who reported it, or by two operators."""


class ReversalReasonMissing(Refusal, kind=Kind.INVALID, code="REVERSAL_REASON_MISSING"):
    """What two people sign needs a reason of the list besides the text."""


class ReversalLapsed(Refusal, kind=Kind.CONFLICT, code="REVERSAL_LAPSED"):
    """Nobody else signed in time: whoever still wants it begins anew."""


class ReversalReasonDiffers(Refusal, kind=Kind.CONFLICT, code="REVERSAL_REASON_DIFFERS"):
    """Another reason was signed before: both sign one and the same."""


class TooManyActions(Refusal, kind=Kind.INVALID, code="TOO_MANY_ACTIONS"):
    """A batch holds more actions than one transaction should."""
