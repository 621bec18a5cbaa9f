"""What the equations of one document may name, and what they are compiled to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from behaviours.rules.expression import ExpressionError, Node, Number
from behaviours.rules.rounding import StepRounding
from behaviours.rules.units import ONE, Unit

# Sums are written out when compiled: this bounds what one formula can grow to.
TERMS_MAX = 1000


@dataclass(frozen=True, slots=True)
class TermKind:
    """What an expression yields: a quantity with its unit, a truth, a text or a date."""

    of: str
    unit: Unit = ONE


TRUTH, TEXT, DATE = TermKind("truth"), TermKind("text"), TermKind("date")


@dataclass(frozen=True, slots=True)
class Table:
    """A parameter with several values: what its keys range over and the unit of a value."""

    position: int
    keys: tuple[frozenset[str], ...]
    unit: Unit


@dataclass(frozen=True, slots=True)
class Ranged:
    """A parameter whose row is picked by a quantity in the unit ``across``."""

    position: int
    across: Unit
    unit: Unit


@dataclass(frozen=True, slots=True)
class Keyed:
    """A quantity that an app sends once per key, as ``mass_kg.cotton``."""

    name: str
    ordered: tuple[tuple[str, ...], ...]
    unit: Unit

    @property
    def keys(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(keys) for keys in self.ordered)

    def sent(self, keys: tuple[str, ...]) -> str:
        """The name under which the value of these keys is sent."""
        return ".".join((self.name, *keys))


@dataclass(frozen=True, slots=True)
class OpenSet:
    """Keys that are known only when it runs: strata, plots ``within`` a stratum, meters, years."""

    name: str
    within: str = ""


class Loop(NamedTuple):
    """One head of an equation that has a value for each key: ``i in strata``, ``p in plots[i]``."""

    variable: str
    keys: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Cells:
    """What has a value for each key of some sets: a measurement, a label, a step of its own."""

    sets: tuple[str, ...]
    code: str
    kind: TermKind
    # Whether there is a value for every key of the sets, as of an equation over all of them.
    is_whole: bool = False


@dataclass(slots=True)
class Scope:
    """Everything that the equations of one document may name.

    ``optional`` quantities may be left out by who sends; ``keyed`` ones come once per key.
    ``cells`` are read by keys of ``open_sets``, whose members are known only when it runs.
    ``surroundings`` are no part of the document: the length of the action and, for a plausible
    condition, what it was done by; each with the code that reads it.
    """

    quantities: Mapping[str, Unit]
    parameters: Mapping[str, tuple[int, Unit]]
    tables: Mapping[str, Table]
    evidence: Mapping[str, str]
    key_sets: Mapping[str, Sequence[str]]
    ranged: Mapping[str, Ranged] = field(default_factory=dict)
    optional: Mapping[str, Unit] = field(default_factory=dict)
    keyed: Mapping[str, Keyed] = field(default_factory=dict)
    surroundings: Mapping[str, tuple[str, TermKind]] = field(default_factory=dict)
    open_sets: Mapping[str, OpenSet] = field(default_factory=dict)
    cells: dict[str, Cells] = field(default_factory=dict)
    # The open set that is the civil years of a period.
    years: str | None = None
    # The set of each variable that runs over an open one.
    loops: dict[str, str] = field(default_factory=dict)
    steps: dict[str, tuple[int, Unit]] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    history: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    terms: int = 0

    def names(self) -> list[str]:
        """Every name that would be understood, for a hint at a misspelt one."""
        figures = (self.parameters, self.tables, self.ranged)
        told = (self.quantities, self.optional, self.keyed, self.evidence, self.cells)
        named = (*told, *figures, self.steps, self.surroundings)
        return [name for group in named for name in group]


class EquationLine(NamedTuple):
    """An equation to be compiled: its value is in ``unit``, rounded where its source rounds it.

    With ``loops`` it has a value for each key that they run over.
    """

    name: str
    text: str
    unit: Unit
    rounding: StepRounding | None = None
    loops: tuple[Loop, ...] = ()


def is_zero(node: Node) -> bool:
    """Nought is nought in every unit, so a written 0 may stand beside any quantity."""
    return isinstance(node, Number) and node.value == 0


def constant(value: Decimal, constants: dict[str, Decimal]) -> str:
    name = f"k{len(constants)}"
    constants[name] = value
    return name


def converted(
    code: str, unit: Unit, wanted: Unit, constants: dict[str, Decimal], beside: str
) -> str:
    """Code of a value in the wanted unit; ``beside`` says what it has to fit, for a refusal."""
    if not unit.fits(wanted):
        raise ExpressionError(
            "does_not_fit",
            mend="formula.does_not_fit",
            unit=unit.text,
            beside=beside,
            wanted_unit=wanted.text,
            lacking=wanted.times(unit, -1).text,
        )
    if unit.scale == wanted.scale:
        return code
    factor: Fraction = unit.factor_to(wanted)
    # First times, then divided: so that 1/3600 loses nothing that it need not lose.
    code = f"({code}) * {constant(Decimal(factor.numerator), constants)}"
    if factor.denominator != 1:
        code += f" / {constant(Decimal(factor.denominator), constants)}"
    return f"({code})"
