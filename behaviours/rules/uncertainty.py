"""Uncertainty: how far a figure may be off, as its source states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from behaviours.document import Part

# Half-widths of a normal distribution in standard deviations, by confidence in per cent.
DEVIATIONS: Final[Mapping[str, Decimal]] = MappingProxyType(
    {
        "68": Decimal(1),
        "90": Decimal("1.645"),
        "95": Decimal("1.960"),
        "99": Decimal("2.576"),
    }
)
# At which the IPCC states uncertainties, and so do we.
CONFIDENCE: Final = "95"


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """At a ``confidence`` in per cent, a ``half_width`` that is a share of the figure, or the
    interval from ``lower`` to ``upper`` in the figure's unit.
    """

    confidence: str
    half_width: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None

    def around(self, number: Decimal, confidence: str = CONFIDENCE) -> Decimal:
        """The half-width around a figure at a confidence, in its unit.

        Of an interval in which the figure is not in the middle the longer side, as the IPCC's
        approach 1 takes it.
        """
        if self.half_width is not None:
            wide = abs(number) * self.half_width
        else:
            assert self.lower is not None
            assert self.upper is not None
            wide = max(number - self.lower, self.upper - number)
        if confidence == self.confidence:
            return wide
        return wide * DEVIATIONS[confidence] / DEVIATIONS[self.confidence]

    @property
    def words(self) -> str:
        """As it is stated."""
        if self.half_width is not None:
            return f"± {self.half_width * 100:f} %".replace(".00 %", " %") + self._at
        return f"{self.lower} – {self.upper}{self._at}"

    @property
    def _at(self) -> str:
        return f" ({self.confidence} %)"


def read_uncertainty(part: Part, number: Decimal | None) -> Uncertainty:
    """What a document says of a figure; of a table, without ``number``, only a half-width."""
    part.only("half_width", "lower", "upper", "confidence")
    confidence = part.at("confidence").one_of(*DEVIATIONS)
    if part.has("half_width"):
        if part.has("lower") or part.has("upper"):
            raise part.wrong("uncertainty_twice")
        half_width = part.at("half_width").number()
        if half_width <= 0:
            raise part.at("half_width").wrong("uncertainty_of_nothing")
        return Uncertainty(confidence, half_width)
    lower, upper = part.at("lower").number(), part.at("upper").number()
    if number is None:
        raise part.wrong("uncertainty_of_table")
    if not lower <= number <= upper or lower == upper:
        raise part.wrong("uncertainty_elsewhere", number=f"{number:f}")
    return Uncertainty(confidence, None, lower, upper)
