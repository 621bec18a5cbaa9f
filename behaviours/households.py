"""Households: who lives together, and which part of what the dwelling saves is whose.

The parts are whole, per 10,000. A version says them for everybody, and is fixed once: when each of
its people has agreed (of a child, the guardian). From the next civil day on at the earliest it
holds, and what is stated for days before never changes. Other parts, or other people, are a later
version, to which everybody agrees who is in it or was in the one before; who goes is named in it
with no part. It stands as long as all are in it: who leaves ends it with that day for everybody, as
nobody's part grows without their word. Then what the dwelling saves is that person's alone for
whom it is reported, as it was before there was a household, until all who stay agree anew::

    proposed ─(the last one agrees)─▶ agreed ─superseded, left─▶ ended
    proposed ─declined, withdrawn, left, (nobody in time)─▶ dropped
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple, Self
from uuid import UUID

from behaviours.largest_remainder import share
from behaviours.refusal import Conflict, Invalid

# All parts of a household.
WHOLE: Final = 10_000
# Beyond that it is no dwelling of a family; what is agreed by more people is a contract of theirs.
MOST_MEMBERS: Final = 20

PROPOSED, AGREED, ENDED, DROPPED = "proposed", "agreed", "ended", "dropped"
HOUSEHOLD_STATES: Final = (PROPOSED, AGREED, ENDED, DROPPED)
SUPERSEDED, LEFT = "superseded", "left"
DECLINED, WITHDRAWN, LAPSED = "declined", "withdrawn", "lapsed"
HOUSEHOLD_ENDS: Final = (SUPERSEDED, LEFT, DECLINED, WITHDRAWN, LAPSED)
BY_SELF, BY_GUARDIAN = AGREERS = ("person", "guardian")


class HouseholdPartsWrong(Invalid):
    """The parts are none that people could agree to.

    ``twice``: somebody is named twice; ``members``: fewer than two have a part, or too many are
    named; ``sum``: they are not the whole; ``proposer``: who proposes is not among them;
    ``missing``: somebody who is in it now is not named; ``nothing``: who is new has no part.
    """

    cases = ("twice", "members", "sum", "proposer", "missing", "nothing")


class HouseholdDayPassed(Invalid):
    """The first day is today or before: what was done by then is counted as it was agreed then."""


class InAnotherHousehold(Conflict):
    """The person agreed to another household, which stands or waits for others."""


class HouseholdVersionWaits(Conflict):
    """Another version of the same household waits for somebody."""


class HouseholdVersionEnded(Conflict):
    """It was fixed, declined or withdrawn, or not everybody agreed in time."""


class HouseholdMember(NamedTuple):
    """Somebody's part, and whether it was agreed to, by whom."""

    participant_id: UUID
    parts: int
    agreed_at: datetime | None = None
    agreed_by: str | None = None


