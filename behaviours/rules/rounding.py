"""Rounding: where a rule rounds, to what, and which way.

A result is rounded once, to whole steps of a mass of CO2e. An equation is rounded only where its
source prints rounded intermediates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from types import MappingProxyType

# By the way: down is towards less credit, below nought as well; half_up is the school's (四舍五入),
# away from nought at the middle, and half_even that of GB/T 8170-2008 (四舍六入五成双).
MODES: Mapping[str, str] = MappingProxyType(
    {
        "down": ROUND_FLOOR,
        "up": ROUND_CEILING,
        "half_up": ROUND_HALF_UP,
        "half_even": ROUND_HALF_EVEN,
    }
)
# A result never goes up beyond what was computed by more than half a step.
RESULT_MODES = ("down", "half_up", "half_even")
MG_OF: Mapping[str, int] = MappingProxyType({"mg": 1, "g": 1_000, "kg": 10**6, "t": 10**9})
PLACES_LEAST, PLACES_MOST = -9, 18
ZERO, REFUSE, KEEP = "zero", "refuse", "keep"
NEGATIVE = (ZERO, REFUSE, KEEP)

_WORDS = {
    "down": "down to whole {unit} of CO2e",
    "half_up": "to the nearest whole {unit} of CO2e, halves up",
    "half_even": "to the nearest whole {unit} of CO2e, halves to the even one",
}
_UNITS = {"mg": "milligrams", "g": "grams", "kg": "kilograms", "t": "tonnes"}
_SAID = {
    (mode, to): f"once, at the end, {words.format(unit=unit)}"
    for mode, words in _WORDS.items()
    for to, unit in _UNITS.items()
}
# One digit and an exponent: a multiplication by it costs no digits.
_MG_PER_KG = Decimal("1E+6")
# A division keeps fifty digits, and what is then multiplied back may miss a whole milligram by the
# last one: 7 km x 0.085 / 0.42 x 0.4419 is 0.626025 kg and comes out a hair less, which rounding
# down makes a milligram less. That hair is taken off.
_PLACES = Decimal("1e-25")
_HAIR = Decimal("1e-30")
_LARGEST = Decimal(10) ** 19


@dataclass(frozen=True, slots=True)
class StepRounding:
    """Of a named equation: decimal ``places`` of its unit, tens and hundreds below nought."""

    places: int
    mode: str

    def of(self, value: Decimal) -> Decimal:
        return rounded(value, self.places, MODES[self.mode])


@dataclass(frozen=True, slots=True)
class ResultRounding:
    """Of the result: to whole ``to`` (mg, g, kg or t), and what becomes of a ``negative`` one.

    ``zero`` credits nothing, ``refuse`` refuses the action, ``keep`` keeps the loss as a loss.
    """

    to: str
    mode: str
    negative: str

    def mg(self, reduction_kg: Decimal) -> int:
        """Whole milligrams, signed."""
        exact = reduction_kg * _MG_PER_KG
        if self.to == "mg":
            if self.mode == "down":
                # As most rules have it: one step of arithmetic instead of two. Looked up through
                # math.floor it takes half as long again.
                return exact.__floor__()
            return int(exact.to_integral_value(MODES[self.mode]))
        step = MG_OF[self.to]
        return int((exact / step).to_integral_value(MODES[self.mode])) * step

    def credited_mg(self, reduction_kg: Decimal) -> int:
        """What an action is credited with: nothing where it saves nothing."""
        return max(self.mg(reduction_kg), 0)

    @property
    def words(self) -> str:
        """As an export says it."""
        return _SAID[self.mode, self.to]


def settled(value: Decimal) -> Decimal:
    """A value on the decimal from which it is no more than a hair away, or as it is."""
    if abs(value) >= _LARGEST:
        return value
    near = value.quantize(_PLACES)
    return value if value == near or abs(value - near) >= _HAIR else near


def rounded(value: Decimal, places: int, mode: str) -> Decimal:
    """``value`` to so many decimal places; ``mode`` is one of the decimal module's."""
    step = Decimal(1).scaleb(-places)
    return (value / step).to_integral_value(rounding=mode) * step
