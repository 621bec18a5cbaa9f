"""Largest remainder: sharing a whole number by weights, to the last one."""

from __future__ import annotations

from collections.abc import Sequence


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Parts that add up to ``total`` exactly, each within one of ``total * weight / Σ weights``.

    The ones left over after rounding down go to the largest remainders; of equal ones, to those
    who come first, so order the weights by id. Weights of zero receive nothing.
    """
    whole = sum(weights)
    assert total >= 0, "a debt is not shared"
    assert whole > 0, "somebody must have a part"
    assert min(weights) >= 0, "no weight is negative"
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-remainders[at], at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts
