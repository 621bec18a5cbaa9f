"""A person whose number is another one now: the account stays, another identity leads to it.

Two people of two roles read the evidence and sign, the person is told from the start and can stop
it, and it takes effect only once the notice is over. Why it is asked decides what becomes of the
number that led to the account before::

    reassigned   somebody else has it now (a phone number): it is free for whoever enrols with it
    replaced     nobody else gets it (a new document): it goes on leading to the same account

What cannot be told apart is refused: a number that leads to another account, one whose person left
and left caps or debts, an account that is closed or owes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict

REASSIGNED: Final = "reassigned"
REPLACED: Final = "replaced"
REASONS: Final = (REASSIGNED, REPLACED)

ASKED: Final = "announced"
DONE: Final = "carried_out"
CONTESTED: Final = "objected"
WITHDRAWN: Final = "withdrawn"
LAPSED: Final = "lapsed"
STATES: Final = (ASKED, DONE, CONTESTED, WITHDRAWN, LAPSED)
# How one ends that is written down; that one lapsed is seen by its dates.
ENDS: Final = (DONE, CONTESTED, WITHDRAWN)


class IdentityTaken(Conflict):
    """``account``: the number leads to another account; ``left``: its person left, and what they
    used and owe is still kept."""

    cases = ("account", "left")


class IdentityUnchanged(Conflict):
    """The number leads to this account already."""


class IdentityOwes(Conflict):
    """An account that owes points keeps the identity that owes them."""


class IdentityChangeWaits(Conflict):
    """Another change of the same account waits for its second signature."""


class IdentityChangeEnded(Conflict):
    """It was carried out, contested, withdrawn, or it lapsed; nothing can be added to it."""


class IdentityNoticeRuns(Conflict):
    """The person still has time to object: nobody can give the last signature yet."""


class IdentityEvidenceDiffers(Conflict):
    """The second person read another number or another file than the first."""


class IdentityChangeAsked(NamedTuple):
    """What was asked for; the names are those of the table, and nothing of it ever changes.

    The new identity is kept only as ``bound_digest``, which takes the person's own key to compare.
    ``note`` is None once the person has left.
    """

    participant_id: UUID
    change_id: UUID
    reason: str
    note: str | None
    evidence_sha256: bytes
    bound_digest: bytes
    asked_by: UUID
    asked_at: datetime
    notice_until: datetime


class NewIdentity(NamedTuple):
    """What somebody read: the new number, in which file, and why the old one is not it any more."""

    identity: str
    evidence_sha256: bytes
    reason: str
    note: str

    def asked(  # noqa: PLR0917 - whose change it is, and who asks
        self,
        participant_id: UUID,
        change_id: UUID,
        bound_digest: bytes,
        asked_by: UUID,
        now: datetime,
        notice: timedelta,
    ) -> IdentityChangeAsked:
        """What is kept of it: the identity bound to the person's key, and until when it waits."""
        return IdentityChangeAsked(
            participant_id=participant_id,
            change_id=change_id,
            reason=self.reason,
            note=self.note,
            evidence_sha256=self.evidence_sha256,
            bound_digest=bound_digest,
            asked_by=asked_by,
            asked_at=now,
            notice_until=now + notice,
        )


class IdentityChange(NamedTuple):
    """What was asked, which roles signed it, and how it ended, if it did."""

    asked: IdentityChangeAsked
    signed: tuple[str, ...]
    ended: str | None
    ended_at: datetime | None

    def lapses_at(self, signed_for: timedelta) -> datetime:
        """From then on nobody can sign it any more; the time begins when the notice is over."""
        return self.asked.notice_until + signed_for

    def state(self, now: datetime, signed_for: timedelta) -> str:
        if self.ended is not None:
            return self.ended
        return ASKED if now < self.lapses_at(signed_for) else LAPSED

    def check_over(self, now: datetime, signed_for: timedelta) -> None:
        """Raises IdentityChangeWaits: nobody asks for another one beside it."""
        if self.state(now, signed_for) == ASKED:
            raise IdentityChangeWaits(lapses_at=self.lapses_at(signed_for).isoformat())

    def check_waits(self, now: datetime, signed_for: timedelta) -> None:
        """Raises IdentityChangeEnded unless it still waits for somebody."""
        if (state := self.state(now, signed_for)) != ASKED:
            raise IdentityChangeEnded(state=state)

    def check_signable(self, now: datetime, signed_for: timedelta) -> None:
        """Raises IdentityChangeEnded or IdentityNoticeRuns."""
        self.check_waits(now, signed_for)
        if now < self.asked.notice_until:
            raise IdentityNoticeRuns(notice_until=self.asked.notice_until.isoformat())

    def check_same(self, *, bound_digest: bytes, evidence_sha256: bytes) -> None:
        """Raises IdentityEvidenceDiffers: two people have to have read the same."""
        if bound_digest != self.asked.bound_digest:
            raise IdentityEvidenceDiffers(pointer="/identity")
        if evidence_sha256 != self.asked.evidence_sha256:
            raise IdentityEvidenceDiffers(pointer="/evidence_sha256")
