"""The formula language, checked and compiled: named equations become one Python function.

Only text made here is ever compiled: names are looked up in what the document declares and come
out as positions, numbers as constants. The function returns every intermediate, so that a
quantification and its explanation are the same computation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from itertools import product
from types import MappingProxyType
from typing import Any

from behaviours.rules import formula_functions
from behaviours.rules.expression import (
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
from behaviours.rules.formula_scope import (
    DATE,
    TERMS_MAX,
    TEXT,
    TRUTH,
    Calculate,
    Check,
    Compiled,
    Scope,
    TermKind,
    constant,
    converted,
    is_zero,
)
from behaviours.rules.units import ONE, Unit

# A look-back of a civil year: what lies before the year's first day is left out when it runs.
_YEAR_OF_DAYS = 366


def compile_equations(equations: Sequence[tuple[str, str, Unit]], scope: Scope) -> Compiled:
    """Compile (name, text, unit) triples in order; ExpressionError names the equation."""
    constants: dict[str, Decimal] = {}
    lines: list[str] = []
    for index, (name, text, unit) in enumerate(equations):
        try:
            writer = _Writer(scope, constants)
            node = parse(text)
            code, own = writer.quantity(node)
            if not is_zero(node):
                code = converted(code, own, unit, constants, "declared")
        except ExpressionError as error:
            raise ExpressionError(
                "equation",
                mend="formula.equation",
                name=name,
                problem=error.fault.problem,
                remedy=error.fault.remedy,
            ) from None
        lines.append(f"    s{index} = {code}")
        scope.steps[name] = (index, unit)
    returned = "".join(f"s{index}, " for index in range(len(equations)))
    source = "\n".join(["def run(q, p, e, m):", *lines, f"    return ({returned})"])
    calculate: Calculate = _made(source, constants)
    return Compiled(calculate, MappingProxyType(dict(scope.history)), frozenset(scope.used))


def compile_conditions(conditions: Sequence[str], scope: Scope) -> Check:
    """Compile conditions over what was sent and the figures, not over the equations' steps."""
    constants: dict[str, Decimal] = {}
    codes = []
    for text in conditions:
        code, kind = _Writer(scope, constants).write(parse(text))
        if kind is not TRUTH:
            raise ExpressionError("condition_expected", term=kind.of)
        codes.append(f"{code}, ")
    check: Check = _made(f"def run(q, p, e, m):\n    return ({''.join(codes)})", constants)
    return check


def _made(source: str, constants: Mapping[str, Decimal]) -> Any:
    space: dict[str, Any] = {"__builtins__": {}, **formula_functions.RUNTIME, **constants}
    # The source holds positions, declared names and constants only; nothing of the document's text.
    exec(compile(source, "<equations>", "exec"), space)  # noqa: S102
    return space["run"]


