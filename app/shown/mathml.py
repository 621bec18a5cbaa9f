"""Formulas as mathematics: the tree of an expression becomes MathML, which browsers set by
themselves; with the values of a case it is set once more with numbers in place of names.

Nothing here is a script or a style; every word of a document is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from markupsafe import Markup, escape

from app.messages.catalogues import text
from behaviours.rules.expression import (
    Binary,
    Call,
    Comparison,
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
from behaviours.rules.formula_scope import Loop

Rows = Mapping[tuple[str, ...], str]
# How tightly a part holds together; a looser one inside a tighter one stands in brackets.
_OR, _AND, _NOT, _COMPARED, _ADDED, _MULTIPLIED, _SIGNED, _RAISED, _WHOLE = range(9)
_ADDITIVE = "+-"
_SIGNS = {"-": "\u2212", "*": "\u22c5", "<=": "\u2264", ">=": "\u2265", "!=": "\u2260"}
_WORDS = {"and": "\u2227", "or": "\u2228"}
# A longer sum is left as a sum: nobody reads thirty products.
_TERMS_MOST = 12


@dataclass
class CaseValues:
    """What the names of a formula stand for in one case, as texts that people read.

    ``numbers`` of quantities, figures and steps; ``tables`` and ``sent`` by key; ``words`` of
    evidence; ``given`` says which quantities were reported at all.
    """

    numbers: Mapping[str, str]
    tables: Mapping[str, Rows]
    words: Mapping[str, str]
    key_sets: Mapping[str, Sequence[str]]
    keyed: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


def equation_markup(name: str, formula: str, language: str, loops: Sequence[Loop] = ()) -> Markup:
    """``name = formula`` as a block of mathematics, with the keys that it has a value for each."""
    writer = _Writer(language, None)
    written = writer.of(parse(formula))
    if not loops:
        return _math(f"<mrow>{writer.named(name)}<mo>=</mo>{written}</mrow>")
    named = writer.of(Lookup(name, tuple(Name(loop.variable) for loop in loops)))
    heads = "<mo>,</mo>".join(writer.member(*loop) for loop in loops)
    return _math(f'<mrow>{named}<mo>=</mo>{written}<mspace width="1em"/>{heads}</mrow>')


def condition_markup(formula: str, language: str) -> Markup:
    """A condition as a block of mathematics."""
    return _math(f"<mrow>{_Writer(language, None).of(parse(formula))}</mrow>")


def worked_markup(name: str, formula: str, value: str, language: str, case: CaseValues) -> Markup:
    """``name = formula with the numbers of the case = value`` as a block of mathematics."""
    writer = _Writer(language, case)
    return _math(
        f"<mrow>{writer.named(name)}<mo>=</mo>{writer.of(parse(formula))}"
        f"<mo>=</mo>{_number(value)}</mrow>"
    )


def _math(inner: str) -> Markup:
    # All that is in it was made or escaped here.
    return Markup(f'<math display="block">{inner}</math>')  # noqa: S704


def _number(value: str) -> str:
    if value.startswith("-"):
        return f"<mrow><mo>\u2212</mo><mn>{escape(value[1:])}</mn></mrow>"
    return f"<mn>{escape(value)}</mn>"


def _word(value: str) -> str:
    return f"<mtext>{escape(value)}</mtext>"


def _spaced(words: str) -> str:
    """Words with their blanks, which browsers take off at the ends of a text."""
    return _word(words.replace(" ", "\u00a0"))


def _bracketed(inner: str) -> str:
    return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"


class _Writer:
    def __init__(self, language: str, case: CaseValues | None) -> None:
        self.language = language
        self.case = case
        self.bound: dict[str, str] = {}

    def of(self, node: Node, least: int = _OR) -> str:
        """The markup of a part that has to hold together at least so tightly."""
        markup, own = self._written(node)
        return _bracketed(markup) if own < least else markup

    def named(self, name: str) -> str:
        """A name: what follows an underscore stands below."""
        first, *below = name.split("_")
        return self._below(first, [f"<mi>{escape(each)}</mi>" for each in below])

    def _below(self, first: str, below: Sequence[str]) -> str:
        if not below:
            return f"<mi>{escape(first)}</mi>"
        inner = "<mo>,</mo>".join(below)
        return f"<msub><mi>{escape(first)}</mi><mrow>{inner}</mrow></msub>"

    def _written(self, node: Node) -> tuple[str, int]:
        match node:
            case Number(value):
                return _number(f"{value:f}"), _WHOLE
            case Text(value):
                return _word(value), _WHOLE
            case Name(name):
                return self._name(name), _WHOLE
            case Lookup(name, keys):
                return self._lookup(name, keys), _WHOLE
            case Negation(inner):
                return f"<mrow><mo>\u2212</mo>{self.of(inner, _SIGNED)}</mrow>", _SIGNED
            case Binary(sign, left, right):
                return self._binary(sign, left, right)
            case Comparison(sign, left, right):
                return self._joined(_SIGNS.get(sign, sign), left, right, _ADDED), _COMPARED
            case Logic(word, parts):
                return self._logic(word, parts)
            case Call(function, arguments):
                return self._call(function, arguments)
            case Sum():
                return self._sum(node)

    def _joined(self, sign: str, left: Node, right: Node, least: int, more: int = 0) -> str:
        shown = f"<mo>{escape(sign)}</mo>"
        return f"<mrow>{self.of(left, least)}{shown}{self.of(right, least + more)}</mrow>"

    def _binary(self, sign: str, left: Node, right: Node) -> tuple[str, int]:
        if sign == "/":
            return f"<mfrac>{self.of(left)}{self.of(right)}</mfrac>", _MULTIPLIED
        if sign == "^":
            return f"<msup>{self.of(left, _WHOLE)}{self.of(right)}</msup>", _RAISED
        if sign == "*":
            return self._joined(_SIGNS[sign], left, right, _MULTIPLIED), _MULTIPLIED
        assert sign in _ADDITIVE, sign
        more = 1 if sign == "-" else 0
        return self._joined(_SIGNS.get(sign, sign), left, right, _ADDED, more), _ADDED

    def _logic(self, word: str, parts: Sequence[Node]) -> tuple[str, int]:
        if word == "not":
            return f"<mrow><mo>\u00ac</mo>{self.of(parts[0], _WHOLE)}</mrow>", _NOT
        own = _AND if word == "and" else _OR
        sign = f"<mo>{_WORDS[word]}</mo>"
        return f"<mrow>{sign.join(self.of(part, own) for part in parts)}</mrow>", own

    def _name(self, name: str) -> str:
        if name in self.bound:
            return _word(self.bound[name])
        if self.case is not None:
            if name in self.case.numbers:
                return _number(self.case.numbers[name])
            if name in self.case.words:
                return _word(self.case.words[name])
        return self.named(name)

    def _lookup(self, name: str, keys: Sequence[Node]) -> str:
        row = self._row(keys)
        if row is not None and self.case is not None:
            found = self.case.tables.get(name, {}).get(row)
            if found is not None:
                return _number(found)
        first, *below = name.split("_")
        return self._below(
            first, [*(f"<mi>{escape(each)}</mi>" for each in below), *map(self.of, keys)]
        )

    def _row(self, keys: Sequence[Node]) -> tuple[str, ...] | None:
        """The keys as texts, where all are known."""
        row = []
        for key in keys:
            match key:
                case Text(value):
                    row.append(value)
                case Name(name) if name in self.bound:
                    row.append(self.bound[name])
                case Name(name) if self.case is not None and name in self.case.words:
                    row.append(self.case.words[name])
                case _:
                    return None
        return tuple(row)

    def _sum(self, node: Sum) -> tuple[str, int]:
        keys = () if self.case is None else self.case.key_sets.get(node.keys, ())
        # Other ways of putting a set together, and sets within another, are written as they are.
        how, within_key = node.how, node.within
        if how == "sum" and not within_key and 0 < len(keys) <= _TERMS_MOST:
            terms = []
            for key in keys:
                self.bound[node.variable] = key
                terms.append(self.of(node.body, _MULTIPLIED))
                del self.bound[node.variable]
            return f"<mrow>{'<mo>+</mo>'.join(terms)}</mrow>", _ADDED
        sign = "<mo>\u2211</mo>" if how == "sum" else f"<mi>{escape(how)}</mi>"
        below = self.member(node.variable, node.keys, within_key)
        body = self.of(node.body, _MULTIPLIED)
        return f"<mrow><munder>{sign}{below}</munder>{body}</mrow>", _ADDED

    def member(self, variable: str, keys: str, within: str) -> str:
        """``variable`` is one of the keys, of those that lie within another where one is named."""
        inside = self.named(keys) + (_bracketed(self._name(within)) if within else "")
        return f"<mrow>{self.named(variable)}<mo>\u2208</mo>{inside}</mrow>"

    def _call(self, function: str, arguments: Sequence[Node]) -> tuple[str, int]:
        match function:
            case "if":
                return self._if(arguments)
            case "given":
                return self._given(arguments)
            case "is_given":
                return self._is_given(arguments)
            case "total":
                return self._total(arguments)
            case "sqrt":
                return f"<msqrt>{self.of(arguments[0])}</msqrt>", _WHOLE
        inner = "<mo>,</mo>".join(self.of(each) for each in arguments)
        return f"<mrow><mi>{escape(function)}</mi>{_bracketed(inner)}</mrow>", _WHOLE

    def _if(self, arguments: Sequence[Node]) -> tuple[str, int]:
        condition, then, otherwise = arguments
        return self._cases(self.of(then), self.of(condition), self.of(otherwise)), _WHOLE

    def _given(self, arguments: Sequence[Node]) -> tuple[str, int]:
        sent, instead = arguments
        assert isinstance(sent, Name)
        if self.case is not None and sent.name in self.case.optional:
            return self._written(sent if sent.name in self.case.numbers else instead)
        told = self._told(sent.name)
        return self._cases(self.of(sent), told, self.of(instead)), _WHOLE

    def _is_given(self, arguments: Sequence[Node]) -> tuple[str, int]:
        (sent,) = arguments
        assert isinstance(sent, Name)
        return self._told(sent.name), _WHOLE

    def _told(self, name: str) -> str:
        reported = _spaced(text("catalogue:math_given", self.language))
        return f"<mrow>{self.named(name)}{reported}</mrow>"

    def _total(self, arguments: Sequence[Node]) -> tuple[str, int]:
        (sent,) = arguments
        assert isinstance(sent, Name)
        sets = () if self.case is None else self.case.keyed.get(sent.name, ())
        rows = list(product(*sets)) if sets else []
        if self.case is not None and 0 < len(rows) <= _TERMS_MOST:
            cells = self.case.tables[sent.name]
            terms = "<mo>+</mo>".join(_number(cells[row]) for row in rows)
            return f"<mrow>{terms}</mrow>", _ADDED
        return f"<mrow><mo>\u2211</mo>{self.named(sent.name)}</mrow>", _ADDED

    def _cases(self, then: str, condition: str, otherwise: str) -> str:
        where = _spaced(text("catalogue:math_if", self.language))
        else_ = _word(text("catalogue:math_else", self.language))
        return (
            "<mrow><mo>{</mo><mtable>"
            f"<mtr><mtd>{then}</mtd><mtd><mrow>{where}{condition}</mrow></mtd></mtr>"
            f"<mtr><mtd>{otherwise}</mtd><mtd>{else_}</mtd></mtr>"
            "</mtable></mrow>"
        )
