"""Why something cannot be done with a complaint."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Self

from behaviours.civil_time import civil_day, day_ends_at
from behaviours.refusal import Busy, Conflict, Forbidden, Invalid, UnknownId


class UnknownComplaint(UnknownId):
    """``number``: none of this number for who asks; ``check_digits``: it was copied wrongly;
    ``complainant``: the provider has nothing to do with this person; what is named is not there:
    ``redemption_named``, ``offer_named``, ``project_named``."""

    cases = (
        "number",
        "check_digits",
        "complainant",
        "redemption_named",
        "offer_named",
        "project_named",
    )


class ComplaintIncomplete(Invalid):
    """What is complained about is not named as its kind needs it."""

    cases = ("missing", "not_of_kind", "one_of_two", "future", "behaviour", "provider", "action")


class ActionStillWaits(Conflict):
    """The action waits for a look: it is contested there."""


class TooManyComplaints(Busy):
    """``complaints`` about one person, or ``messages`` to one complaint, on one day."""

    cases = ("complaints", "messages")

    @classmethod
    def until_tomorrow(cls, case: str, *, most: int, now: datetime, zone: tzinfo) -> Self:
        """No more today: the next are taken when the civil day is over."""
        left = day_ends_at(civil_day(now, zone), zone) - now
        return cls(case, most=most, retry_after_s=max(1, round(left.total_seconds())))


class ComplaintNotYours(Forbidden):
    """Somebody else takes this step."""


class ComplaintEnded(Conflict):
    """It ended; nothing can be added to it."""


class ComplaintStateWrong(Conflict):
    """It was answered, taken further or decided in the meantime."""


class ComplaintOutcomeWrong(Invalid):
    """An outcome that its kind does not have, or that lacks its reason or its action."""

    cases = ("outcome", "reason", "action")


class ComplaintActionWrong(Conflict):
    """The action that is named is not what was missing, or was named for another complaint."""

    cases = ("person", "behaviour", "day", "state", "used")


class HandedOverWrong(Invalid):
    """``same``: it is theirs already; ``provider``: none of this id to whom the person agreed."""

    cases = ("same", "provider")


class DecidedBySame(Conflict):
    """Who answered a complaint does not decide it."""
