"""Findings of who validates or verifies: raised, answered by the owner, closed or kept.

Of three kinds (CDM forms as UNDP's registry carries them, secondary): CL, something is unclear;
CAR, an error or an unmet rule; FAR, to be done by the next period::

    raised ─answered─▶ answered ─closed─▶ closed          answered ─raised─▶ raised (not enough)
    raised, answered ─kept─▶ kept                         only a FAR, for the next period
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, UnknownId

CLARIFY, CORRECT, FORWARD = FINDING_KINDS = ("CL", "CAR", "FAR")
RAISED: Final = "raised"
ANSWERED, CLOSED, KEPT = "answered", "closed", "kept"
# What is said of a finding is the state to which it leads, and from which ones.
REPLIES: Final[Mapping[str, tuple[str, ...]]] = {
    ANSWERED: (RAISED,),
    RAISED: (ANSWERED,),
    CLOSED: (ANSWERED,),
    KEPT: (RAISED, ANSWERED),
}
# By who judges; the owner answers.
JUDGED: Final = (RAISED, CLOSED, KEPT)


class UnknownFinding(UnknownId):
    """Nothing of this id was found."""

    cases = ("finding",)


class FindingOpen(Conflict):
    """A finding is neither closed nor, where it is for the next period, kept."""


class FindingAnswered(Conflict):
    """The finding is at another point: it was closed, or it is not answered yet."""


class NewFinding(NamedTuple):
    """A finding as it is raised: its kind, the section of the document, and what it says."""

    kind: str
    section: str
    text: str


class NewReply(NamedTuple):
    """What is said of a finding."""

    finding_id: UUID
    reply: str
    text: str


class ProjectFinding(NamedTuple):
    """What was found in a validation or a verification; ``state`` is what became of it."""

    finding_id: UUID
    # The project that is validated, or the monitoring period that is verified.
    subject_id: UUID
    attempt: int
    kind: str
    section: str
    text: str
    raised_by: UUID
    raised_at: datetime
    state: str = RAISED

    def replied(self, reply: str) -> ProjectFinding:
        """The finding after what is said of it. Raises FindingAnswered."""
        if self.state not in REPLIES[reply] or (reply == KEPT and self.kind != FORWARD):
            raise FindingAnswered(state=self.state, kind=self.kind)
        return self._replace(state=reply)


class FindingReply(NamedTuple):
    """What was said of a finding, in its order."""

    finding_id: UUID
    number: int
    reply: str
    text: str
    replied_by: UUID
    replied_at: datetime


def check_settled(findings: Iterable[ProjectFinding]) -> None:
    """Raises FindingOpen: nothing is judged positively while a finding is open."""
    loose = sum(each.state not in (CLOSED, KEPT) for each in findings)
    if loose:
        raise FindingOpen(findings=loose)
