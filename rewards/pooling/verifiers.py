"""Who verifies a bundle: drawn from the authority's pool less conflicts, or approved by name.

What stands in the way of a verifier is of two kinds. ``LASTING`` is never set aside: it reported
some of the bundle or could buy its units, is tied to one that did or could, belongs to the same
group, is tied to the operator, declined, or has not declared. What remains (it is not in the pool,
or not for these behaviours, or verified lately) the authority may set aside with a reason.

Who will buy is not known when a verifier is chosen, so every enterprise and exchange counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from rewards.pooling.refusals import NoVerifierLeft, VerifierConflict, VerifierSeated

PARTY: Final = "party"
OPERATOR_TIE: Final = "operator"
INTEREST: Final = "interest"
GROUP: Final = "group"
DECLINED: Final = "declined"
UNDECLARED: Final = "undeclared"
OUTSIDE: Final = "outside"
SCOPE: Final = "scope"
LATELY: Final = "lately"
LASTING: Final = (PARTY, OPERATOR_TIE, INTEREST, GROUP, DECLINED, UNDECLARED)
REASONS: Final = (*LASTING, OUTSIDE, SCOPE, LATELY)

# How a verifier came to a bundle.
DRAWN: Final = "drawn"
# Drawn for some of the same actions before, when the operator cancelled: nobody draws twice.
KEPT: Final = "kept"
APPROVED: Final = "approved"
# Before there was a pool, the operator named it.
NAMED: Final = "named"
WAYS: Final = (DRAWN, KEPT, APPROVED, NAMED)


class TiesDeclaration(NamedTuple):
    """What an organisation says of its ties, or the authority of them; the newest of each counts.

    ``group`` is the name or number under which its group is known, in the form of ``group_key``.
    """

    organisation_id: UUID
    by_itself: bool
    interests: frozenset[UUID]
    of_operator: bool
    group: str | None


@dataclass(frozen=True, slots=True)
class KnownTies:
    """What is known of an organisation's ties, whoever said it."""

    declared: bool = False
    interests: frozenset[UUID] = frozenset()
    of_operator: bool = False
    groups: frozenset[str] = frozenset()


NO_TIES: Final = KnownTies()


class Obstacle(NamedTuple):
    """One reason against a verifier, and the organisation that it is about, if one is."""

    reason: str
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BundleSurroundings:
    """Everything around a bundle by which it is decided who may verify it."""

    providers: frozenset[UUID]
    buyers: frozenset[UUID]
    behaviours: frozenset[str]
    # Who is in the pool, and for which behaviours; None is every behaviour.
    pool: Mapping[UUID, frozenset[str] | None]
    ties: Mapping[UUID, KnownTies] = field(default_factory=dict)
    # Who declined this bundle, and who verified one of the last bundles of the programme.
    declined: frozenset[UUID] = frozenset()
    lately: frozenset[UUID] = frozenset()
    # Who was drawn for some of the same actions in attempts that were cancelled, newest first.
    earlier: tuple[UUID, ...] = ()

    def obstacles(self, verifier: UUID) -> list[Obstacle]:
        """Everything that stands in the way, in the order of ``REASONS``."""
        own, parties = self._ties(verifier), self.providers | self.buyers
        found = [Obstacle(PARTY, verifier)] if verifier in parties else []
        if own.of_operator:
            found.append(Obstacle(OPERATOR_TIE))
        for party in sorted(parties - {verifier}):
            other = self._ties(party)
            if party in own.interests or verifier in other.interests:
                found.append(Obstacle(INTEREST, party))
            if own.groups & other.groups:
                found.append(Obstacle(GROUP, party))
        if verifier in self.declined:
            found.append(Obstacle(DECLINED))
        if not own.declared:
            found.append(Obstacle(UNDECLARED))
        found += self._of_the_pool(verifier)
        return sorted(found, key=lambda each: REASONS.index(each.reason))

    def _of_the_pool(self, verifier: UUID) -> list[Obstacle]:
        found = []
        if verifier not in self.pool:
            found.append(Obstacle(OUTSIDE))
        else:
            scope = self.pool[verifier]
            if scope is not None and not self.behaviours <= scope:
                found.append(Obstacle(SCOPE))
        if verifier in self.lately:
            found.append(Obstacle(LATELY))
        return found

    def _ties(self, organisation_id: UUID) -> KnownTies:
        return self.ties.get(organisation_id, NO_TIES)

    def barred(self, verifier: UUID, how: str) -> Obstacle | None:
        """What is not set aside for a verifier who came to the bundle so; None: it may verify.

        Who was drawn must still be in the pool, beside what holds for everybody.
        """
        kinds = (*LASTING, OUTSIDE) if how in (DRAWN, KEPT) else LASTING
        return next((each for each in self.obstacles(verifier) if each.reason in kinds), None)

    def giving_way(self, seated: UUID | None, ways: Sequence[str]) -> tuple[UUID, Obstacle] | None:
        """The verifier that gives way to another, and why; None where none is seated.

        ``ways`` are how each came to the bundle, the last of them the one who is seated. Raises
        VerifierSeated: who may verify is not replaced.
        """
        if seated is None:
            return None
        found = self.barred(seated, ways[-1])
        if found is None:
            raise VerifierSeated
        return seated, found

    def check(self, verifier: UUID, how: str) -> None:
        """Raises VerifierConflict for what bars a verifier."""
        found = self.barred(verifier, how)
        if found is not None:
            raise VerifierConflict(
                found.reason, pointer="/verifier_id", **_about(verifier, found.organisation_id)
            )

    def free_but_for_rotation(self, verifier: UUID) -> bool:
        """Whether at most its turn stands in the way of a verifier of the pool."""
        return all(each.reason == LATELY for each in self.obstacles(verifier))

    def set_aside(self, verifier: UUID) -> list[str]:
        """Reasons against an approved verifier that its approval sets aside."""
        return [each.reason for each in self.obstacles(verifier) if each.reason not in LASTING]


