"""Why an action is not taken: by its rule, by what is recorded already, or by who reports it."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class UnknownAction(UnknownId):
    """There is no such action, or not for who asks."""

    cases = ("action",)


class NaiveTime(Refusal):
    """A time without an offset: nobody can say which moment is meant."""

    kind = Kind.INVALID
    code = "NAIVE_TIME"


class InTheFuture(Refusal):
    """The action is said to be done later than now."""

    kind = Kind.INVALID
    code = "IN_THE_FUTURE"


class ClaimWindowClosed(Refusal):
    """The rule takes actions for some days only, and those have passed."""

    kind = Kind.INVALID
    code = "CLAIM_WINDOW_CLOSED"


class ClaimWindowNotOpen(Refusal):
    """The rule takes actions only some days after they are done, when the data are settled."""

    kind = Kind.INVALID
    code = "CLAIM_WINDOW_NOT_OPEN"


class ClaimNotDelegated(Refusal):
    """The claim belongs to somebody who has not entrusted the sender with it."""

    kind = Kind.FORBIDDEN
    code = "CLAIM_NOT_DELEGATED"
    cases = ("not_the_operator", "not_the_person", "without_proof")


class InvalidInterval(Refusal):
    """The end is missing, not after the start, or too far from it."""

    kind = Kind.INVALID
    code = "INVALID_INTERVAL"
    cases = ("backwards", "end_missing", "too_long", "outside_hours")


class InvalidQuantity(Refusal):
    """A quantity is unknown, missing, not a plain decimal string, or out of the rule's bounds."""

    kind = Kind.INVALID
    code = "INVALID_QUANTITY"
    cases = ("unknown", "missing", "none_of_group", "not_decimal", "out_of_bounds", "not_whole")


class InvalidEvidence(Refusal):
    """Evidence is unknown, missing, empty, too long, unprintable or of another shape."""

    kind = Kind.INVALID
    code = "INVALID_EVIDENCE"
    cases = ("unknown", "missing", "not_a_text", "too_long", "other_shape", "not_a_date")


class DuplicateClaim(Refusal):
    """The ride, order, device, receipt or account-day has been claimed before."""

    kind = Kind.CONFLICT
    code = "DUPLICATE_CLAIM"


class OverlappingRide(Refusal):
    """The person is already in another ride at that time."""

    kind = Kind.CONFLICT
    code = "OVERLAPPING_RIDE"


class OverlappingMeterInterval(Refusal):
    """The meter's interval overlaps one that has been claimed before."""

    kind = Kind.CONFLICT
    code = "OVERLAPPING_METER_INTERVAL"


class ExcludedByOtherBehaviour(Refusal):
    """An action on the other side of an either-or has been recorded for the period."""

    kind = Kind.CONFLICT
    code = "EXCLUDED_BY_OTHER_BEHAVIOUR"


class UnknownParticipant(Refusal):
    """There is no such person, or this provider has nothing to do with them."""

    kind = Kind.UNKNOWN
    code = "UNKNOWN_PARTICIPANT"


class ParticipantClosed(Refusal):
    """The person has left; nothing more is recorded for them."""

    kind = Kind.CONFLICT
    code = "PARTICIPANT_CLOSED"


class ConsentMissing(Refusal):
    """The person has not agreed that this provider reports this kind of action."""

    kind = Kind.FORBIDDEN
    code = "CONSENT_MISSING"
    cases = ("never_given", "given_later")


class ConsentWithdrawn(Refusal):
    """The person had taken back their consent when the action was done."""

    kind = Kind.FORBIDDEN
    code = "CONSENT_WITHDRAWN"


class DuplicateAction(Refusal):
    """The same sender has used this external_id before."""

    kind = Kind.CONFLICT
    code = "DUPLICATE_ACTION"


class AlreadyReversed(Refusal):
    """The action was taken back before."""

    kind = Kind.CONFLICT
    code = "ALREADY_REVERSED"


class TooManyActions(Refusal):
    """A batch holds more actions than one transaction should."""

    kind = Kind.INVALID
    code = "TOO_MANY_ACTIONS"
