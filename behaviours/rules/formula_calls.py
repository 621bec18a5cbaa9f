"""The functions of the formula language: how many arguments each takes, and its code and unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR
from itertools import product
from types import MappingProxyType

from behaviours.rules import formula_functions
from behaviours.rules.expression import ExpressionError, Lookup, Name, Negation, Node, Number, Text
from behaviours.rules.formula_scope import DATE, TRUTH, TermKind, converted
from behaviours.rules.formula_writer import Writer, Written
from behaviours.rules.rounding import MODES, PLACES_LEAST, PLACES_MOST
from behaviours.rules.units import ONE, UnitError, parse_unit

# A look-back of a civil year: what lies before the year's first day is left out when it runs.
_YEAR_OF_DAYS = 366
_DAY = parse_unit("day")


def _count(function: str, arguments: Sequence[Node], least: int, most: int) -> None:
    if not least <= len(arguments) <= most:
        raise ExpressionError("other_count", function=function, least=least, most=most)


def _if(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    _count(function, arguments, 3, 3)
    condition, kind = writer.write(arguments[0])
    if kind is not TRUTH:
        raise ExpressionError("if_condition")
    (then, other), unit = writer.alike(arguments[1:], "choose_between")
    return f"({then} if {condition} else {other})", TermKind("quantity", unit)


def _least_or_greatest(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    _count(function, arguments, 2, 20)
    codes, unit = writer.alike(arguments, function)
    return f"{function}({', '.join(codes)})", TermKind("quantity", unit)


def _clamp(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    _count(function, arguments, 3, 3)
    codes, unit = writer.alike(arguments, function)
    return f"max({codes[1]}, min({codes[0]}, {codes[2]}))", TermKind("quantity", unit)


def _of_a_number(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    """``exp`` and ``ln``: of a number without a unit, to 28 digits."""
    _count(function, arguments, 1, 1)
    code, unit = writer.quantity(arguments[0])
    code = converted(code, unit, ONE, writer.constants, "argument")
    return f"{function}({code})", TermKind("quantity", ONE)


def _sqrt(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    """The root, to 28 digits; of ha^2 it is ha."""
    _count(function, arguments, 1, 1)
    code, unit = writer.quantity(arguments[0])
    try:
        root = unit.root()
    except UnitError:
        raise ExpressionError("root_unit", mend="formula.root_unit", unit=unit.text) from None
    code = converted(code, unit, root.power(2), writer.constants, "argument")
    return f"sqrt({code})", TermKind("quantity", root)


def _abs(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    _count(function, arguments, 1, 1)
    code, unit = writer.quantity(arguments[0])
    return f"abs({code})", TermKind("quantity", unit)


def _whole(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    """``floor`` and ``ceil``: to whole ones of the unit that the argument has as it is written."""
    _count(function, arguments, 1, 1)
    code, unit = writer.quantity(arguments[0])
    mode = ROUND_FLOOR if function == "floor" else ROUND_CEILING
    return f"rounded({code}, 0, {mode!r})", TermKind("quantity", unit)


def _round(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    """``round(x, places)`` or ``round(x, places, 'half_even')``, halves up unless it is said."""
    _count(function, arguments, 2, 3)
    match arguments[1]:
        case Number(places):
            pass
        case Negation(Number(places)):
            places = -places
        case _:
            raise ExpressionError("places", least=PLACES_LEAST, most=PLACES_MOST)
    if places != int(places) or not PLACES_LEAST <= places <= PLACES_MOST:
        raise ExpressionError("places", least=PLACES_LEAST, most=PLACES_MOST)
    match arguments[2:]:
        case ():
            mode = "half_up"
        case (Text(mode),) if mode in MODES:
            pass
        case _:
            raise ExpressionError("rounding_mode", modes=", ".join(MODES))
    code, unit = writer.quantity(arguments[0])
    return f"rounded({code}, {int(places)}, {MODES[mode]!r})", TermKind("quantity", unit)


def _previous(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    scope = writer.scope
    wanted = 1 if function == "total_this_year" else 2
    _count(function, arguments, wanted, wanted)
    match arguments:
        case (Name(name), Number(days)) if name in scope.quantities:
            if not 1 <= days <= formula_functions.DAYS_MAX or days != int(days):
                raise ExpressionError(
                    "days_outside", function=function, most=formula_functions.DAYS_MAX
                )
            back = int(days)
        case (Name(name),) if name in scope.quantities:
            back = _YEAR_OF_DAYS
        case _:
            more = ", days" if wanted == 2 else ""
            raise ExpressionError("write_previous", function=function, days=more)
    scope.history[name] = max(scope.history.get(name, 0), back)
    scope.used.add(name)
    unit = ONE if function == "days_known" else scope.quantities[name]
    return f"{function}(m, {name!r}, {back})", TermKind("quantity", unit)


def _given(writer: Writer, _function: str, arguments: tuple[Node, ...]) -> Written:
    """A quantity that may be left out, or what stands for it."""
    optional = writer.scope.optional
    match arguments:
        case (Name(name) as first, otherwise) if name in optional:
            writer.scope.used.add(name)
            code, unit = writer.quantity(otherwise)
            written = [(first, f"q[{name!r}]", optional[name]), (otherwise, code, unit)]
            (sent, instead), unit = writer.in_one_unit(written, "choose_between")
            return f"({sent} if {name!r} in q else {instead})", TermKind("quantity", unit)
    raise ExpressionError("write_given")


def _is_given(writer: Writer, _function: str, arguments: tuple[Node, ...]) -> Written:
    match arguments:
        case (Name(name),) if name in writer.scope.optional:
            writer.scope.used.add(name)
            return f"({name!r} in q)", TRUTH
    raise ExpressionError("write_is_given")


def _total(writer: Writer, _function: str, arguments: tuple[Node, ...]) -> Written:
    """All keys of a quantity that is sent by key, together."""
    scope = writer.scope
    match arguments:
        case (Name(name),) if name in scope.keyed:
            keyed = scope.keyed[name]
            scope.used.add(name)
            codes = [f"q[{keyed.sent(keys)!r}]" for keys in product(*keyed.ordered)]
            scope.terms += len(codes)
            return f"({' + '.join(codes)})", TermKind("quantity", keyed.unit)
    raise ExpressionError("write_total")


def _dates(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    wanted = 1 if function == "year" else 2
    _count(function, arguments, wanted, wanted)
    codes = writer.all_of(
        DATE,
        arguments,
        lambda kind: ExpressionError("date_expected", function=function, term=kind.of),
    )
    return f"{function}({', '.join(codes)})", TermKind("quantity", ONE)


def _of_a_year(writer: Writer, function: str, arguments: tuple[Node, ...]) -> Written:
    """Of a civil year: its days in the period, all its days, or its number."""
    scope = writer.scope
    match arguments:
        case (Name(name),) if scope.years is not None and scope.loops.get(name) == scope.years:
            code = f"m.{function}(v_{name})"
            return code, TermKind("quantity", ONE if function == "year_of" else _DAY)
    raise ExpressionError("year_expected", function=function)


def _how_many(writer: Writer, _function: str, arguments: tuple[Node, ...]) -> Written:
    """``count(strata)`` or ``count(plots[i])``: how many keys a project has."""
    match arguments:
        case (Name(keys),):
            members = writer.members(keys, "")
        case (Lookup(keys, (Name(within),)),):
            members = writer.members(keys, within)
        case _:
            raise ExpressionError("write_count")
    return f"count_of({members})", TermKind("quantity", ONE)


FUNCTIONS: Mapping[str, Callable[[Writer, str, tuple[Node, ...]], Written]] = MappingProxyType(
    {
        "if": _if,
        "min": _least_or_greatest,
        "max": _least_or_greatest,
        "clamp": _clamp,
        "sqrt": _sqrt,
        "exp": _of_a_number,
        "ln": _of_a_number,
        "abs": _abs,
        "floor": _whole,
        "ceil": _whole,
        "round": _round,
        "mean_previous": _previous,
        "days_known": _previous,
        "total_previous": _previous,
        "total_this_year": _previous,
        "given": _given,
        "is_given": _is_given,
        "total": _total,
        "year": _dates,
        "years_between": _dates,
        "days_in": _of_a_year,
        "year_days": _of_a_year,
        "year_of": _of_a_year,
        "count": _how_many,
    }
)
