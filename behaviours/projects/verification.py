"""Verification of a reported period: findings, what is material, and the opinion of the body.

The thresholds of
materiality are those of decision 9/CMP.7 (carbonmarketwatch.org, 2012-05-30, secondary). Every
error that was found is deducted all the same; the threshold only decides whether an opinion may be
positive while something is uncorrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.projects.designed import DaySpan
from behaviours.projects.finding import ProjectFinding, check_settled
from behaviours.projects.monitoring import DENY, RETURN, VERIFY
from behaviours.refusal import Conflict, Invalid

POSITIVE, RETURNED, NEGATIVE = VERDICTS = ("positive", "returned", "negative")
MICRO, SMALL, LARGE = SCALES = ("micro", "small", "large")

# What an opinion does to the period.
VERDICT_STEPS: Final = {POSITIVE: VERIFY, RETURNED: RETURN, NEGATIVE: DENY}
_MG_PER_T: Final = 1_000_000_000
# The size of a project's reductions in a year from which a threshold holds, in per mille.
_LARGE: Final = ((500_000, 5), (300_000, 10))
_PER_MILLE: Final = {MICRO: 100, SMALL: 50, LARGE: 20}


class OpinionUnfit(Invalid):
    """An opinion contradicts itself: ``deduction``: only a positive one deducts;
    ``uncorrected``: errors that were found are deducted."""

    cases = ("deduction", "uncorrected")


class MaterialMisstatement(Conflict):
    """What is uncorrected is more than a positive opinion permits."""


class NewOpinion(NamedTuple):
    """What the body says in the end: ``uncorrected_mg`` of what was found stays uncorrected."""

    verdict: str
    scale: str
    deduction_mg: int
    uncorrected_mg: int
    statement: str

    def check(self, mg: int, span: DaySpan, findings: Sequence[ProjectFinding]) -> None:
        """Raises OpinionUnfit, FindingOpen and MaterialMisstatement."""
        if self.verdict != POSITIVE:
            if self.deduction_mg or self.uncorrected_mg:
                raise OpinionUnfit("deduction", pointer="/deduction_mg")
            return
        if self.deduction_mg < self.uncorrected_mg:
            raise OpinionUnfit("uncorrected", pointer="/deduction_mg")
        check_settled(findings)
        limit_mg = material_from_mg(mg, span, self.scale)
        if self.uncorrected_mg > limit_mg:
            raise MaterialMisstatement(
                uncorrected_mg=str(self.uncorrected_mg), limit_mg=str(limit_mg)
            )


class VerificationOpinion(NamedTuple):
    """An opinion as it is kept: one of each attempt, and all attempts stay."""

    period_id: UUID
    attempt: int
    verifier_id: UUID
    verdict: str
    scale: str
    deduction_mg: int
    uncorrected_mg: int
    limit_mg: int
    statement: str
    given_by: UUID
    given_at: datetime


def material_from_mg(mg: int, span: DaySpan, scale: str) -> int:
    """How much may stay uncorrected, by the size of the reductions in a year; rounded down."""
    yearly_t = abs(mg) * 365 // max(1, span.days) // _MG_PER_T
    per_mille = _PER_MILLE[scale]
    if scale == LARGE:
        per_mille = next((part for above, part in _LARGE if yearly_t > above), per_mille)
    return abs(mg) * per_mille // 1000
