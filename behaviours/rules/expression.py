"""The formula language, read: text becomes a small tree. Safe and total: no loops but sums over
declared keys, no attributes, no imports, nothing that could run.

    expression := comparison { ("and" | "or") comparison } | "not" comparison
    comparison := sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum ]
    sum        := term { ("+" | "-") term }          term := power { ("*" | "/") power }
    power      := [ "-" ] primary [ "^" primary ]
    primary    := number | name | name "[" key { "," key } "]" | 'text' | "(" expression ")"
                | ("installation" | "day" | "previous") "." name
                | over "(" name "in" name [ "[" name "]" ] ":" expression ")"
                | function "(" arguments ")"
    over       := "sum" | "mean" | "variance" | "least" | "greatest"
"""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from typing import Any, NamedTuple

from behaviours.said import Faulty

LENGTH_MAX = 2000
DEPTH_MAX = 40
HEIGHT_MAX = 60
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")

_TOKEN = re.compile(
    r"(?P<number>[0-9]{1,30}(?:\.[0-9]{1,30})?)"
    r"|(?P<name>(?:(?:installation|day|previous)\.)?[A-Za-z][A-Za-z0-9_]{0,63})"
    r"|(?P<text>'[^'\n]{0,64}')"
    r"|(?P<sign><=|>=|!=|[-+*/^()\[\],:=<>])"
    r"|(?P<space>[ \t\r\n]+)"
)
# How the values over a set are put together; all but sum are free to be names, too.
OVER = ("sum", "mean", "variance", "least", "greatest")
_COMPARING = frozenset({"=", "!=", "<=", ">=", "<", ">"})
_ADDING, _MULTIPLYING = frozenset({"+", "-"}), frozenset({"*", "/"})
_RESERVED = frozenset({"and", "or", "not", "in", "sum", "if", "else", "true", "false"})


class ExpressionError(Faulty):
    """A formula that cannot be read or does not fit its units; the case says where and why.

    ``mend`` names the sentence that tells the writer what to do, where there is a better one.
    """

    def __init__(self, case: str, *, mend: str = "formula", **facts: Any) -> None:
        super().__init__(f"formula.{case}", mend=mend, **facts)


class Number(NamedTuple):
    value: Decimal


class Text(NamedTuple):
    value: str


class Name(NamedTuple):
    name: str


class Lookup(NamedTuple):
    name: str
    keys: tuple[Node, ...]


class Negation(NamedTuple):
    inner: Node


class Binary(NamedTuple):
    sign: str
    left: Node
    right: Node


class Comparison(NamedTuple):
    sign: str
    left: Node
    right: Node


class Logic(NamedTuple):
    word: str
    parts: tuple[Node, ...]


class Call(NamedTuple):
    function: str
    arguments: tuple[Node, ...]


class Sum(NamedTuple):
    """``how`` the body's values are put together, over ``keys`` or those ``within`` another."""

    variable: str
    keys: str
    body: Node
    within: str = ""
    how: str = "sum"


Node = Number | Text | Name | Lookup | Negation | Binary | Comparison | Logic | Call | Sum


def parse(text: str) -> Node:
    """The tree of a formula; ExpressionError names the column and what was expected."""
    if len(text) > LENGTH_MAX:
        raise ExpressionError("too_long", most=LENGTH_MAX)
    reader = _Reader(text)
    node = reader.expression(0)
    reader.expect_end()
    # No tree is higher than it has tokens, and most formulas have few.
    if len(reader.tokens) > HEIGHT_MAX and _height(node) > HEIGHT_MAX:
        raise ExpressionError("chain_too_long", most=HEIGHT_MAX)
    return node


def _height(node: Node) -> int:
    """Levels of the tree, counted without recursion: long chains lean to one side."""
    highest, open_nodes = 0, [(node, 1)]
    while open_nodes:
        current, level = open_nodes.pop()
        highest = max(highest, level)
        open_nodes += [(part, level + 1) for part in _parts(current)]
    return highest


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Lookup(_, parts) | Logic(_, parts) | Call(_, parts):
            return parts
        case Negation(inner) | Sum(body=inner):
            return (inner,)
        case Binary(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case _:
            return ()


class _Reader:
    """Over the tokens of a formula: the kind, the text and the column of each."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        self.at = 0
        position = 0
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            if start != position:
                break
            kind = match.lastgroup or "space"
            if kind != "space":
                self.tokens.append((kind, match.group(), start + 1))
            position = end
        if position != len(text):
            raise ExpressionError(
                "not_the_language",
                mend="formula.not_the_language",
                column=position + 1,
                token=text[position],
            )
        self.tokens.append(("end", "the end", len(text) + 1))

    def expression(self, depth: int) -> Node:
        node = self._conjunction(depth)
        while self._take("or"):
            node = Logic("or", (node, self._conjunction(depth)))
        return node

    def expect_end(self) -> None:
        kind, text, column = self.tokens[self.at]
        if kind != "end":
            raise ExpressionError("unexpected", column=column, token=text)

    def _conjunction(self, depth: int) -> Node:
        node = self._denial(depth)
        while self._take("and"):
            node = Logic("and", (node, self._denial(depth)))
        return node

    def _denial(self, depth: int) -> Node:
        if self._take("not"):
            return Logic("not", (self._denial(self._deeper(depth)),))
        left = self._additive(depth)
        sign = self._take_any(_COMPARING)
        return Comparison(sign, left, self._additive(depth)) if sign else left

    def _additive(self, depth: int) -> Node:
        node = self._term(depth)
        while sign := self._take_any(_ADDING):
            node = Binary(sign, node, self._term(depth))
        return node

    def _term(self, depth: int) -> Node:
        node = self._power(depth)
        while sign := self._take_any(_MULTIPLYING):
            node = Binary(sign, node, self._power(depth))
        return node

    def _power(self, depth: int) -> Node:
        if self._take("-"):
            return Negation(self._power(self._deeper(depth)))
        node = self._primary(depth)
        if self._take("^"):
            negative = self._take("-")
            exponent = self._primary(depth)
            return Binary("^", node, Negation(exponent) if negative else exponent)
        return node

    def _primary(self, depth: int) -> Node:
        depth = self._deeper(depth)
        kind, text, column = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Number(Decimal(text))
        if kind == "text":
            return Text(text[1:-1])
        if kind == "sign" and text == "(":
            node = self.expression(depth)
            self._need("sign", ")")
            return node
        if kind == "name":
            return self._named(text, column, depth)
        self.at -= 1
        raise ExpressionError("value_expected", column=column, token=text)

    def _named(self, name: str, column: int, depth: int) -> Node:
        if name == "sum" or (name in OVER and self._goes_over_a_set()):
            return self._over(name, depth)
        if name in _RESERVED and name != "if":
            raise ExpressionError("reserved", column=column, token=name)
        if self._take("("):
            return Call(name, self._arguments(")", depth))
        if name == "if":
            raise ExpressionError("if_alone", column=column)
        if self._take("["):
            return Lookup(name, self._arguments("]", depth))
        return Name(name)

    def _goes_over_a_set(self) -> bool:
        """Whether ``( name in`` comes next: ``mean(a, b)`` would be a function's name."""
        kinds = [kind for kind, _, _ in self.tokens[self.at : self.at + 3]]
        words = [text for _, text, _ in self.tokens[self.at : self.at + 3]]
        return kinds == ["sign", "name", "name"] and (words[0], words[2]) == ("(", "in")

    def _over(self, how: str, depth: int) -> Node:
        self._need("sign", "(")
        variable = self._need("name")
        self._need("name", "in")
        keys, within = self._need("name"), ""
        if self._take("["):
            within = self._need("name")
            self._need("sign", "]")
        self._need("sign", ":")
        body = self.expression(depth)
        self._need("sign", ")")
        return Sum(variable, keys, body, within, how)

    def _arguments(self, closing: str, depth: int) -> tuple[Node, ...]:
        arguments = [self.expression(depth)]
        while self._take(","):
            arguments.append(self.expression(depth))
        self._need("sign", closing)
        return tuple(arguments)

    def _take(self, text: str) -> bool:
        """Whether this sign or word comes next, and is passed; a quoted text is none of them."""
        if self.tokens[self.at][1] == text:
            self.at += 1
            return True
        return False

    def _take_any(self, signs: Container[str]) -> str:
        text = self.tokens[self.at][1]
        if text in signs:
            self.at += 1
            return text
        return ""

    def _need(self, kind: str, text: str | None = None) -> str:
        found, value, column = self.tokens[self.at]
        if found != kind or (text is not None and value != text):
            raise ExpressionError("expected", column=column, expected=text or kind, token=value)
        self.at += 1
        return value

    def _deeper(self, depth: int) -> int:
        if depth >= DEPTH_MAX:
            column = self.tokens[self.at][2]
            raise ExpressionError("too_deep", column=column, most=DEPTH_MAX)
        return depth + 1
