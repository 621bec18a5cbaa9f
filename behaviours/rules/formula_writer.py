"""Writing the code of one formula: each node of its tree becomes a piece of Python with its unit.

Only text made here is ever compiled: names are looked up in what the document declares and come
out as positions, numbers as constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches

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
)
from behaviours.rules.formula_scope import (
    DATE,
    TERMS_MAX,
    TEXT,
    TRUTH,
    Scope,
    TermKind,
    constant,
    converted,
    is_zero,
)
from behaviours.rules.units import ONE, Unit

Written = tuple[str, TermKind]


class Writer:
    """Writes formulas over one scope; ``functions`` by name write what is called in them."""

    def __init__(
        self,
        scope: Scope,
        constants: dict[str, Decimal],
        functions: Mapping[str, Callable[[Writer, str, tuple[Node, ...]], Written]],
    ) -> None:
        self.scope = scope
        self.constants = constants
        self.functions = functions

    def write(self, node: Node) -> Written:
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
                written = self.functions.get(function)
                if written is None:
                    raise ExpressionError("unknown_function", function=function)
                return written(self, function, arguments)
            case Sum():
                return self._over(node)

    def quantity(self, node: Node) -> tuple[str, Unit]:
        code, kind = self.write(node)
        if kind.of != "quantity":
            raise ExpressionError("quantity_expected", term=kind.of)
        return code, kind.unit

    def _name(self, name: str) -> Written:
        scope = self.scope
        if name in scope.bound:
            return repr(scope.bound[name]), TEXT
        if name in scope.loops:
            return f"v_{name}", TEXT
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
        raise self._not_a_value(name)

    def _not_a_value(self, name: str) -> ExpressionError:
        """What to say of a name that stands alone and is a table, or nothing at all."""
        scope = self.scope
        if name in scope.tables or name in scope.ranged:
            return ExpressionError("table", name=name)
        if name in scope.cells:
            return ExpressionError("cells", name=name, sets=", ".join(scope.cells[name].sets))
        near = get_close_matches(name, scope.names(), n=1)
        if near:
            return ExpressionError("misspelt", mend="formula.misspelt", name=name, near=near[0])
        return ExpressionError("unknown_name", mend="formula.unknown_name", name=name)

    def _lookup(self, name: str, keys: tuple[Node, ...]) -> Written:
        keyed, table = self.scope.keyed.get(name), self.scope.tables.get(name)
        self.scope.used.add(name)
        if name in self.scope.cells:
            return self._cell(name, keys)
        if name in self.scope.ranged:
            return self._in_range(name, keys)
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
                case Name(variable) if variable in self.scope.loops:
                    raise ExpressionError(
                        "other_set",
                        mend="formula.other_set",
                        name=name,
                        wanted=", ".join(sorted(known)),
                    )
                case Name(variable) if variable in self.scope.bound:
                    texts.append(self.scope.bound[variable])
            if len(texts) > len(codes) and texts[-1] not in known:
                raise ExpressionError("no_row", name=name, row=texts[-1])
            codes.append(code)
        joined = "".join(f"{code}, " for code in codes)
        return joined, tuple(texts) if len(texts) == len(codes) else None

    def _binary(self, sign: str, left: Node, right: Node) -> Written:
        if sign in "*/":
            first, unit = self.quantity(left)
            second, other = self.quantity(right)
            unit = unit.times(other, 1 if sign == "*" else -1)
        else:
            word = "add" if sign == "+" else "subtract"
            (first, second), unit = self.alike((left, right), word)
        return f"({first} {sign} {second})", TermKind("quantity", unit)

    def _power(self, left: Node, right: Node) -> Written:
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

    def _comparison(self, sign: str, left: Node, right: Node) -> Written:
        first, kind = self.write(left)
        second, other = self.write(right)
        if kind.of != other.of or kind.of == "truth":
            raise ExpressionError("cannot_compare", term=kind.of, other_term=other.of)
        if kind.of == "text" and sign not in ("=", "!="):
            raise ExpressionError("texts_compared")
        if kind.of == "quantity":
            written = [(left, first, kind.unit), (right, second, other.unit)]
            (first, second), _ = self.in_one_unit(written, "compare")
        return f"({first} {'==' if sign == '=' else sign} {second})", TRUTH

    def all_of(
        self, wanted: TermKind, parts: Sequence[Node], wrong: Callable[[TermKind], ExpressionError]
    ) -> list[str]:
        """The parts in Python, which have to be of one kind; raises ``wrong`` of another kind."""
        codes = []
        for part in parts:
            code, kind = self.write(part)
            if kind is not wanted:
                raise wrong(kind)
            codes.append(code)
        return codes

    def _logic(self, word: str, parts: tuple[Node, ...]) -> Written:
        codes = self.all_of(
            TRUTH, parts, lambda kind: ExpressionError("joins_conditions", word=word, term=kind.of)
        )
        return (f"(not {codes[0]})" if word == "not" else f"({f' {word} '.join(codes)})"), TRUTH

    def _cell(self, name: str, keys: tuple[Node, ...]) -> Written:
        """What is known for each key of some sets, read by the keys of a loop or by their texts."""
        cells, loops = self.scope.cells[name], self.scope.loops
        if len(keys) != len(cells.sets):
            raise ExpressionError("other_keys", name=name, keys=len(cells.sets), given=len(keys))
        codes = []
        for key, wanted in zip(keys, cells.sets, strict=True):
            code, kind = self.write(key)
            if kind is not TEXT:
                raise ExpressionError("key_not_a_text", name=name, term=kind.of)
            if not self._is_key_of(key, wanted):
                raise ExpressionError(
                    "other_set", mend="formula.other_set", name=name, wanted=wanted
                )
            codes.append(f"{code}, ")
        if cells.is_whole and all(isinstance(key, Name) and key.name in loops for key in keys):
            return f"{cells.code}[({''.join(codes)})]", cells.kind
        return f"cell({cells.code}, {name!r}, ({''.join(codes)}))", cells.kind

    def _is_key_of(self, key: Node, wanted: str) -> bool:
        known = self.scope.key_sets.get(wanted, ())
        match key:
            case Name(variable) if variable in self.scope.loops:
                return self.scope.loops[variable] == wanted
            case Name(variable) if variable in self.scope.bound:
                return self.scope.bound[variable] in known
            case Text(text):
                return text in known
        return False

    def _in_range(self, name: str, keys: tuple[Node, ...]) -> Written:
        ranged = self.scope.ranged[name]
        if len(keys) != 1:
            raise ExpressionError("other_keys", name=name, keys=1, given=len(keys))
        code, unit = self.quantity(keys[0])
        code = converted(code, unit, ranged.across, self.constants, "range")
        return f"in_range(p[{ranged.position}], {name!r}, {code})", TermKind(
            "quantity", ranged.unit
        )

    def members(self, keys: str, within: str) -> str:
        """Code that gives the keys of an open set, of all of it or of one key it lies within."""
        scope = self.scope
        if keys not in scope.open_sets:
            raise ExpressionError("unknown_keys", name=keys)
        if not within:
            return f"m.members({keys!r})"
        if scope.loops.get(within, "-") != scope.open_sets[keys].within:
            raise ExpressionError("not_within", name=keys, key=within)
        return f"m.members({keys!r}, v_{within})"

    def _over(self, node: Sum) -> Written:
        scope = self.scope
        for taken in (scope.bound, scope.loops):
            if node.variable in taken:
                raise ExpressionError("variable_taken", name=node.variable)
        if node.keys in scope.key_sets and not node.within:
            codes, unit = self._unrolled(node)
            if node.how == "sum":
                return f"({' + '.join(codes)})", TermKind("quantity", unit)
            items = f"({', '.join(codes)}, )"
        else:
            members = self.members(node.keys, node.within)
            scope.loops[node.variable] = node.keys
            try:
                code, unit = self.quantity(node.body)
            finally:
                del scope.loops[node.variable]
            items = f"[{code} for v_{node.variable} in {members}]"
        unit = unit.power(2) if node.how == "variance" else unit
        return f"{node.how}_of({items})", TermKind("quantity", unit)

    def _unrolled(self, node: Sum) -> tuple[list[str], Unit]:
        """The body once for each key, in the unit of the first."""
        scope, unit = self.scope, ONE
        codes: list[str] = []
        for key in scope.key_sets[node.keys]:
            scope.bound[node.variable] = key
            try:
                code, term = self.quantity(node.body)
            finally:
                del scope.bound[node.variable]
            unit = unit if codes else term
            codes.append(converted(code, term, unit, self.constants, "first_term"))
        return codes, unit

    def alike(self, nodes: Sequence[Node], word: str) -> tuple[list[str], Unit]:
        return self.in_one_unit([(node, *self.quantity(node)) for node in nodes], word)

    def in_one_unit(
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
