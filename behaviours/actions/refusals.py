"""Why an action is not taken: by its rule, by what is recorded already, or by who reports it."""

from __future__ import annotations

from behaviours.refusal import Conflict, Forbidden, Gone, Invalid, Unknown, UnknownId


class UnknownAction(UnknownId):
    """There is no such action, or not for who asks; ``replaced``: under an external_id."""

    cases = ("action", "replaced")


class NaiveTime(Invalid):
    """A time without an offset: nobody can say which moment is meant."""


class InTheFuture(Invalid):
    """The action is said to be done later than now."""


class ClaimWindowClosed(Invalid):
    """The rule takes actions for some days only, and those have passed."""


class ClaimWindowNotOpen(Invalid):
    """The rule takes actions only some days after they are done, when the data are settled."""


class ClaimNotDelegated(Forbidden):
    """The claim belongs to somebody who has not entrusted the sender with it."""

    cases = ("not_the_operator", "not_the_person", "without_proof")


class InvalidInterval(Invalid):
    """The end is missing, not after the start, or too far from it."""

    cases = ("backwards", "end_missing", "too_long", "outside_hours")


class InvalidQuantity(Invalid):
    """A quantity is unknown, missing, not a plain decimal string, or out of the rule's bounds."""

    cases = ("unknown", "missing", "none_of_group", "not_decimal", "out_of_bounds", "not_whole")


class InvalidEvidence(Invalid):
    """Evidence is unknown, missing, empty, too long, unprintable or of another shape."""

    cases = ("unknown", "missing", "not_a_text", "too_long", "other_shape", "not_a_date")


class DuplicateClaim(Conflict):
    """The ride, order, device, receipt or account-day has been claimed before."""


class OverlappingRide(Conflict):
    """The person is already in another ride at that time."""


class OverlappingMeterInterval(Conflict):
    """The meter's interval overlaps one that has been claimed before."""


class ExcludedByOtherBehaviour(Conflict):
    """An action on the other side of an either-or has been recorded for the period."""


class UnknownParticipant(Unknown):
    """There is no such person, or this provider has nothing to do with them."""


class ParticipantClosed(Conflict):
    """The person has left; nothing more is recorded for them."""


class BeforeReturn(Conflict):
    """What was done before the person left an earlier account stays there."""


class PersonLeft(Gone):
    """The person has left, and what was known of their actions is no provider's any more."""


class ConsentMissing(Forbidden):
    """The person has not agreed that this provider reports this kind of action."""

    cases = ("never_given", "given_later")


class ConsentWithdrawn(Forbidden):
    """The person had taken back their consent when the action was done."""


class PlacesNotAgreed(Forbidden):
    """The person has no separate consent that this provider says where they were.

    ``never_given``; ``given_later``: after the day of the action; ``withdrawn``: it was taken back,
    and nothing of a place is taken since, whenever the action was done.
    """

    cases = ("never_given", "given_later", "withdrawn")


class DuplicateAction(Conflict):
    """The same sender has used this external_id before."""


class ConflictingRepeat(Conflict):
    """The same sender has used this external_id for an action with another content."""


class ActionReversed(Conflict):
    """The same sender has used this external_id for an action that was taken back.

    ``superseded``: what is said again is what the sender corrected by another action.
    """

    cases = ("by_itself", "superseded")


class CannotSupersede(Conflict):
    """The earlier action stays.

    ``in_a_unit``: a unit contains its reduction; ``by_itself``: the correction has the external_id
    of what it corrects; ``by_a_person``: only providers correct what they reported.
    """

    cases = ("in_a_unit", "by_itself", "by_a_person")


class AlreadyReversed(Conflict):
    """The action was taken back before."""


class ReversalNotForRole(Forbidden):
    """What is in no frozen bundle is taken back by who reported it, or by two operators."""


class ReversalReasonMissing(Invalid):
    """What two people sign needs a reason of the list besides the text."""


class ReversalLapsed(Conflict):
    """Nobody else signed in time: whoever still wants it begins anew."""


class ReversalReasonDiffers(Conflict):
    """Another reason was signed before: both sign one and the same."""


class TooManyActions(Invalid):
    """A batch holds more actions than one transaction should."""
