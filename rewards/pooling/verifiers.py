"""Who verifies a bundle: drawn from the authority's pool less conflicts, or approved by name.

What stands in the way of a verifier is of two kinds. ``LASTING`` is never set aside: it reported
some of the bundle or could buy its units, is tied to one that did or could, belongs to the same
group, is tied to the operator, declined, let its days pass, or has not declared. What remains (it
is not in the pool, or not for these behaviours, or verified lately) the authority may set aside
with a reason.

Who will buy is not known when a verifier is chosen, so every enterprise and exchange counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from rewards.pooling.refusals import NoVerifierLeft, VerifierConflict, VerifierSeated
from rewards.registry.ties import GROUP, INTEREST, OrganisationTies

PARTY: Final = "party"
OPERATOR_TIE: Final = "operator"
DECLINED: Final = "declined"
LAPSED: Final = "lapsed"
UNDECLARED: Final = "undeclared"
OUTSIDE: Final = "outside"
SCOPE: Final = "scope"
LATELY: Final = "lately"
# Why a seat ended that nobody declined: no answer, no opinion in time, or a tie.
UNANSWERED: Final = "unanswered"
UNFINISHED: Final = "unfinished"
UNFREE: Final = "unfree"
SEAT_ENDS: Final = (UNANSWERED, UNFINISHED, UNFREE)
# What a verifier is tied by: it counts after the acceptance too, up to the seal.
TIED: Final = (PARTY, OPERATOR_TIE, INTEREST, GROUP)
LASTING: Final = (*TIED, DECLINED, LAPSED, UNDECLARED)
REASONS: Final = (*LASTING, OUTSIDE, SCOPE, LATELY)

# How a verifier came to a bundle.
DRAWN: Final = "drawn"
# Drawn for some of the same actions before, when the operator cancelled: nobody draws twice.
KEPT: Final = "kept"
APPROVED: Final = "approved"
# Before there was a pool, the operator named it.
NAMED: Final = "named"
WAYS: Final = (DRAWN, KEPT, APPROVED, NAMED)


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
    ties: OrganisationTies = field(default_factory=OrganisationTies)
    # Who declined this bundle, who let its days pass, and who verified one of the last bundles.
    declined: frozenset[UUID] = frozenset()
    lapsed: frozenset[UUID] = frozenset()
    lately: frozenset[UUID] = frozenset()
    # Who was drawn for some of the same actions in attempts that were cancelled, newest first.
    earlier: tuple[UUID, ...] = ()

    def obstacles(self, verifier: UUID) -> list[Obstacle]:
        """Everything that stands in the way, in the order of ``REASONS``."""
        parties = self.providers | self.buyers
        found = [Obstacle(PARTY, verifier)] if verifier in parties else []
        if self.ties.of_operator(verifier):
            found.append(Obstacle(OPERATOR_TIE))
        for party in sorted(parties - {verifier}):
            found += [Obstacle(how, party) for how in self.ties.between(verifier, party)]
        if verifier in self.declined:
            found.append(Obstacle(DECLINED))
        if verifier in self.lapsed:
            found.append(Obstacle(LAPSED))
        if not self.ties.of(verifier).declared:
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

    def barred(self, verifier: UUID, how: str) -> Obstacle | None:
        """What is not set aside for a verifier who came to the bundle so; None: it may verify.

        Who was drawn must still be in the pool, beside what holds for everybody.
        """
        kinds = (*LASTING, OUTSIDE) if how in (DRAWN, KEPT) else LASTING
        return next((each for each in self.obstacles(verifier) if each.reason in kinds), None)

    def tie(self, verifier: UUID) -> Obstacle | None:
        """What ties a verifier who has accepted; nothing else ends its work."""
        return next((each for each in self.obstacles(verifier) if each.reason in TIED), None)

    def check(self, verifier: UUID, how: str) -> None:
        """Raises VerifierConflict for what bars a verifier."""
        _refuse(verifier, self.barred(verifier, how))

    def check_untied(self, verifier: UUID) -> None:
        """Raises VerifierConflict: who is tied finds nothing, and its opinion is not sealed."""
        _refuse(verifier, self.tie(verifier))

    def free_but_for_rotation(self, verifier: UUID) -> bool:
        """Whether at most its turn stands in the way of a verifier of the pool."""
        return all(each.reason == LATELY for each in self.obstacles(verifier))

    def set_aside(self, verifier: UUID) -> list[str]:
        """Reasons against an approved verifier that its approval sets aside."""
        return [each.reason for each in self.obstacles(verifier) if each.reason not in LASTING]


def check_unseated(verifier_id: UUID | None) -> None:
    """Raises VerifierSeated when the bundle has one: who was drawn and may verify stays."""
    if verifier_id is not None:
        raise VerifierSeated


def _refuse(verifier: UUID, found: Obstacle | None) -> None:
    if found is not None:
        raise VerifierConflict(
            found.reason, pointer="/verifier_id", **about(verifier, found.organisation_id)
        )


def about(verifier: UUID, organisation_id: UUID | None) -> dict[str, str]:
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
