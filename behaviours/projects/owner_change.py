"""Change of owner of a project on the register: handed over by one, taken over by another.

``STEPS`` is its whole life; each step says from which states it leads to which, and who takes it::

    proposed ─accept─▶ accepted ─confirm─▶ confirmed
    proposed, accepted ─withdraw─▶ withdrawn, or ─refuse─▶ refused

The present owner proposes it by the transfer act, which both signed, and by the consent of those
who share the benefits; the next owner accepts; two people of two roles confirm it, on or after its
first day. Units that were issued stay with who held them. Of a period that runs over the first day
the act says whose it is: the former owner's, the next one's, or each one's by days (projects.md,
E14).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.largest_remainder import share
from behaviours.projects.designed import DaySpan
from behaviours.projects.project import (
    APPLYING,
    AUTHORITY,
    BENEFIT_CONSENT,
    OPERATOR,
    TRANSFER_ACT,
    Project,
    ProjectProof,
    ProofMissing,
)
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.steps import Step
from behaviours.viewer import Viewer

PROPOSED, ACCEPTED, CONFIRMED = "proposed", "accepted", "confirmed"
WITHDRAWN, REFUSED = "withdrawn", "refused"
STATES: Final = (PROPOSED, ACCEPTED, CONFIRMED, WITHDRAWN, REFUSED)
OPEN: Final = (PROPOSED, ACCEPTED)
ACCEPT, CONFIRM, WITHDRAW, REFUSE = "accept", "confirm", "withdraw", "refuse"
STEPS: Final[Mapping[str, Step]] = {
    ACCEPT: Step((PROPOSED,), ACCEPTED, (APPLYING,)),
    CONFIRM: Step((ACCEPTED,), CONFIRMED, (AUTHORITY, OPERATOR)),
    WITHDRAW: Step(OPEN, WITHDRAWN, (APPLYING,)),
    REFUSE: Step(OPEN, REFUSED, (AUTHORITY,)),
}
# Whose a period is that runs over the first day of the next owner.
FORMER, NEXT, BY_DAY = RUNNING = ("former", "next", "by_day")
_PAPERS: Final = (TRANSFER_ACT, BENEFIT_CONSENT)


class UnknownOwnerChange(UnknownId):
    """The project has no such change of owner, or it is not the asker's to see."""

    cases = ("owner_change",)


class OwnerChangeStateConflict(Conflict):
    """The change of owner is at another point of its life than this step needs."""


class OwnerChangeOpen(Conflict):
    """One change of owner comes to an end before the next begins."""


class OwnerChangeEarly(Conflict):
    """Nobody owns a project from a day to come: the change is confirmed on its first day."""


class OwnerChangeLate(Conflict):
    """Units of days after the first day were issued already, and stay with who held them."""


class OwnerNotAdmitted(Invalid):
    """Who takes a project over is an enterprise that was admitted."""


class OwnerChangeUnfit(Invalid):
    """``same``: it is the present owner; ``outside``: the first day lies outside the crediting
    period; ``order``: it is not after that of the change before."""

    cases = ("same", "outside", "order")


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """A change of owner as it stands; ``number`` counts those of its project from 1.

    ``effective_on`` is the first civil day of the next owner. ``papers`` are the SHA-256 of the
    documents that it rests on, in hexadecimal and in order.
    """

    project_id: UUID
    number: int
    former_id: UUID
    next_id: UUID
    effective_on: date
    running: str
    papers: tuple[str, ...]
    state: str
    proposed_by: UUID
    proposed_at: datetime
    state_at: datetime
    reason: str | None = None

    @property
    def name(self) -> str:
        """What events call it by: its project, and its number there."""
        return f"prj_{self.project_id.hex}/owner-changes/{self.number}"

    def move(self, step: str, *, now: datetime) -> OwnerChange:
        """The change after ``step``; raises OwnerChangeStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise OwnerChangeStateConflict(state=self.state, needed=", ".join(needs))
        return replace(self, state=leads_to, state_at=now)

    def refused(self, reason: str, *, now: datetime) -> OwnerChange:
        """The change that the authority does not allow; raises OwnerChangeStateConflict."""
        return replace(self.move(REFUSE, now=now), reason=reason)

    def confirmed(self, *, today: date, issued_before: date | None, now: datetime) -> OwnerChange:
        """The change that counts; ``issued_before``: the day after the last one whose units were
        issued. Raises OwnerChangeStateConflict, OwnerChangeEarly and OwnerChangeLate."""
        moved = self.move(CONFIRM, now=now)
        if today < self.effective_on:
            raise OwnerChangeEarly(effective_on=self.effective_on.isoformat())
        check_unissued(self.effective_on, issued_before)
        return moved

    @property
    def signed_digest(self) -> bytes:
        """SHA-256 of what two people sign: its members in this order, each after a line's end."""
        members = (
            f"prj_{self.project_id.hex}",
            f"{self.number}",
            f"org_{self.former_id.hex}",
            f"org_{self.next_id.hex}",
            self.effective_on.isoformat(),
            self.running,
            *self.papers,
        )
        return hashlib.sha256("\n".join(members).encode()).digest()

    def check_seen_by(self, by: Viewer, project: Project) -> None:
        """Both parties see it, and who answers for the programme in the region. Raises
        UnknownOwnerChange."""
        if not (by.answers_in(project.said.region) or self.is_party(by)):
            raise UnknownOwnerChange("owner_change")

    def check_next(self, by: Viewer) -> None:
        """Raises UnknownOwnerChange for everybody but who takes the project over."""
        if by.role != APPLYING or by.tenant_id != self.next_id:
            raise UnknownOwnerChange("owner_change")

    def is_party(self, by: Viewer) -> bool:
        """Whether the viewer hands the project over or takes it over."""
        return by.role == APPLYING and by.tenant_id in (self.former_id, self.next_id)

    def begins_in(self, period: DaySpan) -> date:
        """The first day of a period that is the next owner's; the day after it where none is."""
        if self.effective_on <= period.starts_on:
            return period.starts_on
        if self.effective_on >= period.ends_before:
            return period.ends_before
        whose = {
            FORMER: period.ends_before,
            NEXT: period.starts_on,
            BY_DAY: self.effective_on,
        }
        return whose[self.running]


