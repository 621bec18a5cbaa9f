"""Quantities with units.

A unit is a scale times a product of base units. Units are checked when a rule is loaded, never
while an action is quantified: a conversion becomes one exact multiplication in the compiled rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from functools import lru_cache

from behaviours.said import Faulty

# Fifty digits hold every product of figures that a rule can meet; only a division is ever inexact.
ARITHMETIC = Context(prec=50, traps=[DivisionByZero, InvalidOperation, Overflow])

_MG_PER_KG = 1_000_000
_SAME = Fraction(1)

GASES = ("CO2", "CH4", "N2O", "HFC", "PFC", "SF6", "NF3")
# Carbon in wood and soil: it becomes CO2 by 44/12, which a rule has to write.
_MATTER = (*GASES, "C")

# Each counted thing is a base unit of its own, so that trips cannot be added to boxes. A rule that
# counts something else names it in braces, {desk}, as UCUM writes what is counted.
COUNTS = frozenset(
    (
        *("trip", "order", "meal", "box", "time", "unit", "item", "document", "person"),
        *("household", "account", "piece", "device", "bag", "dish", "drink", "night", "pass"),
        *("book", "parcel", "sheet", "step", "wear", "seat", "session", "visit", "plot"),
    )
)


class UnitError(Faulty):
    """A unit that cannot be read, or two units that do not fit each other."""

    def __init__(self, case: str, **facts: str | int) -> None:
        super().__init__(f"unit.{case}", mend="unit", **facts)


@dataclass(frozen=True, slots=True)
class Unit:
    """``scale`` of the base unit that ``powers`` describe, e.g. MWh = 1000 x kWh^1."""

    scale: Fraction
    powers: tuple[tuple[str, int], ...]
    text: str

    def times(self, other: Unit, sign: int = 1) -> Unit:
        powers = dict(self.powers)
        for base, power in other.powers:
            powers[base] = powers.get(base, 0) + sign * power
        scale = self.scale * other.scale if sign > 0 else self.scale / other.scale
        return _unit(scale, powers)

    def power(self, exponent: int) -> Unit:
        return _unit(self.scale**exponent, {b: p * exponent for b, p in self.powers})

    def root(self) -> Unit:
        """What it is the square of, in plain base units; UnitError where it is no square."""
        if any(power % 2 for _, power in self.powers):
            raise UnitError("no_square", unit=self.text)
        return _unit(Fraction(1), {base: power // 2 for base, power in self.powers})

    def fits(self, other: Unit) -> bool:
        """True when both measure the same thing, whatever their scale."""
        return self.powers == other.powers

    def factor_to(self, other: Unit) -> Fraction:
        """What a value in this unit is multiplied by to be stated in ``other``."""
        if not self.fits(other):
            raise UnitError("other", unit=self.text, wanted=other.text)
        return _SAME if self.scale == other.scale else self.scale / other.scale


def _unit(scale: Fraction, powers: dict[str, int]) -> Unit:
    kept = tuple(sorted((base, power) for base, power in powers.items() if power))
    above = "*".join(b if p == 1 else f"{b}^{p}" for b, p in kept if p > 0)
    below = "/".join(b if p == -1 else f"{b}^{-p}" for b, p in kept if p < 0)
    text = (above or "1") + (f"/{below}" if below else "")
    return Unit(scale, kept, text if scale == 1 else f"{scale} {text}")


def _atoms() -> dict[str, Unit]:
    scaled: dict[str, tuple[Fraction, dict[str, int]]] = {"1": (Fraction(1), {})}

    def add(base: str, **scales: Fraction | int | str) -> None:
        for name, scale in scales.items():
            scaled[name] = (Fraction(scale), {base: 1})

    add("kg", mg="1/1000000", g="1/1000", kg=1, t=1000)
    add("kWh", Wh="1/1000", kWh=1, MWh=1000, GWh=1_000_000, kJ="1/3600", MJ="5/18")
    add("h", s="1/3600", min="1/60", h=1, day=24)
    add("year", year=1)
    add("km", m="1/1000", km=1)
    add("L", mL="1/1000", L=1, m3=1000)
    add("ha", m2="1/10000", ha=1, mu="1/15")
    add("K", K=1)
    add("CNY", fen="1/100", CNY=1)
    scaled["万kWh"] = (Fraction(10_000), {"kWh": 1})
    for name, kilowatts in (("W", "1/1000"), ("kW", "1"), ("MW", "1000")):
        scaled[name] = (Fraction(kilowatts), {"kWh": 1, "h": -1})
    scaled["pkm"] = (Fraction(1), {"person": 1, "km": 1})
    for gas in _MATTER:
        for mass, scale in (("mg", "1/1000000"), ("g", "1/1000"), ("kg", "1"), ("t", "1000")):
            # CO2 is its own equivalent; any other gas needs a named GWP to become CO2e.
            base = "kgCO2e" if gas == "CO2" else f"kg{gas}"
            scaled[f"{mass}{gas}"] = (Fraction(scale), {base: 1})
            if gas == "CO2":
                scaled[f"{mass}CO2e"] = (Fraction(scale), {base: 1})
    for count in COUNTS:
        scaled[count] = (Fraction(1), {count: 1})
    return {name: _unit(scale, powers) for name, (scale, powers) in scaled.items()}


_ATOMS = _atoms()
_TOKEN = re.compile(
    r"\s*(?:(\^)(-?[1-9])|([*/·()])|([A-Za-z万][A-Za-z0-9]*|1|\{[a-z][a-z_]{0,30}\}))"
)
_UNIT_LENGTH = 60


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """Read ``kgCO2e/kWh`` or ``kJ/(kg*K)``; UnitError names what could not be read."""
    if not text or len(text) > _UNIT_LENGTH:
        raise UnitError("length", most=_UNIT_LENGTH)
    tokens: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise UnitError("unreadable", written=text, rest=text[position:])
        tokens.append("".join(part for part in match.groups() if part))
        position = match.end()
    unit, rest = _product(tokens, text)
    if rest:
        raise UnitError("bracket_too_many", written=text)
    return Unit(unit.scale, unit.powers, text.strip())


def _product(tokens: list[str], text: str) -> tuple[Unit, list[str]]:
    result, tokens = _factor(tokens, text)
    while tokens and tokens[0] in "*/·":
        sign = -1 if tokens[0] == "/" else 1
        factor, tokens = _factor(tokens[1:], text)
        result = result.times(factor, sign)
    return result, tokens


def _factor(tokens: list[str], text: str) -> tuple[Unit, list[str]]:
    if not tokens:
        raise UnitError("ends_early", written=text)
    head, tokens = tokens[0], tokens[1:]
    if head == "(":
        unit, tokens = _product(tokens, text)
        if not tokens or tokens[0] != ")":
            raise UnitError("bracket_missing", written=text)
        tokens = tokens[1:]
    elif head in _ATOMS:
        unit = _ATOMS[head]
    elif head.startswith("{") and head[1:-1] not in _ATOMS:
        unit = _unit(Fraction(1), {head: 1})
    else:
        raise UnitError("unknown", name=head, written=text)
    if tokens and tokens[0].startswith("^"):
        unit, tokens = unit.power(int(tokens[0][1:])), tokens[1:]
    return unit, tokens


ONE = parse_unit("1")
KG_CO2E = parse_unit("kgCO2e")


def kg(mg: int) -> str:
    """Whole milligrams as kilograms with six decimals, exactly: 46 000 mg is "0.046000"."""
    whole, rest = divmod(abs(mg), _MG_PER_KG)
    return f"{'-' if mg < 0 else ''}{whole}.{rest:06d}"
