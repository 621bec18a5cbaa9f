"""Formulas worked out by precedence climbing: text becomes functions of a case, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeAlias

from tests.oracle.measures import NO_POWERS, Measure, Powers, joined


class NoResult(Exception):
    """The rule refuses; ``code`` is what the programme calls that."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in base units; a plain nought has no unit of its own (``powers`` None)."""

    number: Fraction
    powers: Powers | None


Thing: TypeAlias = Amount | str | date | bool


@dataclass(slots=True)
class Setting:
    """What a formula can name: by name the amounts, tables, texts and days of one case."""

    amounts: dict[str, Amount]
    tables: Mapping[str, tuple[Mapping[tuple[str, ...], Fraction], Powers]]
    texts: Mapping[str, str | date]
    sent: Mapping[str, tuple[Mapping[tuple[str, ...], Fraction], Powers]]
    given: Mapping[str, Amount | None]
    measures: Mapping[str, Measure]
    key_sets: Mapping[str, Sequence[str]]
    on: date
    earlier: Sequence[tuple[date, Fraction]] = ()
    bound: dict[str, str] = field(default_factory=dict)


Worked: TypeAlias = Callable[[Setting], Thing]
_LEXEMES = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|([A-Za-z][A-Za-z0-9_]*)|(<=|>=|!=|[-+*/^()\[\],:=<>]))"
)
_TIGHTNESS = {
    "or": 1, "and": 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "^": 8,
}  # fmt: skip
_NOT, _MINUS = 3, 7


def formula(text: str) -> Worked:
    """What the formula makes of a case."""
    reader = _Formula(text)
    found = reader.read(0)
    assert reader.at == len(reader.lexemes), f"left over in {text!r}"
    return found


def amount(thing: Thing) -> Amount:
    assert isinstance(thing, Amount), f"{thing!r} is no amount"
    return thing


class _Formula:
    def __init__(self, text: str) -> None:
        self.lexemes: list[tuple[str, str]] = []
        self.at = 0
        end = 0
        while end < len(text.rstrip()):
            found = _LEXEMES.match(text, end)
            assert found is not None, f"cannot read {text[end:]!r}"
            kind = ("", "number", "text", "name", "sign")[found.lastindex or 0]
            self.lexemes.append((kind, found[found.lastindex or 0]))
            end = found.end()

    def peek(self) -> tuple[str, str]:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else ("end", "")

    def take(self, *wanted: str) -> str:
        kind, word = self.peek()
        assert not wanted or (kind != "text" and word in wanted), f"{word!r}, not {wanted}"
        self.at += 1
        return word

    def read(self, least: int) -> Worked:
        left = self._first()
        while True:
            kind, word = self.peek()
            tight = _TIGHTNESS.get(word, 0) if kind in {"sign", "name"} else 0
            if not tight or tight < least:
                return left
            self.take()
            if word == "^":
                left = _powered(left, self._exponent())
            else:
                left = _two(word, left, self.read(tight + 1))

    def _exponent(self) -> Worked:
        if self.peek() == ("sign", "-"):
            self.take()
            return _negative(self.read(_TIGHTNESS["^"] + 1))
        return self.read(_TIGHTNESS["^"] + 1)

    def _first(self) -> Worked:
        kind, word = self.lexemes[self.at]
        self.at += 1
        if kind == "number":
            number = Fraction(word)
            plain = Amount(number, NO_POWERS if number else None)
            return lambda _: plain
        if kind == "text":
            return lambda _: word
        if (kind, word) == ("sign", "-"):
            return _negative(self.read(_MINUS))
        if (kind, word) == ("sign", "("):
            inner = self.read(0)
            self.take(")")
            return inner
        assert kind == "name", f"{word!r} cannot begin anything"
        if word == "not":
            denied = self.read(_NOT)
            return lambda s: not denied(s)
        if word == "sum":
            return self._sum()
        if self.peek() == ("sign", "("):
            return self._call(word)
        if self.peek() == ("sign", "["):
            return _looked_up(word, self._list("[", "]"))
        return _named(word)

    def _list(self, opening: str, closing: str) -> list[Worked]:
        self.take(opening)
        found = [self.read(0)]
        while self.peek() == ("sign", ","):
            self.take()
            found.append(self.read(0))
        self.take(closing)
        return found

    def _sum(self) -> Worked:
        self.take("(")
        variable = self.take()
        self.take("in")
        keys = self.take()
        self.take(":")
        body = self.read(0)
        self.take(")")
        return _summed(variable, keys, body)

    def _call(self, function: str) -> Worked:
        if function in _OF_NAMES:
            self.take("(")
            name = self.take()
            more: list[Worked] = []
            while self.peek() == ("sign", ","):
                self.take()
                more.append(self.read(0))
            self.take(")")
            return lambda s: _OF_NAMES[function](s, name, more)
        arguments = self._list("(", ")")
        if function == "if":
            condition, then, otherwise = arguments
            return lambda s: then(s) if condition(s) else otherwise(s)
        work = _OF_VALUES[function]
        return lambda s: work([each(s) for each in arguments])