class NewOwnerChange(NamedTuple):
    """A change of owner as it is proposed."""

    next_id: UUID
    effective_on: date
    running: str

    def check(self, project: Project, crediting: DaySpan, before: Sequence[OwnerChange]) -> None:
        """``before`` are those of the project, in order. Raises OwnerChangeOpen and
        OwnerChangeUnfit."""
        if any(each.state in OPEN for each in before):
            raise OwnerChangeOpen
        if self.next_id == project.applicant_id:
            raise OwnerChangeUnfit("same", pointer="/next_owner_id")
        if not crediting.starts_on <= self.effective_on < crediting.ends_before:
            raise OwnerChangeUnfit(
                "outside",
                pointer="/effective_on",
                starts_on=crediting.starts_on.isoformat(),
                ends_before=crediting.ends_before.isoformat(),
            )
        last = [each.effective_on for each in confirmed_of(before)][-1:]
        if last and self.effective_on <= last[0]:
            raise OwnerChangeUnfit("order", pointer="/effective_on", last=last[0].isoformat())


class OwnedDays(NamedTuple):
    """Days of a period and whose they are."""

    owner_id: UUID
    days: DaySpan


class OwnerShare(NamedTuple):
    """Whole tonnes of an issue that are one owner's."""

    owner_id: UUID
    quantity_t: int


def confirmed_of(changes: Sequence[OwnerChange]) -> list[OwnerChange]:
    """Those that count, in their order."""
    return [each for each in changes if each.state == CONFIRMED]


def check_unissued(effective_on: date, issued_before: date | None) -> None:
    """Raises OwnerChangeLate."""
    if issued_before is not None and effective_on < issued_before:
        raise OwnerChangeLate(issued_before=issued_before.isoformat())


def papers_of(
    proofs: Sequence[ProjectProof], split: Collection[JsonObject], before: Sequence[OwnerChange]
) -> tuple[str, ...]:
    """The documents that a change rests on: the act, and the consent of those who share.

    A document by which a project changed hands once is no act of another change. Raises
    ProofMissing.
    """
    used = {paper for each in confirmed_of(before) for paper in each.papers}
    fresh = [each for each in proofs if each.kind in _PAPERS and each.sha256.hex() not in used]
    kinds = {each.kind for each in fresh}
    if TRANSFER_ACT not in kinds:
        raise ProofMissing(TRANSFER_ACT)
    if len(split) > 1 and BENEFIT_CONSENT not in kinds:
        raise ProofMissing(BENEFIT_CONSENT)
    return tuple(sorted({each.sha256.hex() for each in fresh}))


def owners_of(period: DaySpan, changes: Sequence[OwnerChange], present_id: UUID) -> list[OwnedDays]:
    """Whose the days of a period are, in their order; of several changes the later one counts.

    ``changes`` are all of the project, ``present_id`` its owner after them.
    """
    counting = confirmed_of(changes)
    first_id = counting[0].former_id if counting else present_id
    owned = [OwnedDays(first_id, period)]
    for each in counting:
        begins = each.begins_in(period)
        cut = [
            OwnedDays(one.owner_id, DaySpan(one.days.starts_on, min(one.days.ends_before, begins)))
            for one in owned
        ]
        cut.append(OwnedDays(each.next_id, DaySpan(begins, period.ends_before)))
        owned = [one for one in cut if one.days.days > 0]
    return owned


def shares_of(quantity_t: int, owned: Sequence[OwnedDays], days: DaySpan) -> list[OwnerShare]:
    """Whole tonnes of some days of a period by their owners, by largest remainder.

    An owner without a tonne is none of them.
    """
    parts: dict[UUID, int] = {}
    for each in owned:
        within = each.days.within(days).days
        parts[each.owner_id] = parts.get(each.owner_id, 0) + within
    shares = share(quantity_t, list(parts.values()))
    return [OwnerShare(who, t) for who, t in zip(parts, shares, strict=True) if t]
