"""The formula language, checked and written as code: named equations become one Python function.

The function returns every intermediate, so that a quantification and its explanation are the same
computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType

from behaviours.rules.compiled import Compiled, FormulaCode
from behaviours.rules.expression import ExpressionError, parse
from behaviours.rules.formula_calls import FUNCTIONS
from behaviours.rules.formula_scope import (
    TRUTH,
    Cells,
    EquationLine,
    Scope,
    TermKind,
    converted,
    is_zero,
)
from behaviours.rules.formula_writer import Writer
from behaviours.rules.rounding import MODES


class Program:
    """The equations of one document, written one after the other over one scope.

    Each is written by itself, so that what is wrong with it is said of it alone; one that cannot
    be written keeps its place, because those after it may read what it declares.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._constants: dict[str, Decimal] = {}
        self._lines: list[str] = []
        self._places = 0

    def add(self, line: EquationLine) -> None:
        """Write the next equation; ExpressionError names it."""
        try:
            code = _line(line, self.scope, self._constants)
        except ExpressionError as error:
            raise ExpressionError(
                "equation",
                mend="formula.equation",
                name=line.name,
                problem=error.fault.problem,
                remedy=error.fault.remedy,
            ) from None
        finally:
            self.leave_out(line)
        self._lines.append(f"    s{self._places - 1} = {code}")

    def leave_out(self, line: EquationLine) -> None:
        """Take the place of the next equation only: others may read its name."""
        place, self._places = self._places, self._places + 1
        if line.loops:
            sets, kind = tuple(loop.keys for loop in line.loops), TermKind("quantity", line.unit)
            is_whole = not any(loop.within for loop in line.loops)
            self.scope.cells[line.name] = Cells(sets, f"s{place}", kind, is_whole)
        else:
            self.scope.steps[line.name] = (place, line.unit)

    def compiled(self, conditions: FormulaCode | None = None) -> Compiled:
        """All of them as one function; none was left out."""
        assert len(self._lines) == self._places, "a document with a fault is not compiled"
        returned = "".join(f"s{place}, " for place in range(self._places))
        source = "\n".join(["def run(q, p, e, m):", *self._lines, f"    return ({returned})"])
        scope = self.scope
        return Compiled(
            FormulaCode(source, self._constants),
            conditions,
            MappingProxyType(dict(scope.history)),
            frozenset(scope.used),
            timed=not scope.used.isdisjoint(scope.surroundings),
        )


def _line(line: EquationLine, scope: Scope, constants: dict[str, Decimal]) -> str:
    """The code of one equation in its declared unit, for each key where it has a value for each."""
    node = parse(line.text)
    writer = Writer(scope, constants, FUNCTIONS)
    heads = []
    for loop in line.loops:
        heads.append(f"for v_{loop.variable} in {writer.members(loop.keys, loop.within)}")
        scope.loops[loop.variable] = loop.keys
    try:
        code, own = writer.quantity(node)
    finally:
        scope.loops.clear()
    if not is_zero(node):
        code = converted(code, own, line.unit, constants, "declared")
    if line.rounding is not None:
        code = f"rounded({code}, {line.rounding.places}, {MODES[line.rounding.mode]!r})"
    if not line.loops:
        return code
    keys = "".join(f"v_{loop.variable}, " for loop in line.loops)
    return f"{{({keys}): {code} {' '.join(heads)}}}"


def write_conditions(conditions: Sequence[str], scope: Scope) -> FormulaCode:
    """Conditions over what was sent and the figures, not over the equations' steps."""
    constants: dict[str, Decimal] = {}
    codes = []
    for text in conditions:
        code, kind = Writer(scope, constants, FUNCTIONS).write(parse(text))
        if kind is not TRUTH:
            raise ExpressionError("condition_expected", term=kind.of)
        codes.append(f"{code}, ")
    return FormulaCode(f"def run(q, p, e, m):\n    return ({''.join(codes)})", constants)