def _negative(inner: Worked) -> Worked:
    def work(setting: Setting) -> Thing:
        found = amount(inner(setting))
        return Amount(-found.number, found.powers)

    return work


def _powered(base: Worked, exponent: Worked) -> Worked:
    def work(setting: Setting) -> Thing:
        below, above = amount(base(setting)), amount(exponent(setting))
        times = above.number
        if times.denominator != 1 or abs(times) > 1000 or (not below.number and times <= 0):
            raise NoResult("CANNOT_CALCULATE")
        powers = tuple((each, power * int(times)) for each, power in below.powers or ())
        return Amount(below.number ** int(times), powers)

    return work


def _two(word: str, left: Worked, right: Worked) -> Worked:
    if word == "and":
        return lambda s: bool(left(s)) and bool(right(s))
    if word == "or":
        return lambda s: bool(left(s)) or bool(right(s))
    if word in "*/":
        return lambda s: _product(word, amount(left(s)), amount(right(s)))
    if word in "+-":
        sign = 1 if word == "+" else -1
        return lambda s: _added(amount(left(s)), amount(right(s)), sign)
    return lambda s: _compared(word, left(s), right(s))


def _product(word: str, first: Amount, second: Amount) -> Amount:
    own = (first.powers or NO_POWERS, second.powers or NO_POWERS)
    if word == "*":
        return Amount(first.number * second.number, joined(*own))
    if not second.number:
        raise NoResult("CANNOT_CALCULATE")
    return Amount(first.number / second.number, joined(*own, -1))


def _one_kind(things: Sequence[Amount]) -> Powers | None:
    kinds = {each.powers for each in things if each.powers is not None}
    assert len(kinds) <= 1, f"amounts of two kinds: {kinds}"
    return next(iter(kinds), None)


def _added(first: Amount, second: Amount, sign: int) -> Amount:
    return Amount(first.number + sign * second.number, _one_kind((first, second)))


def _compared(word: str, first: Thing, second: Thing) -> bool:
    if isinstance(first, Amount):
        other = amount(second)
        _one_kind((first, other))
        left, right = first.number, other.number
        return {
            "=": left == right, "!=": left != right, "<": left < right,
            "<=": left <= right, ">": left > right, ">=": left >= right,
        }[word]  # fmt: skip
    assert type(first) is type(second), f"{first!r} and {second!r}"
    if isinstance(first, date) and isinstance(second, date):
        return {
            "=": first == second, "!=": first != second, "<": first < second,
            "<=": first <= second, ">": first > second, ">=": first >= second,
        }[word]  # fmt: skip
    return {"=": first == second, "!=": first != second}[word]


def _named(name: str) -> Worked:
    def work(setting: Setting) -> Thing:
        if name in setting.bound:
            return setting.bound[name]
        if name in setting.amounts:
            return setting.amounts[name]
        return setting.on if name == "on" else setting.texts[name]

    return work