@dataclass(frozen=True, slots=True)
class HouseholdVersion:
    """What was proposed, who agreed, and from which civil day until which (not in it) it holds."""

    household_id: UUID
    version_id: UUID
    proposed_by: UUID
    text_version: str
    wanted_from: date | None
    proposed_at: datetime
    lapses_at: datetime
    members: tuple[HouseholdMember, ...]
    fixed_at: datetime | None = None
    holds_from: date | None = None
    holds_until: date | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None

    def state(self, now: datetime) -> str:
        """One of ``HOUSEHOLD_STATES``; that it lapsed is seen by its dates."""
        if self.fixed_at is not None:
            return AGREED if self.ended_at is None else ENDED
        return PROPOSED if self.ended_at is None and now < self.lapses_at else DROPPED

    @property
    def is_standing(self) -> bool:
        """Whether it was fixed and is not over; it may begin to hold later."""
        return self.fixed_at is not None and self.ended_at is None

    @property
    def is_open(self) -> bool:
        """Whether it was neither fixed nor dropped, though its time may be over."""
        return self.fixed_at is None and self.ended_at is None

    def check_waits(self, now: datetime) -> None:
        """Raises HouseholdVersionEnded."""
        if (state := self.state(now)) != PROPOSED:
            raise HouseholdVersionEnded(state=state)

    def of(self, participant_id: UUID) -> HouseholdMember | None:
        """The part of somebody; None: not named."""
        return next((each for each in self.members if each.participant_id == participant_id), None)

    def depends_on(self, participant_id: UUID) -> bool:
        """Whether it cannot go on without somebody: they have a part, or are asked for theirs.

        Who goes with a version has no say in it once everybody has agreed.
        """
        own = self.of(participant_id)
        return own is not None and (own.parts > 0 or self.fixed_at is None)

    def has_word_of(self, participant_id: UUID) -> bool:
        """Whether somebody agreed to it, and nothing has become of it since but that others did."""
        own = self.of(participant_id)
        return own is not None and own.agreed_at is not None and self.ended_at is None

    def agree(self, participant_id: UUID, by: str, now: datetime) -> Self:
        """With somebody's word; agreeing twice is once. Raises HouseholdVersionEnded."""
        self.check_waits(now)
        members = tuple(
            each._replace(agreed_at=now, agreed_by=by)
            if each.participant_id == participant_id and each.agreed_at is None
            else each
            for each in self.members
        )
        return replace(self, members=members)

    @property
    def all_agreed(self) -> bool:
        """Whether nobody's word is missing."""
        return all(each.agreed_at is not None for each in self.members)

    def fix(self, today: date, now: datetime, standing: HouseholdVersion | None) -> Self:
        """Fixed for good: from tomorrow on, the day wanted, or when the one before begins."""
        days = [today + timedelta(1)]
        days += [self.wanted_from] if self.wanted_from else []
        days += [standing.holds_from] if standing and standing.holds_from else []
        return replace(self, fixed_at=now, holds_from=max(days))

    def end(self, because: str, now: datetime, *, until: date) -> Self:
        """Over from a civil day on, or dropped; no day that was before it changes.

        Of one that is over already, only days go that are yet to come.
        """
        ended = self
        if self.ended_at is None:
            ended = replace(self, ended_at=now, ended_because=because)
        if self.holds_from is None:
            return ended
        return replace(
            ended, holds_until=max(self.holds_from, min(self.holds_until or until, until))
        )

    def holds_on(self, day: date) -> bool:
        """Whether these parts are those of a civil day."""
        if self.holds_from is None or day < self.holds_from:
            return False
        return self.holds_until is None or day < self.holds_until

    def shares_of(self, saved_mg: int) -> dict[UUID, int]:
        """What a dwelling saved, in mg, by whose it is: all of it, to the mg, by largest remainder.

        Of equal remainders the lowest id comes first, so that anybody finds the same. Who goes with
        this version has none of it; who has so small a part that it is no mg has 0.
        """
        members = sorted(each for each in self.members if each.parts)
        mg = share(saved_mg, [each.parts for each in members])
        return {each.participant_id: part for each, part in zip(members, mg, strict=True)}


class HouseholdHistory(NamedTuple):
    """Every version of one household, in the order in which they were proposed."""

    versions: Sequence[HouseholdVersion] = ()

    @property
    def standing(self) -> HouseholdVersion | None:
        """The one to which all agreed that is not over."""
        return next((each for each in self.versions if each.is_standing), None)

    def on(self, day: date) -> HouseholdVersion | None:
        """Whose parts are those of a civil day; None: on that day there was no household.

        What holds on a day that is over never changes, whoever leaves or agrees later.
        """
        return next((each for each in self.versions if each.holds_on(day)), None)

    def named(self, version_id: UUID) -> HouseholdVersion:
        """One of them."""
        return next(each for each in self.versions if each.version_id == version_id)

    def may_propose(self, participant_id: UUID) -> bool:
        """Whether somebody has a part of it: what has ended, nobody changes."""
        return self.standing is not None and self.standing.depends_on(participant_id)

    def lapsed(self, now: datetime, today: date) -> list[HouseholdVersion]:
        """Those for which the time is over, dropped. Raises HouseholdVersionWaits of others."""
        unfixed = [each for each in self.versions if each.is_open]
        for each in unfixed:
            if each.state(now) == PROPOSED:
                raise HouseholdVersionWaits(lapses_at=each.lapses_at.isoformat())
        return [each.end(LAPSED, now, until=today) for each in unfixed]

    def agree(
        self, version_id: UUID, participant_id: UUID, by: str, *, now: datetime, today: date
    ) -> list[HouseholdVersion]:
        """What changes by somebody's word, the version itself last; the last word fixes it, and
        ends the one before on its first day. Raises HouseholdVersionEnded."""
        agreed = self.named(version_id).agree(participant_id, by, now)
        if not agreed.all_agreed:
            return [agreed]
        before = self.standing
        fixed = agreed.fix(today, now, before)
        assert fixed.holds_from is not None, "what is fixed has its first day"
        over = [before.end(SUPERSEDED, now, until=fixed.holds_from)] if before else []
        return [*over, fixed]


