"""Why the books do not take a deed."""

from __future__ import annotations

from behaviours.refusal import Refusal


class UnknownParticipant(Refusal):
    """There is no such person, or this provider has nothing to do with them."""

    code = "UNKNOWN_PARTICIPANT"


class ParticipantClosed(Refusal):
    """The person has left; nothing more is recorded for them."""

    code = "PARTICIPANT_CLOSED"


class ConsentMissing(Refusal):
    """The person has not agreed that this provider reports this kind of deed."""

    code = "CONSENT_MISSING"


class ConsentWithdrawn(Refusal):
    """The person had taken back their consent when the deed was done."""

    code = "CONSENT_WITHDRAWN"


class DuplicateAction(Refusal):
    """The same sender has used this external_id before."""

    code = "DUPLICATE_ACTION"


class AlreadyReversed(Refusal):
    """The action was taken back before."""

    code = "ALREADY_REVERSED"


class TooManyActions(Refusal):
    """A batch holds more actions than one transaction should."""

    code = "TOO_MANY_ACTIONS"