class _Writer:
    def __init__(self, scope: Scope, constants: dict[str, Decimal]) -> None:
        self.scope = scope
        self.constants = constants

    def write(self, node: Node) -> tuple[str, TermKind]:
        self.scope.terms += 1
        if self.scope.terms > TERMS_MAX:
            raise ExpressionError("too_many_terms", most=TERMS_MAX)
        match node:
            case Number(value):
                return constant(value, self.constants), TermKind("quantity", ONE)
            case Text(value):
                return repr(value), TEXT
            case Name(name):
                return self._name(name)
            case Lookup(name, keys):
                return self._lookup(name, keys)
            case Negation(inner):
                code, unit = self.quantity(inner)
                return f"(-{code})", TermKind("quantity", unit)
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
            raise ExpressionError("quantity_expected", term=kind.of)
        return code, kind.unit

    def _name(self, name: str) -> tuple[str, TermKind]:
        scope = self.scope
        if name in scope.bound:
            return repr(scope.bound[name]), TEXT
        scope.used.add(name)
        if name in scope.surroundings:
            return scope.surroundings[name]
        if name in scope.steps:
            index, unit = scope.steps[name]
            return f"s{index}", TermKind("quantity", unit)
        if name in scope.quantities:
            return f"q[{name!r}]", TermKind("quantity", scope.quantities[name])
        if name in scope.optional:
            raise ExpressionError("optional", name=name)
        if name in scope.keyed:
            raise ExpressionError("keyed", name=name)
        if name in scope.parameters:
            position, unit = scope.parameters[name]
            return f"p[{position}]", TermKind("quantity", unit)
        if name == "on":
            return "m.on", DATE
        if name == "region":
            return "m.region", TEXT
        if name in scope.evidence:
            if scope.evidence[name] == "date":
                return f"as_date(e[{name!r}])", DATE
            return f"e[{name!r}]", TEXT
        if name in scope.tables:
            raise ExpressionError("table", name=name)
        near = get_close_matches(name, scope.names(), n=1)
        if near:
            raise ExpressionError("misspelt", mend="formula.misspelt", name=name, near=near[0])
        raise ExpressionError("unknown_name", mend="formula.unknown_name", name=name)

    def _lookup(self, name: str, keys: tuple[Node, ...]) -> tuple[str, TermKind]:
        keyed, table = self.scope.keyed.get(name), self.scope.tables.get(name)
        self.scope.used.add(name)
        if keyed is not None:
            codes, constant_keys = self._keys(name, keys, keyed.keys)
            if constant_keys is not None:
                return f"q[{keyed.sent(constant_keys)!r}]", TermKind("quantity", keyed.unit)
            return f"by_key(q, {name!r}, ({codes}))", TermKind("quantity", keyed.unit)
        if table is None:
            raise ExpressionError("not_keyed", name=name)
        codes, _ = self._keys(name, keys, table.keys)
        return f"row(p[{table.position}], {name!r}, ({codes}))", TermKind("quantity", table.unit)

    def _keys(
        self, name: str, keys: tuple[Node, ...], allowed: tuple[frozenset[str], ...]
    ) -> tuple[str, tuple[str, ...] | None]:
        """The keys' code, and their texts when all are known while compiling."""
        if len(keys) != len(allowed):
            raise ExpressionError("other_keys", name=name, keys=len(allowed), given=len(keys))
        codes: list[str] = []
        texts: list[str] = []
        for key, known in zip(keys, allowed, strict=True):
            code, kind = self.write(key)
            if kind is not TEXT:
                raise ExpressionError("key_not_a_text", name=name, term=kind.of)
            match key:
                case Text(text):
                    texts.append(text)
                case Name(variable) if variable in self.scope.bound:
                    texts.append(self.scope.bound[variable])
            if len(texts) > len(codes) and texts[-1] not in known:
                raise ExpressionError("no_row", name=name, row=texts[-1])
            codes.append(code)
        joined = "".join(f"{code}, " for code in codes)
        return joined, tuple(texts) if len(texts) == len(codes) else None

    def _binary(self, sign: str, left: Node, right: Node) -> tuple[str, TermKind]:
        if sign in "*/":
            first, unit = self.quantity(left)
            second, other = self.quantity(right)
            unit = unit.times(other, 1 if sign == "*" else -1)
        else:
            word = "add" if sign == "+" else "subtract"
            (first, second), unit = self._alike((left, right), word)
        return f"({first} {sign} {second})", TermKind("quantity", unit)

    def _power(self, left: Node, right: Node) -> tuple[str, TermKind]:
        base, unit = self.quantity(left)
        exponent, exponent_unit = self.quantity(right)
        if exponent_unit.powers:
            raise ExpressionError("exponent_unit", unit=exponent_unit.text)
        exponent = converted(exponent, exponent_unit, ONE, self.constants, "exponent")
        if unit != ONE:
            if not isinstance(right, Number) or right.value != int(right.value):
                raise ExpressionError("exponent_not_whole", unit=unit.text)
            unit = unit.power(int(right.value))
        return f"power({base}, {exponent})", TermKind("quantity", unit)

    def _comparison(self, sign: str, left: Node, right: Node) -> tuple[str, TermKind]:
        first, kind = self.write(left)
        second, other = self.write(right)
        if kind.of != other.of or kind.of == "truth":
            raise ExpressionError("cannot_compare", term=kind.of, other_term=other.of)
        if kind.of == "text" and sign not in ("=", "!="):
            raise ExpressionError("texts_compared")
        if kind.of == "quantity":
            written = [(left, first, kind.unit), (right, second, other.unit)]
            (first, second), _ = self._in_one_unit(written, "compare")
        return f"({first} {'==' if sign == '=' else sign} {second})", TRUTH

    def _logic(self, word: str, parts: tuple[Node, ...]) -> tuple[str, TermKind]:
        codes = []
        for part in parts:
            code, kind = self.write(part)
            if kind is not TRUTH:
                raise ExpressionError("joins_conditions", word=word, term=kind.of)
            codes.append(code)
        return (f"(not {codes[0]})" if word == "not" else f"({f' {word} '.join(codes)})"), TRUTH

    def _sum(self, variable: str, keys: str, body: Node) -> tuple[str, TermKind]:
        scope = self.scope
        if keys not in scope.key_sets:
            raise ExpressionError("unknown_keys", name=keys)
        if variable in scope.bound:
            raise ExpressionError("variable_taken", name=variable)
        codes: list[str] = []
        unit = ONE
        for key in scope.key_sets[keys]:
            scope.bound[variable] = key
            try:
                code, term = self.quantity(body)
            finally:
                del scope.bound[variable]
            unit = unit if codes else term
            codes.append(converted(code, term, unit, self.constants, "first_term"))
        return f"({' + '.join(codes)})", TermKind("quantity", unit)

    def _call(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, TermKind]:
        if function in ("mean_previous", "days_known", "total_previous", "total_this_year"):
            return self._previous(function, arguments)
        if function in ("given", "is_given", "total"):
            return self._sent(function, arguments)
        if function in ("year", "years_between"):
            return self._dates(function, arguments)
        if function == "if":
            self._count(function, arguments, 3, 3)
            condition, kind = self.write(arguments[0])
            if kind is not TRUTH:
                raise ExpressionError("if_condition")
            (then, other), unit = self._alike(arguments[1:], "choose_between")
            return f"({then} if {condition} else {other})", TermKind("quantity", unit)
        bounds = {"min": (2, 20), "max": (2, 20), "clamp": (3, 3)}
        if function not in bounds:
            raise ExpressionError("unknown_function", function=function)
        self._count(function, arguments, *bounds[function])
        codes, unit = self._alike(arguments, function)
        if function == "clamp":
            return f"max({codes[1]}, min({codes[0]}, {codes[2]}))", TermKind("quantity", unit)
        return f"{function}({', '.join(codes)})", TermKind("quantity", unit)

    def _alike(self, nodes: Sequence[Node], word: str) -> tuple[list[str], Unit]:
        return self._in_one_unit([(node, *self.quantity(node)) for node in nodes], word)

    def _in_one_unit(
        self, written: Sequence[tuple[Node, str, Unit]], word: str
    ) -> tuple[list[str], Unit]:
        """Code of quantities in the unit of the first which is not a plain nought."""
        unit = next((own for node, _, own in written if not is_zero(node)), ONE)
        codes = []
        for node, code, own in written:
            if is_zero(node):
                codes.append(code)
                continue
            if not own.fits(unit):
                raise ExpressionError(
                    "two_units",
                    mend="formula.two_units",
                    doing=word,
                    unit=unit.text,
                    other=own.text,
                )
            codes.append(converted(code, own, unit, self.constants, "neighbour"))
        return codes, unit

    def _count(self, function: str, arguments: Sequence[Node], least: int, most: int) -> None:
        if not least <= len(arguments) <= most:
            raise ExpressionError("other_count", function=function, least=least, most=most)

    def _previous(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, TermKind]:
        wanted = 1 if function == "total_this_year" else 2
        self._count(function, arguments, wanted, wanted)
        match arguments:
            case (Name(name), Number(days)) if name in self.scope.quantities:
                if not 1 <= days <= formula_functions.DAYS_MAX or days != int(days):
                    raise ExpressionError(
                        "days_outside", function=function, most=formula_functions.DAYS_MAX
                    )
                back = int(days)
            case (Name(name),) if name in self.scope.quantities:
                back = _YEAR_OF_DAYS
            case _:
                more = ", days" if wanted == 2 else ""
                raise ExpressionError("write_previous", function=function, days=more)
        self.scope.history[name] = max(self.scope.history.get(name, 0), back)
        self.scope.used.add(name)
        unit = ONE if function == "days_known" else self.scope.quantities[name]
        return f"{function}(m, {name!r}, {back})", TermKind("quantity", unit)

    def _sent(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, TermKind]:
        """Quantities that may be left out, and all keys of one that is sent by key."""
        scope = self.scope
        match function, arguments:
            case "total", (Name(name),) if name in scope.keyed:
                keyed = scope.keyed[name]
                scope.used.add(name)
                codes = [f"q[{keyed.sent(keys)!r}]" for keys in product(*keyed.ordered)]
                scope.terms += len(codes)
                return f"({' + '.join(codes)})", TermKind("quantity", keyed.unit)
            case "is_given", (Name(name),) if name in scope.optional:
                scope.used.add(name)
                return f"({name!r} in q)", TRUTH
            case "given", (Name(name) as first, otherwise) if name in scope.optional:
                scope.used.add(name)
                code, unit = self.quantity(otherwise)
                written = [(first, f"q[{name!r}]", scope.optional[name]), (otherwise, code, unit)]
                (sent, instead), unit = self._in_one_unit(written, "choose_between")
                return f"({sent} if {name!r} in q else {instead})", TermKind("quantity", unit)
        if function == "total":
            raise ExpressionError("write_total")
        if function == "is_given":
            raise ExpressionError("write_is_given")
        raise ExpressionError("write_given")

    def _dates(self, function: str, arguments: tuple[Node, ...]) -> tuple[str, TermKind]:
        wanted = 1 if function == "year" else 2
        self._count(function, arguments, wanted, wanted)
        codes = []
        for argument in arguments:
            code, kind = self.write(argument)
            if kind is not DATE:
                raise ExpressionError("date_expected", function=function, term=kind.of)
            codes.append(code)
        return f"{function}({', '.join(codes)})", TermKind("quantity", ONE)