class HouseholdWanted(NamedTuple):
    """Whose parts are to be how much, from which day; ``household_id`` None: a new household."""

    household_id: UUID | None
    text_version: str
    parts: Sequence[tuple[UUID, int]]
    wanted_from: date | None = None


def propose(
    ids: tuple[UUID, UUID],
    wanted: HouseholdWanted,
    proposer: UUID,
    held: HouseholdHistory,
    *,
    now: datetime,
    today: date,
    waits: timedelta,
) -> HouseholdVersion:
    """What waits for the others, so long; who proposes it has agreed. ``ids``: of the household
    and the version. Raises HouseholdPartsWrong or HouseholdDayPassed."""
    check_parts(wanted.parts, proposer, held.standing)
    if wanted.wanted_from is not None and wanted.wanted_from <= today:
        raise HouseholdDayPassed(pointer="/holds_from", today=today.isoformat())
    household_id, version_id = ids
    return HouseholdVersion(
        household_id=household_id,
        version_id=version_id,
        proposed_by=proposer,
        text_version=wanted.text_version,
        wanted_from=wanted.wanted_from,
        proposed_at=now,
        lapses_at=now + waits,
        members=tuple(HouseholdMember(who, part) for who, part in sorted(wanted.parts)),
    ).agree(proposer, BY_SELF, now)


def without(
    versions: Sequence[HouseholdVersion], people: Sequence[UUID], now: datetime, today: date
) -> list[HouseholdVersion]:
    """Those that cannot go on without people who go, as they are over then: today is the last day
    on which they hold."""
    tomorrow = today + timedelta(1)
    return [
        each.end(LEFT, now, until=tomorrow)
        for each in versions
        if any(each.depends_on(who) for who in people)
        and (each.ended_at is None or (each.holds_until or tomorrow) > tomorrow)
    ]


def drop(version: HouseholdVersion, by: UUID, now: datetime, today: date) -> HouseholdVersion:
    """What somebody declines, or takes their own proposal back. Raises HouseholdVersionEnded."""
    version.check_waits(now)
    because = WITHDRAWN if by == version.proposed_by else DECLINED
    return version.end(because, now, until=today)


def check_parts(
    parts: Sequence[tuple[UUID, int]], proposer: UUID, standing: HouseholdVersion | None
) -> None:
    """Refuse, with HouseholdPartsWrong, parts that cannot be agreed to.

    ``standing`` is the version that holds, or will, of the same household.
    """
    named: Mapping[UUID, int] = dict(parts)
    if len(named) != len(parts):
        raise HouseholdPartsWrong("twice", pointer="/members")
    if sum(each > 0 for each in named.values()) < 2 or len(named) > MOST_MEMBERS:
        raise HouseholdPartsWrong("members", pointer="/members", most=MOST_MEMBERS)
    if (total := sum(named.values())) != WHOLE:
        raise HouseholdPartsWrong("sum", pointer="/members", sum=total, whole=WHOLE)
    if proposer not in named:
        raise HouseholdPartsWrong("proposer", pointer="/members")
    now_in = {each.participant_id for each in standing.members if each.parts} if standing else set()
    if now_in - set(named):
        raise HouseholdPartsWrong("missing", pointer="/members")
    if any(not part and who not in now_in for who, part in parts):
        raise HouseholdPartsWrong("nothing", pointer="/members")
