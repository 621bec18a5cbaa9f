"""Who may enter a bundle: decided here for one reduction, and by sets in the store's SQL.

A test over random rows holds the two together in both directions. Every exclusion has its reason,
so that a report can say what was left out and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.regions import lies_in
from behaviours.vocabulary import BEHAVIOUR_ONLY
from rewards.pooling.documents import Conditions
from rewards.registry.unit_classes import UnitClass, unit_class
from rewards.signing import two_people


class LeftToPerson(NamedTuple):
    """A reduction that a cap left out of ``bundles``; ``went_into`` is the one it is in now."""

    action_id: UUID
    saved_mg: int
    bundles: list[UUID]
    went_into: UUID | None


class GrantedEntrustment(NamedTuple):
    """A person's consent that reductions of these civil days (both included) are pooled."""

    methodology: str | None
    occurred_from: date
    occurred_to: date
    withdrawn: bool = False
    # It is for one bundle alone, and that is another one.
    of_another_bundle: bool = False

    def covers(self, methodology: str, occurred_on: date) -> bool:
        """Whether it stands, for this methodology (None: for every one) and this day."""
        return (
            not self.withdrawn
            and not self.of_another_bundle
            and self.methodology in (None, methodology)
            and self.occurred_from <= occurred_on <= self.occurred_to
        )


@dataclass(frozen=True, slots=True)
class PoolCandidate:
    """A recorded reduction, as far as it matters for bundles.

    ``occurred_on`` is the civil day of its action; ``approvals`` are the (role, user) that
    approved its version for bundles; ``declared_elsewhere`` says that another mechanism owns it;
    ``bundle_id`` is the bundle that holds it already.
    """

    methodology: str
    action_class: str
    provenance: str
    region: str
    vintage: int
    occurred_on: date
    saved_mg: int
    entrustments: Collection[GrantedEntrustment] = ()
    approvals: Collection[tuple[str, UUID]] = ()
    covered_emitter: bool = False
    declared_elsewhere: bool = False
    is_reversed: bool = False
    bundle_id: UUID | None = None
    # It does not fit the caps of its entrustment: see ``behaviours.mandates``.
    over_cap: bool = False

    @property
    def is_entrusted(self) -> bool:
        return any(each.covers(self.methodology, self.occurred_on) for each in self.entrustments)


OTHER_METHODOLOGY: Final = "other_methodology"
OTHER_REGION: Final = "other_region"
OTHER_VINTAGE: Final = "other_vintage"
OTHER_DAYS: Final = "other_days"
SAVES_NOTHING: Final = "saves_nothing"
NEVER_POOLED: Final = "behaviour_only"
WEAK_FIGURES: Final = "weak_figures"
REVERSED: Final = "reversed"
IN_A_BUNDLE: Final = "in_a_bundle"
OF_A_COVERED_EMITTER: Final = "of_a_covered_emitter"
DECLARED_ELSEWHERE: Final = "declared_elsewhere"
NOT_ENTRUSTED: Final = "not_entrusted"
OVER_CAP: Final = "over_cap"
# In the order in which they are asked: whoever is left out is counted by the first.
REASONS: Final = (
    OTHER_METHODOLOGY, OTHER_REGION, OTHER_VINTAGE, OTHER_DAYS, SAVES_NOTHING, NEVER_POOLED,
    WEAK_FIGURES, REVERSED, IN_A_BUNDLE, OF_A_COVERED_EMITTER, DECLARED_ELSEWHERE, NOT_ENTRUSTED,
    OVER_CAP,
)  # fmt: skip


def exclusions(candidate: PoolCandidate, conditions: Conditions) -> list[str]:
    """Why a reduction may not enter a bundle of these criteria; nothing when it may."""
    reasons: Iterable[tuple[str, bool]] = (
        (
            OTHER_METHODOLOGY,
            conditions.named is not None and candidate.methodology not in conditions.named,
        ),
        (OTHER_REGION, not lies_in(candidate.region, conditions.region)),
        (OTHER_VINTAGE, conditions.vintage != candidate.vintage),
        (
            OTHER_DAYS,
            not conditions.occurred_from <= candidate.occurred_on <= conditions.occurred_to,
        ),
        (SAVES_NOTHING, candidate.saved_mg <= 0),
        (NEVER_POOLED, candidate.action_class == BEHAVIOUR_ONLY),
        (WEAK_FIGURES, not good_enough(candidate, unit_class(conditions.unit_class))),
        (REVERSED, candidate.is_reversed),
        (IN_A_BUNDLE, candidate.bundle_id is not None),
        (OF_A_COVERED_EMITTER, candidate.covered_emitter),
        (DECLARED_ELSEWHERE, candidate.declared_elsewhere),
        (NOT_ENTRUSTED, not candidate.is_entrusted),
        (OVER_CAP, candidate.over_cap),
    )
    return [reason for reason, excluded in reasons if excluded]


def is_eligible(candidate: PoolCandidate, conditions: Conditions) -> bool:
    return not exclusions(candidate, conditions)


def good_enough(candidate: PoolCandidate, allowed: UnitClass) -> bool:
    """The provenance gate: open grades enter by themselves, others if two people approved."""
    if candidate.provenance in allowed.open_grades:
        return True
    return allowed.by_approval and two_people(candidate.approvals)


def may_stay(candidate: PoolCandidate) -> bool:
    """Whether what entered a bundle is still in it when that is frozen.

    A reversal, a withdrawn entrustment and a declaration elsewhere take a reduction out; the rest
    was decided on entry.
    """
    return not candidate.is_reversed and candidate.is_entrusted and not candidate.declared_elsewhere