def _looked_up(name: str, keys: list[Worked]) -> Worked:
    def work(setting: Setting) -> Thing:
        row = tuple(str(key(setting)) for key in keys)
        table, powers = (setting.sent if name in setting.sent else setting.tables)[name]
        if row not in table:
            raise NoResult("NO_TABLE_ROW")
        return Amount(table[row], powers)

    return work


def _summed(variable: str, keys: str, body: Worked) -> Worked:
    def work(setting: Setting) -> Thing:
        total = Amount(Fraction(0), None)
        for key in setting.key_sets[keys]:
            setting.bound[variable] = key
            total = _added(total, amount(body(setting)), 1)
        del setting.bound[variable]
        return total

    return work


def _extreme(pick: Callable[[list[Fraction]], Fraction]) -> Callable[[list[Thing]], Thing]:
    def work(things: list[Thing]) -> Thing:
        amounts = [amount(each) for each in things]
        return Amount(pick([each.number for each in amounts]), _one_kind(amounts))

    return work


def _clamped(things: list[Thing]) -> Thing:
    value, least, most = (amount(each) for each in things)
    inside = max(least.number, min(value.number, most.number))
    return Amount(inside, _one_kind((value, least, most)))


def _year(things: list[Thing]) -> Thing:
    (day,) = things
    assert isinstance(day, date)
    return Amount(Fraction(day.year), NO_POWERS)


def _years(things: list[Thing]) -> Thing:
    first, last = things
    assert isinstance(first, date)
    assert isinstance(last, date)
    early, late = min(first, last), max(first, last)
    passed = late.year - early.year - ((late.month, late.day) < (early.month, early.day))
    return Amount(Fraction(passed if first <= last else -passed), NO_POWERS)


_OF_VALUES: Mapping[str, Callable[[list[Thing]], Thing]] = {
    "min": _extreme(min),
    "max": _extreme(max),
    "clamp": _clamped,
    "year": _year,
    "years_between": _years,
}


def _total(setting: Setting, name: str, _more: list[Worked]) -> Thing:
    table, powers = setting.sent[name]
    return Amount(sum(table.values(), Fraction(0)), powers)


def _given(setting: Setting, name: str, more: list[Worked]) -> Thing:
    found = setting.given[name]
    return more[0](setting) if found is None else found


def _is_given(setting: Setting, name: str, _more: list[Worked]) -> Thing:
    return setting.given[name] is not None


def _days(setting: Setting, back: int) -> list[Fraction]:
    first = setting.on - timedelta(days=back)
    return [value for day, value in setting.earlier if first <= day < setting.on]


def _back(setting: Setting, more: list[Worked]) -> int:
    return int(amount(more[0](setting)).number)


def _mean(setting: Setting, name: str, more: list[Worked]) -> Thing:
    back = _back(setting, more)
    known = _days(setting, back)
    if len(known) < back:
        raise NoResult("CANNOT_CALCULATE")
    own = setting.measures[name]
    return Amount(sum(known, Fraction(0)) / back * own.factor, own.powers)


def _previous(setting: Setting, name: str, more: list[Worked]) -> Thing:
    own = setting.measures[name]
    return Amount(sum(_days(setting, _back(setting, more)), Fraction(0)) * own.factor, own.powers)


def _this_year(setting: Setting, name: str, _more: list[Worked]) -> Thing:
    own = setting.measures[name]
    first = date(setting.on.year, 1, 1)
    known = sum((v for day, v in setting.earlier if first <= day < setting.on), Fraction(0))
    return Amount(known * own.factor, own.powers)


def _known(setting: Setting, _name: str, more: list[Worked]) -> Thing:
    return Amount(Fraction(len(_days(setting, _back(setting, more)))), NO_POWERS)


_OF_NAMES: Mapping[str, Callable[[Setting, str, list[Worked]], Thing]] = {
    "total": _total,
    "given": _given,
    "is_given": _is_given,
    "mean_previous": _mean,
    "total_previous": _previous,
    "total_this_year": _this_year,
    "days_known": _known,
}
