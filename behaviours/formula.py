"""The formula language, checked and compiled: named equations become one Python function.

Only text made here is ever compiled: names are looked up in what the document declares and come
out as positions, numbers as constants. The function returns every intermediate, so that a
quantification and its explanation are the same computation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from behaviours import formula_functions
from behaviours.expression import (
    Binary,
    Call,
    Comparison,
    ExpressionError,
    Logic,
    Lookup,
    Name,
    Negation,
    Node,
    Number,
    Sum,
    Text,
    parse,
)
from behaviours.units import ONE, Unit

# Sums are written out when compiled: this bounds what one formula can grow to.
TERMS_MAX = 1000

Calculate = Callable[..., tuple[Decimal, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What an expression yields: a quantity with its unit, a truth, a text or a date."""

    of: str
    unit: Unit = ONE


_TRUTH, _TEXT, _DATE = Kind("truth"), Kind("text"), Kind("date")


@dataclass(frozen=True, slots=True)
class Table:
    """A parameter with several values: what its keys range over and the unit of a value."""

    position: int
    keys: tuple[frozenset[str] | None, ...]
    unit: Unit


@dataclass(slots=True)
class Scope:
    """Everything that the equations of one document may name."""

    quantities: Mapping[str, Unit]
    parameters: Mapping[str, tuple[int, Unit]]
    tables: Mapping[str, Table]
    evidence: Mapping[str, str]
    key_sets: Mapping[str, Sequence[str]]
    steps: dict[str, tuple[int, Unit]] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    history: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    terms: int = 0


@dataclass(frozen=True, slots=True)
class Compiled:
    """``calculate(quantities, parameters, evidence, moment)`` gives one value per equation."""

    calculate: Calculate
    history: Mapping[str, int]
    used: frozenset[str]


def compile_equations(equations: Sequence[tuple[str, str, Unit]], scope: Scope) -> Compiled:
    """Compile (name, text, unit) triples in order; ExpressionError names the equation."""
    constants: dict[str, Decimal] = {}
    lines: list[str] = []
    for index, (name, text, unit) in enumerate(equations):
        try:
            writer = _Writer(scope, constants)
            node = parse(text)
            code, own = writer.quantity(node)
            if not _is_zero(node):
                code = _converted(code, own, unit, constants, f"declared unit {unit.text}")
        except ExpressionError as error:
            raise ExpressionError(f"equation {name}: {error}") from None
        lines.append(f"    s{index} = {code}")
        scope.steps[name] = (index, unit)
    returned = "".join(f"s{index}, " for index in range(len(equations)))
    source = "\n".join(["def calculate(q, p, e, m):", *lines, f"    return ({returned})"])
    space: dict[str, Any] = {"__builtins__": {}, **formula_functions.RUNTIME, **constants}
    # The source holds positions, declared names and constants only; nothing of the document's text.
    exec(compile(source, "<equations>", "exec"), space)  # noqa: S102
    calculate: Calculate = space["calculate"]
    return Compiled(calculate, MappingProxyType(dict(scope.history)), frozenset(scope.used))


def _is_zero(node: Node) -> bool:
    """Nought is nought in every unit, so a written 0 may stand beside any quantity."""
    return isinstance(node, Number) and node.value == 0


def _constant(value: Decimal, constants: dict[str, Decimal]) -> str:
    name = f"k{len(constants)}"
    constants[name] = value
    return name


def _converted(
    code: str, unit: Unit, wanted: Unit, constants: dict[str, Decimal], what: str
) -> str:
    if not unit.fits(wanted):
        raise ExpressionError(f"it yields {unit.text}, which does not fit its {what}")
    factor: Fraction = unit.factor_to(wanted)
    if factor == 1:
        return code
    # First times, then divided: so that 1/3600 loses nothing that it need not lose.
    code = f"({code}) * {_constant(Decimal(factor.numerator), constants)}"
    if factor.denominator != 1:
        code += f" / {_constant(Decimal(factor.denominator), constants)}"
    return f"({code})"


