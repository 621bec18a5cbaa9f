"""Units as a factor and a product of base units; a value is kept in base units, so that sums and
comparisons need no conversion."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Powers = tuple[tuple[str, int], ...]
NO_POWERS: Powers = ()

_SIMPLE: dict[str, tuple[str, str]] = {
    "1": ("1", ""),
    "mg": ("1e-6", "kg"), "g": ("1e-3", "kg"), "kg": ("1", "kg"), "t": ("1000", "kg"),
    "Wh": ("1e-3", "kWh"), "kWh": ("1", "kWh"), "MWh": ("1000", "kWh"), "GWh": ("1e6", "kWh"),
    "万kWh": ("10000", "kWh"), "kJ": ("1/3600", "kWh"), "MJ": ("1/3.6", "kWh"),
    "s": ("1/3600", "h"), "min": ("1/60", "h"), "h": ("1", "h"), "day": ("24", "h"),
    "year": ("1", "year"), "m": ("1e-3", "km"), "km": ("1", "km"),
    "mL": ("1e-3", "L"), "L": ("1", "L"), "m3": ("1000", "L"),
    "m2": ("1e-4", "ha"), "ha": ("1", "ha"), "mu": ("1/15", "ha"),
    "K": ("1", "K"), "fen": ("0.01", "CNY"), "CNY": ("1", "CNY"),
}  # fmt: skip
_GAS = re.compile(r"(mg|g|kg|t)(CO2e?|CH4|N2O|HFC|PFC|SF6|NF3|C)")
_PIECES = re.compile(r"\s*([*/·^()]|-?[0-9]+|[A-Za-z万][A-Za-z0-9万]*)")


@dataclass(frozen=True)
class Measure:
    """``factor`` of the base units with their powers."""

    factor: Fraction
    powers: Powers


def powers_of(counted: Counter[str]) -> Powers:
    return tuple(sorted((base, power) for base, power in counted.items() if power))


def joined(left: Powers, right: Powers, sign: int = 1) -> Powers:
    """The powers of a product, or with ``sign`` -1 of a quotient."""
    if not right:
        return left
    total = Counter(dict(left))
    for base, power in right:
        total[base] += sign * power
    return powers_of(total)


def _number(text: str) -> Fraction:
    above, _, below = text.partition("/")
    return Fraction(above) / (Fraction(below) if below else 1)


def _atom(name: str) -> Measure:
    if name in _SIMPLE:
        factor, base = _SIMPLE[name]
        return Measure(_number(factor), ((base, 1),) if base else NO_POWERS)
    if name in {"W", "kW", "MW"}:
        kilowatts = {"W": "1e-3", "kW": "1", "MW": "1000"}[name]
        return Measure(Fraction(kilowatts), (("h", -1), ("kWh", 1)))
    if name == "pkm":
        return Measure(Fraction(1), (("km", 1), ("person", 1)))
    gas = _GAS.fullmatch(name)
    if gas is not None:
        mass = Fraction(_SIMPLE[gas[1]][0])
        return Measure(mass, (("CO2e" if gas[2].startswith("CO2") else gas[2], 1),))
    # Everything else is counted, and each is a thing of its own.
    assert name.isalpha(), f"no unit {name!r}"
    return Measure(Fraction(1), ((name, 1),))


@lru_cache(maxsize=1000)
def measure(text: str) -> Measure:
    """The measure that is written as ``kgCO2e/(t*km)``."""
    pieces = _PIECES.findall(text)
    assert "".join(pieces) == text.replace(" ", ""), f"no unit {text!r}"
    found, at = _product(pieces, 0)
    assert at == len(pieces), f"no unit {text!r}"
    return found


def _product(pieces: list[str], at: int) -> tuple[Measure, int]:
    whole, at = _power(pieces, at)
    while at < len(pieces) and pieces[at] in "*/·":
        sign = -1 if pieces[at] == "/" else 1
        part, at = _power(pieces, at + 1)
        factor = whole.factor / part.factor if sign < 0 else whole.factor * part.factor
        whole = Measure(factor, joined(whole.powers, part.powers, sign))
    return whole, at


def _power(pieces: list[str], at: int) -> tuple[Measure, int]:
    if pieces[at] == "(":
        inner, at = _product(pieces, at + 1)
        assert pieces[at] == ")"
    else:
        inner = _atom(pieces[at])
    at += 1
    if at < len(pieces) and pieces[at] == "^":
        exponent = int(pieces[at + 1])
        powers = tuple((base, power * exponent) for base, power in inner.powers)
        return Measure(inner.factor**exponent, powers), at + 2
    return inner, at
