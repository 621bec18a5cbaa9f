"""The uncertainty of a result, by fractions: the rule worked out again with each figure moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from math import isqrt
from typing import Any

# Half-widths of a normal distribution, in standard deviations.
DEVIATIONS = {
    "68": Fraction(1),
    "90": Fraction("1.645"),
    "95": Fraction("1.96"),
    "99": Fraction("2.576"),
}
# Small against any figure; the quotient of differences is then the slope to eighteen digits.
_PART = Fraction(1, 10**9)
_PLACES = 18
Document = Mapping[str, Any]
Worth = Callable[[Document], Fraction]


def half_width_kg(document: Document, on: date, at: str, worth: Worth) -> Fraction:
    """Of the kilograms that ``worth`` makes of a document, at a confidence; eighteen decimals."""
    squares = Fraction(0)
    for half_width, moved in _figures(document, on, at):
        step = half_width * _PART
        slope = (worth(moved(step)) - worth(moved(-step))) / (2 * _PART)
        squares += slope**2
    return _root(squares)


def _root(square: Fraction) -> Fraction:
    """To the nearest place, halves to the even one; an exact root has no halves."""
    scale = 10 ** (_PLACES + 6)
    root = Fraction(isqrt(square.numerator * scale**2 // square.denominator), scale)
    return Fraction(round(root * 10**_PLACES), 10**_PLACES)


def _figures(
    document: Document, on: date, at: str
) -> Iterator[tuple[Fraction, Callable[[Fraction], Document]]]:
    """Each number that states something: its half-width, and the document with it moved."""
    for name, parameter in document["parameters"].items():
        for place, value in enumerate(parameter.get("values", ())):
            begun = [
                number
                for number, each in enumerate(parameter["values"])
                if "from" not in each or date.fromisoformat(each["from"]) <= on
            ]
            if "uncertainty" not in value or place != begun[-1]:
                continue
            rows = [None] if "value" in value else range(len(value["rows"]))
            for row in rows:
                known = value["value"] if row is None else value["rows"][row]["value"]
                yield (
                    _around(Fraction(known), value["uncertainty"], at),
                    _mover(document, name, place, row),
                )


def _around(number: Fraction, stated: Mapping[str, str], at: str) -> Fraction:
    if "half_width" in stated:
        wide = abs(number) * Fraction(stated["half_width"])
    else:
        wide = max(number - Fraction(stated["lower"]), Fraction(stated["upper"]) - number)
    return wide * DEVIATIONS[at] / DEVIATIONS[stated["confidence"]]


def _mover(
    document: Document, name: str, place: int, row: int | None
) -> Callable[[Fraction], Document]:
    def moved(by: Fraction) -> Document:
        parameter = document["parameters"][name]
        values = list(parameter["values"])
        value = dict(values[place])
        if row is None:
            value["value"] = str(Fraction(value["value"]) + by)
        else:
            rows = list(value["rows"])
            rows[row] = {**rows[row], "value": str(Fraction(rows[row]["value"]) + by)}
            value["rows"] = rows
        values[place] = value
        parameters = {**document["parameters"], name: {**parameter, "values": values}}
        return {**document, "parameters": parameters}

    return moved


def deducted(rule: Mapping[str, Any], kilograms: Fraction, half_width: Fraction) -> Fraction:
    """What is left of a result after the rule's deduction."""
    if not kilograms:
        return kilograms
    if "allowed" in rule:
        allowed = Fraction(rule["allowed"]) * abs(kilograms)
        return kilograms - max(half_width - allowed, Fraction(0))
    return kilograms - half_width * _part(rule["rows"], half_width / abs(kilograms))


def _part(rows: list[Mapping[str, str]], wide: Fraction) -> Fraction:
    for row in rows:
        if "up_to" in row and wide > Fraction(row["up_to"]):
            continue
        if "below" in row and wide >= Fraction(row["below"]):
            continue
        return Fraction(row["value"])
    raise AssertionError("the last row has no end")