class _Writer:
    def __init__(self, scope: Scope, constants: dict[str, Decimal]) -> None:
        self.scope = scope
        self.constants = constants

    def write(self, node: Node) -> tuple[str, Kind]:
        self.scope.terms += 1
        if self.scope.terms > TERMS_MAX:
            raise ExpressionError(f"more than {TERMS_MAX} terms; use fewer keys or split the rule")
        match node:
            case Number(value):
                return _constant(value, self.constants), Kind("quantity", ONE)
            case Text(value):
                return repr(value), _TEXT
            case Name(name):
                return self._name(name)
            case Lookup(name, keys):
                return self._lookup(name, keys)
            case Negation(inner):
                code, unit = self.quantity(inner)
                return f"(-{code})", Kind("quantity", unit)
            case Binary("^", left, right):
                return self._power(left, right)
            case Binary(sign, left, right):
                return self._binary(sign, left, right)
            case Comparison(sign, left, right):
                return self._comparison(sign, left, right)
            case Logic(word, parts):
                return self._logic(word, parts)
            case Call(function, arguments):
                return self._call(function, arguments)
            case Sum(variable, keys, body):
                return self._sum(variable, keys, body)

    def quantity(self, node: Node) -> tuple[str, Unit]:
        code, kind = self.write(node)
        if kind.of != "quantity":
            raise ExpressionError(f"expected a quantity, not a {kind.of}")
        return code, kind.unit

    def _name(self, name: str) -> tuple[str, Kind]:
        scope = self.scope
        if name in scope.bound:
            return repr(scope.bound[name]), _TEXT
        scope.used.add(name)
        if name in scope.steps:
            index, unit = scope.steps[name]
            return f"s{index}", Kind("quantity", unit)
        if name in scope.quantities:
            return f"q[{name!r}]", Kind("quantity", scope.quantities[name])
        if name in scope.parameters:
            position, unit = scope.parameters[name]
            return f"p[{position}]", Kind("quantity", unit)
        if name == "on":
            return "m.on", _DATE
        if name == "region":
            return "m.region", _TEXT
        if name in scope.evidence:
            if scope.evidence[name] == "date":
                return f"as_date(e[{name!r}])", _DATE
            return f"e[{name!r}]", _TEXT
        if name in scope.tables:
            raise ExpressionError(f"{name} is a table: write {name}[key]")
        raise ExpressionError(
            f"nothing is called {name!r}; declare it as a quantity, parameter, evidence or "
            "earlier equation"
        )

    def _lookup(self, name: str, keys: tuple[Node, ...]) -> tuple[str, Kind]:
        table = self.scope.tables.get(name)
        if table is None:
            raise ExpressionError(f"{name!r} is not a table")
        self.scope.used.add(name)
        if len(keys) != len(table.keys):
            raise ExpressionError(f"{name} has {len(table.keys)} keys, {len(keys)} are given")
        codes = []
        for key, allowed in zip(keys, table.keys, strict=True):
            code, kind = self.write(key)
            if kind.of != "text":
                raise ExpressionError(f"a key of {name} is a text, not a {kind.of}")
            constant = isinstance(key, Text | Name) and code.startswith("'")
            if constant and allowed is not None and code[1:-1] not in allowed:
                raise ExpressionError(f"{name} has no row {code}")
            codes.append(code)
        return f"row(p[{table.position}], {name!r}, ({', '.join(codes)},))", Kind(
            "quantity", table.unit
        )

    def _binary(self, sign: str, left: Node, right: Node) -> tuple[str, Kind]:
        if sign in "*/":
            first, unit = self.quantity(left)
            second, other = self.quantity(right)
            unit = unit.times(other, 1 if sign == "*" else -1)
        else:
            word = "add" if sign == "+" else "subtract"
            (first, second), unit = self._alike((left, right), word)
        return f"({first} {sign} {second})", Kind("quantity", unit)

    def _power(self, left: Node, right: Node) -> tuple[str, Kind]:
        base, unit = self.quantity(left)
        exponent, exponent_unit = self.quantity(right)
        if exponent_unit.powers:
            raise ExpressionError(f"an exponent has no unit, this one is in {exponent_unit.text}")
        exponent = _converted(exponent, exponent_unit, ONE, self.constants, "exponent")
        if unit != ONE:
            if not isinstance(right, Number) or right.value != int(right.value):
                raise ExpressionError(f"{unit.text} can only be raised to a whole number")
            unit = unit.power(int(right.value))
        return f"power({base}, {exponent})", Kind("quantity", unit)

    def _comparison(self, sign: str, left: Node, right: Node) -> tuple[str, Kind]:
        first, kind = self.write(left)
        second, other = self.write(right)
        if kind.of != other.of or kind.of == "truth":
            raise ExpressionError(f"cannot compare a {kind.of} with a {other.of}")
        if kind.of == "text" and sign not in ("=", "!="):
            raise ExpressionError("texts can only be compared with = and !=")
        if kind.of == "quantity":
            written = [(left, first, kind.unit), (right, second, other.unit)]
            (first, second), _ = self._in_one_unit(written, "compare")
        return f"({first} {'==' if sign == '=' else sign} {second})", _TRUTH

    def _logic(self, word: str, parts: tuple[Node, ...]) -> tuple[str, Kind]:
        codes = []
        for part in parts:
            code, kind = self.write(part)
            if kind is not _TRUTH:
                raise ExpressionError(f"{word!r} joins conditions, not a {kind.of}")
            codes.append(code)
        return (f"(not {codes[0]})" if word == "not" else f"({f' {word} '.join(codes)})"), _TRUTH

    def _sum(self, variable: str, keys: str, body: Node) -> tuple[str, Kind]:
        scope = self.scope
        if keys not in scope.key_sets:
            raise ExpressionError(f"no keys are declared as {keys!r}")
        if variable in scope.bound:
            raise ExpressionError(f"{variable!r} is already used by the sum around this one")
        codes: list[str] = []
        unit = ONE
        for key in scope.key_sets[keys]:
            scope.bound[variable] = key
            try:
                code, term = self.quantity(body)
            finally:
                del scope.bound[variable]
            unit = unit if codes else term
            codes.append(_converted(code, term, unit, self.constants, "first term"))
        return f"({' + '.join(codes)})", Kind("quantity", unit)

    def _call(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, Kind]:
        if function in ("mean_previous", "days_known"):
            return self._previous(function, arguments)
        if function in ("year", "years_between"):
            return self._dates(function, arguments)
        if function == "if":
            self._count(function, arguments, 3, 3)
            condition, kind = self.write(arguments[0])
            if kind is not _TRUTH:
                raise ExpressionError("the first part of if(…) is a condition")
            (then, other), unit = self._alike(arguments[1:], "choose between")
            return f"({then} if {condition} else {other})", Kind("quantity", unit)
        bounds = {"min": (2, 20), "max": (2, 20), "clamp": (3, 3)}
        if function not in bounds:
            raise ExpressionError(f"there is no function {function!r}")
        self._count(function, arguments, *bounds[function])
        codes, unit = self._alike(arguments, function)
        if function == "clamp":
            return f"max({codes[1]}, min({codes[0]}, {codes[2]}))", Kind("quantity", unit)
        return f"{function}({', '.join(codes)})", Kind("quantity", unit)

    def _alike(self, nodes: Sequence[Node], word: str) -> tuple[list[str], Unit]:
        return self._in_one_unit([(node, *self.quantity(node)) for node in nodes], word)

    def _in_one_unit(
        self, written: Sequence[tuple[Node, str, Unit]], word: str
    ) -> tuple[list[str], Unit]:
        """Code of quantities in the unit of the first which is not a plain nought."""
        unit = next((own for node, _, own in written if not _is_zero(node)), ONE)
        codes = []
        for node, code, own in written:
            if _is_zero(node):
                codes.append(code)
                continue
            if not own.fits(unit):
                raise ExpressionError(f"cannot {word} {unit.text} and {own.text}")
            codes.append(_converted(code, own, unit, self.constants, "neighbour"))
        return codes, unit

    def _count(self, function: str, arguments: Sequence[Node], least: int, most: int) -> None:
        if not least <= len(arguments) <= most:
            raise ExpressionError(f"{function}(…) takes {least} to {most} parts")

    def _previous(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, Kind]:
        self._count(function, arguments, 2, 2)
        match arguments:
            case (Name(name), Number(days)) if name in self.scope.quantities:
                if not 1 <= days <= formula_functions.DAYS_MAX or days != int(days):
                    raise ExpressionError(f"{function} looks back 1 to 366 whole days")
                before = self.scope.history.setdefault(name, int(days))
                self.scope.history[name] = max(before, int(days))
                self.scope.used.add(name)
                unit = self.scope.quantities[name] if function == "mean_previous" else ONE
                return f"{function}(m, {name!r}, {int(days)})", Kind("quantity", unit)
        raise ExpressionError(f"write {function}(quantity, days)")

    def _dates(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, Kind]:
        wanted = 1 if function == "year" else 2
        self._count(function, arguments, wanted, wanted)
        codes = []
        for argument in arguments:
            code, kind = self.write(argument)
            if kind is not _DATE:
                raise ExpressionError(f"{function}(…) takes dates, not a {kind.of}")
            codes.append(code)
        return f"{function}({', '.join(codes)})", Kind("quantity", ONE)
