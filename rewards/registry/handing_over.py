"""Handing over: one issue goes to a national registry or an exchange, and is dead here then.

``STEPS`` is its whole life::

    prepared ─lock─▶ locked ─deliver─▶ delivered ─accept─▶ accepted
                                                 ─reject─▶ rejected
    prepared or locked ─unlock─▶ unlocked

Two people lock it: the package is made then and never again, and its units move nowhere. Once it is
delivered only the receiver's answer ends that: it names the receiver's own number and the digest of
the manifest, and without that digest it is refused. Accepted, every unit is cancelled here and its
number there is on record; rejected, the units are free again, and the reason is kept. They never
live in both places (projects.md, §6).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.steps import Step
from rewards.registry.block import Block
from rewards.registry.hand_over import Receiver

PREPARED, LOCKED, DELIVERED, ACCEPTED, REJECTED, UNLOCKED = STATES = (
    "prepared",
    "locked",
    "delivered",
    "accepted",
    "rejected",
    "unlocked",
)
# While it is so, nothing else becomes of the issue; an accepted one is for ever.
STANDS: Final = (PREPARED, LOCKED, DELIVERED, ACCEPTED)
# Its units move nowhere.
HOLDS_UNITS: Final = (LOCKED, DELIVERED)
# The receiver has been given the package.
GIVEN: Final = (DELIVERED, ACCEPTED, REJECTED)

LOCK: Final = "lock"
DELIVER: Final = "deliver"
ACCEPT: Final = "accept"
REJECT: Final = "reject"
UNLOCK: Final = "unlock"
_PROGRAMME: Final = ("authority", "operator")
STEPS: Final[Mapping[str, Step]] = {
    LOCK: Step((PREPARED,), LOCKED, _PROGRAMME),
    DELIVER: Step((LOCKED,), DELIVERED, _PROGRAMME),
    ACCEPT: Step((DELIVERED,), ACCEPTED, _PROGRAMME),
    REJECT: Step((DELIVERED,), REJECTED, _PROGRAMME),
    UNLOCK: Step((PREPARED, LOCKED), UNLOCKED, _PROGRAMME),
}
MOST_SERIALS: Final = 1000


class UnknownHandOver(UnknownId):
    """There is no such hand-over, or it is not the caller's to see."""

    cases = ("hand_over",)


class HandOverStateConflict(Conflict):
    """The hand-over is in another state than the step needs."""


class HandOverUnderWay(Conflict):
    """The issue is being handed over, or was; meanwhile nothing else becomes of it."""

    cases = ("again", "loss")


class OpinionNotPositive(Conflict):
    """The last opinion on the period is not positive: it is not handed over."""


class ManifestDigestWrong(Invalid):
    """The answer does not name the manifest of the package that was delivered."""


class ReceiverNumberTaken(Conflict):
    """This receiver answered another hand-over by the same number."""


class ReceiverAnswerUnfit(Invalid):
    """``ours``: the answer's ranges are not those of the package; ``twice``: one number of the
    receiver stands for two of them; ``serials``: what is rejected has no numbers there;
    ``reason``: a rejection says why, and an acceptance has nothing to say."""

    cases = ("ours", "twice", "serials", "reason")


class ForeignSerial(NamedTuple):
    """What a range of ours, as it is printed, is called at the receiver's."""

    ours: str
    theirs: str


class ReceiverAnswer(NamedTuple):
    """What the receiver said: its own number, and the digest of the manifest that it was given."""

    step: str
    number: str
    manifest_digest: bytes
    serials: tuple[ForeignSerial, ...] = ()
    reason: str | None = None

    @property
    def signed_digest(self) -> bytes:
        """SHA-256 of what two people sign, member for member on lines of their own."""
        pairs = (f"{each.ours}\t{each.theirs}" for each in sorted(self.serials))
        members = (
            *(self.step, self.number, self.manifest_digest.hex()),
            *(*pairs, self.reason or ""),
        )
        return hashlib.sha256("\n".join(members).encode()).digest()

    def check(self, manifest_digest: bytes | None, ours: Sequence[str]) -> None:
        """Whether it is about this package. Raises ManifestDigestWrong, ReceiverAnswerUnfit."""
        if manifest_digest is None or self.manifest_digest != manifest_digest:
            raise ManifestDigestWrong(pointer="/manifest_sha256")
        accepted = self.step == ACCEPT
        if (self.reason is None) != accepted:
            raise ReceiverAnswerUnfit("reason", pointer="/reason")
        if not accepted and self.serials:
            raise ReceiverAnswerUnfit("serials", pointer="/serials")
        if accepted and sorted(each.ours for each in self.serials) != sorted(ours):
            raise ReceiverAnswerUnfit("ours", pointer="/serials")
        if len({each.theirs for each in self.serials}) < len(self.serials):
            raise ReceiverAnswerUnfit("twice", pointer="/serials")


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand-over as it stands; ``number`` counts those of its period from 1.

    ``manifest_digest`` is the SHA-256 of the locked ``manifest.json``, ``answer_number`` what the
    receiver calls it, and ``reason`` why it was unlocked or rejected.
    """

    period_id: UUID
    number: int
    project_id: UUID
    owner_id: UUID
    receiver_kind: str
    receiver_name: str
    account: str
    beneficiary_code: str
    state: str
    prepared_by: UUID
    prepared_at: datetime
    state_at: datetime
    manifest_digest: bytes | None = None
    answer_number: str | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        """What events and its manifest call it by: its period, and its number there."""
        return f"mpd_{self.period_id.hex}/hand-overs/{self.number}"

    @property
    def receiver(self) -> Receiver:
        """Who is given the package."""
        return Receiver(self.receiver_kind, self.receiver_name, self.account, self.beneficiary_code)

    def move(
        self,
        step: str,
        *,
        now: datetime,
        manifest_digest: bytes | None = None,
        answer_number: str | None = None,
        reason: str | None = None,
    ) -> HandOver:
        """The hand-over after ``step``; raises HandOverStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise HandOverStateConflict(state=self.state, needed=", ".join(needs))
        return replace(
            self,
            state=leads_to,
            state_at=now,
            manifest_digest=manifest_digest or self.manifest_digest,
            answer_number=answer_number,
            reason=reason,
        )

    def answered(self, answer: ReceiverAnswer, *, now: datetime) -> HandOver:
        """The hand-over after the receiver's answer; raises HandOverStateConflict."""
        return self.move(answer.step, now=now, answer_number=answer.number, reason=answer.reason)

    def says_so(self, answer: ReceiverAnswer) -> bool:
        """Whether this very answer was taken before; its serials are looked at apart."""
        return (self.state, self.answer_number, self.manifest_digest, self.reason) == (
            STEPS[answer.step].leads_to,
            answer.number,
            answer.manifest_digest,
            answer.reason,
        )


def reserve_by_bundle(blocks: Sequence[Block]) -> dict[UUID, int]:
    """Whole tonnes of the reserve among handed-over blocks, by the bundle that they are of."""
    found: dict[UUID, int] = {}
    for each in blocks:
        if each.owner_id is None:
            found[each.bundle_id] = found.get(each.bundle_id, 0) + each.quantity_t
    return found
