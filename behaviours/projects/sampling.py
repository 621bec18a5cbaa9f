"""Verification: how many actions a verifier looks at, which ones, and what the findings cost.

Sources of the formulas: W. G. Cochran, Sampling Techniques (3rd edition, 1977): sample size for a
proportion with finite population correction, section 4.4; ratio estimator and its variance,
section 6.4. Everything is integer or Decimal, so that a stranger gets the same sample and sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from hashlib import blake2b

from behaviours.programme import Sampling
from behaviours.refusal import Kind, Refusal
from behaviours.rules.units import ARITHMETIC

# Quantiles of the normal distribution, rounded up so that they err on the careful side.
_TWO_SIDED = {
    Decimal("0.80"): Decimal("1.2816"),
    Decimal("0.90"): Decimal("1.6449"),
    Decimal("0.95"): Decimal("1.9600"),
    Decimal("0.99"): Decimal("2.5759"),
}
_ONE_SIDED = {
    Decimal("0.80"): Decimal("0.8417"),
    Decimal("0.90"): Decimal("1.2816"),
    Decimal("0.95"): Decimal("1.6449"),
    Decimal("0.99"): Decimal("2.3264"),
}


class InvalidPlan(Refusal, kind=Kind.INVALID, code="INVALID_SAMPLING_PLAN"):
    """A sampling plan or findings that no deduction can be drawn from."""

    cases = ("empty", "share", "draw", "findings", "negative", "confidence", "floor")


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Simple random sampling without replacement of ``size`` out of ``population`` actions."""

    population: int
    confidence: Decimal
    precision: Decimal
    expected_share: Decimal
    size: int
    seed: str


def check_floor(confidence: Decimal, precision: Decimal, floor: Sampling) -> None:
    """Refuse a plan that promises less than the programme asks for. Raises InvalidPlan."""
    if confidence < floor.least_confidence or precision > floor.widest_precision:
        raise InvalidPlan(
            "floor",
            pointer="/plan",
            least_confidence=str(floor.least_confidence),
            widest_precision=str(floor.widest_precision),
        )


def plan_sample(
    population: int,
    seed: str,
    *,
    confidence: Decimal = Decimal("0.95"),
    precision: Decimal = Decimal("0.05"),
    expected_share: Decimal = Decimal("0.5"),
) -> SamplingPlan:
    """The plan whose estimate of a share lies within ``precision`` at ``confidence``."""
    size = sample_size(
        population, confidence=confidence, precision=precision, expected_share=expected_share
    )
    return SamplingPlan(population, confidence, precision, expected_share, size, seed)


def sample_size(
    population: int,
    *,
    confidence: Decimal = Decimal("0.95"),
    precision: Decimal = Decimal("0.05"),
    expected_share: Decimal = Decimal("0.5"),
) -> int:
    """n0 = z^2 p (1 - p) / d^2 and n = n0 / (1 + (n0 - 1) / N), rounded up; at most N."""
    z = _quantile(_TWO_SIDED, confidence)
    if population < 1:
        raise InvalidPlan("empty")
    if not 0 < precision < 1 or not 0 < expected_share < 1:
        raise InvalidPlan("share")
    with localcontext(ARITHMETIC):
        unlimited = z * z * expected_share * (1 - expected_share) / (precision * precision)
        size = unlimited / (1 + (unlimited - 1) / population)
        return max(1, min(population, int(size.to_integral_value(rounding=ROUND_CEILING))))


def draw(population: int, size: int, seed: str) -> list[int]:
    """``size`` different ranks of 0 … population - 1, ascending; the same for the same seed.

    Ranks come from BLAKE2b over seed and counter; a rank drawn twice is drawn again. For more than
    half of the population the ranks to leave out are drawn, so the work stays of the order of size.
    """
    if not 0 <= size <= population:
        raise InvalidPlan("draw", size=size, population=population)
    if size * 2 > population:
        left_out = _drawn(population, population - size, seed)
        return [rank for rank in range(population) if rank not in left_out]
    return sorted(_drawn(population, size, seed))


def _drawn(population: int, size: int, seed: str) -> set[int]:
    ranks: set[int] = set()
    counter = 0
    while len(ranks) < size:
        # 256 bits against at most 2^40 actions: the bias of the remainder is far below any use.
        digest = blake2b(f"{seed}\0{counter}".encode(), digest_size=32).digest()
        ranks.add(int.from_bytes(digest, "big") % population)
        counter += 1
    return ranks


def extrapolated_deduction_mg(
    findings: Sequence[tuple[int, int]],
    total_mg: int,
    population: int,
    *,
    confidence: Decimal = Decimal("0.95"),
) -> int:
    """What to deduct from ``total_mg``, from (recorded_mg, found_mg) of each sampled action.

    Ratio estimator of the overstated share, r = sum(d) / sum(x), with d = recorded - found and x =
    recorded. Finding more than recorded is not credited (d >= 0). Its standard error is
    sqrt((1 - n/N) / n x sum((d - r x)^2) / (n - 1)) / mean(x). Deducted is the upper one-sided
    confidence bound, total x (r + z x se), rounded up, never negative and never above the total.
    When everything was looked at the deduction is exact. One action out of many says nothing of the
    spread, so any overstatement in it costs the whole total.
    """
    size = len(findings)
    if size == 0 or size > population:
        raise InvalidPlan("findings", size=size, population=population)
    if total_mg < 0 or any(recorded < 0 or found < 0 for recorded, found in findings):
        raise InvalidPlan("negative")
    z = _quantile(_ONE_SIDED, confidence)
    over = [max(0, recorded - found) for recorded, found in findings]
    recorded_mg = sum(recorded for recorded, _ in findings)
    if not any(over):
        return 0
    if size == population:
        return min(total_mg, sum(over))
    if size == 1:
        return total_mg
    with localcontext(ARITHMETIC):
        ratio = Decimal(sum(over)) / recorded_mg
        squares = sum(
            (
                (Decimal(d) - ratio * recorded) ** 2
                for d, (recorded, _) in zip(over, findings, strict=True)
            ),
            Decimal(0),
        )
        spread = (1 - Decimal(size) / population) / size * squares / (size - 1)
        error = spread.sqrt() * size / recorded_mg
        deduction = (total_mg * (ratio + z * error)).to_integral_value(rounding=ROUND_CEILING)
        return max(0, min(total_mg, int(deduction)))


def _quantile(table: dict[Decimal, Decimal], confidence: Decimal) -> Decimal:
    if confidence not in table:
        raise InvalidPlan("confidence", levels=[str(level) for level in table])
    return table[confidence]