def _about(verifier: UUID, organisation_id: UUID | None) -> dict[str, str]:
    told = {"verifier_id": f"org_{verifier.hex}"}
    return told | ({"organisation_id": f"org_{organisation_id.hex}"} if organisation_id else {})


class VerifierDraw(NamedTuple):
    """Who was drawn and how, out of whom, and who was left out for which reasons."""

    verifier_id: UUID
    how: str
    candidates: list[UUID]
    left_out: dict[UUID, list[Obstacle]]


def draw_from_pool(
    around: BundleSurroundings, choose: Callable[[Collection[str]], str]
) -> VerifierDraw:
    """Draw one of the pool against whom nothing stands; ``choose`` takes one of public ids.

    Whoever had some of the same actions before, in an attempt that was cancelled, gets them again:
    an operator who cancels and opens anew does not draw anew. Raises NoVerifierLeft.
    """
    against = {each: around.obstacles(each) for each in sorted(around.pool)}
    left_out = {each: found for each, found in against.items() if found}
    candidates = [each for each in against if each not in left_out]
    kept = [each for each in around.earlier if around.free_but_for_rotation(each)]
    if kept:
        return VerifierDraw(kept[0], KEPT, candidates, left_out)
    if not candidates:
        raise NoVerifierLeft(pool=len(around.pool), left_out=reasons_against(left_out))
    named = {f"org_{each.hex}": each for each in candidates}
    return VerifierDraw(named[choose(named)], DRAWN, candidates, left_out)


def reasons_against(left_out: Mapping[UUID, Iterable[Obstacle]]) -> dict[str, list[str]]:
    """The reasons against each verifier, by public id, each named once."""
    return {
        f"org_{verifier.hex}": list(dict.fromkeys(each.reason for each in found))
        for verifier, found in left_out.items()
    }


def ties_of(declarations: Iterable[TiesDeclaration]) -> dict[UUID, KnownTies]:
    """What the newest declarations come to: ties that anybody stated count."""
    found: dict[UUID, KnownTies] = {}
    for said in declarations:
        before = found.get(said.organisation_id, NO_TIES)
        found[said.organisation_id] = KnownTies(
            before.declared or said.by_itself,
            before.interests | said.interests,
            before.of_operator or said.of_operator,
            before.groups | ({said.group} if said.group else frozenset()),
        )
    return found
