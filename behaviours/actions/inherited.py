"""What limits a person who left an account and came back: what the account before had used up.

It is made when somebody leaves, waits under a keyed hash of the identity, and is given to the
account in which the same person comes back. It holds no number and no place: moments of the rides
of one day, sides of choices, keyed hashes of what counts once for a person, sums of the day, and
to whom the person had agreed.

What is taken back later of the account that was left frees nothing here. It could be found only by
a way from one account to the other, and none is kept: nobody can tell any more whose the first one
was, and a reversal would say it. What an action held there is free for everybody; what it limits
for its person ends with its day or its year, so nobody is limited for longer than they had agreed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import ClaimKey, Exclusion
from behaviours.actions.claims import impersonal
from behaviours.civil_time import instant
from behaviours.json_value import Json
from behaviours.rules.methodology import Trust

# The first word of each fact, as it is kept: [RIDE, begin, end], [SIDE, group, first day, side],
# [ONCE, digest], [DONE, behaviour, day, quantities, whether the person reported it herself] and
# [AGREED, organisation, scene].
RIDE: Final = "ride"
SIDE: Final = "side"
ONCE: Final = "once"
DONE: Final = "done"
AGREED: Final = "agreed"

Fact = Sequence[Json]


class DoneBefore(NamedTuple):
    """An action of the day of leaving, as the sums of that day count it."""

    behaviour: str
    on: date
    quantities: Mapping[str, str]
    by_person: bool


@dataclass(frozen=True, slots=True)
class Inherited:
    """What the account before had used; ``is_known`` is False when it was left under a release that
    did not keep it."""

    left_at: datetime
    rides: tuple[tuple[datetime, datetime], ...] = ()
    sides: frozenset[Exclusion] = frozenset()
    once: frozenset[bytes] = frozenset()
    done: tuple[DoneBefore, ...] = ()
    is_known: bool = True

    def overlaps(self, accepted: AcceptedAction) -> bool:
        """Whether the person was in another ride at that time."""
        if accepted.person_interval is None:
            return False
        starts_at, ends_at = accepted.person_interval
        return any(begin < ends_at and end > starts_at for begin, end in self.rides)

    def other_side(self, accepted: AcceptedAction) -> Exclusion | None:
        """The choice whose other side was taken."""
        taken = {(held.group, held.period_start): held.side for held in self.sides}
        for one in accepted.exclusions:
            if taken.get((one.group, one.period_start), one.side) != one.side:
                return one
        return None

    def counted(self, once: Iterable[tuple[str, bytes]]) -> str | None:
        """Of what counts once for a person, by kind and digest: the kind that was counted."""
        return next((kind for kind, digest in once if digest in self.once), None)


def inherited(left_at: datetime, facts: Sequence[Fact] | None) -> Inherited:
    """What was kept as facts; None where nothing of it was."""
    if facts is None:
        return Inherited(left_at, is_known=False)
    by_kind: dict[Json, list[list[Json]]] = {}
    for kind, *said in facts:
        by_kind.setdefault(kind, []).append(said)
    return Inherited(
        left_at,
        tuple((_moment(begin), _moment(end)) for begin, end in by_kind.get(RIDE, ())),
        frozenset(
            Exclusion(str(group), str(side), date.fromisoformat(str(first)))
            for group, first, side in by_kind.get(SIDE, ())
        ),
        frozenset(bytes.fromhex(str(digest)) for (digest,) in by_kind.get(ONCE, ())),
        tuple(_done(*said) for said in by_kind.get(DONE, ())),
    )


def _moment(text: Json) -> datetime:
    return instant(datetime.fromisoformat(str(text)))


def _done(behaviour: Json, on: Json, quantities: Json, by_person: Json) -> DoneBefore:
    assert isinstance(quantities, Mapping)
    sent = {str(name): str(value) for name, value in quantities.items()}
    return DoneBefore(str(behaviour), date.fromisoformat(str(on)), sent, by_person is True)


def once_for_a_person(
    trust: Trust, claims: Sequence[ClaimKey], participant_id: str, secret: bytes
) -> list[tuple[str, bytes]]:
    """Of an action's claims those that count once for a person: kind, and digest whoever it is.

    ``claims`` are in the order of the rule's own.
    """
    return [
        (claim.kind, digest)
        for rule, claim in zip(trust.claims, claims, strict=True)
        if rule.person
        for digest in impersonal(claim, participant_id).digests(secret)
    ]


def facts_of(
    trust: Trust,
    claims: Sequence[ClaimKey],
    participant_id: str,
    secret: bytes,
    *,
    on: date,
    left_on: date,
) -> list[Fact]:
    """What is kept of the claims of an action done ``on`` a day: what may count then once more."""
    kept: list[Fact] = []
    for rule, claim in zip(trust.claims, claims, strict=True):
        over = (rule.per_day and on < left_on) or (rule.per_year and on.year < left_on.year)
        if rule.person and not over:
            digests = impersonal(claim, participant_id).digests(secret)
            kept += [[ONCE, digest.hex()] for digest in digests]
    return kept
