"""Why the books do not take an action."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal


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
