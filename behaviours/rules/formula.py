"""The formula language, checked and compiled: named equations become one Python function.

The function returns every intermediate, so that a quantification and its explanation are the same
computation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from behaviours.rules import formula_functions
from behaviours.rules.expression import ExpressionError, parse
from behaviours.rules.formula_calls import FUNCTIONS
from behaviours.rules.formula_scope import (
    TRUTH,
    Calculate,
    Cells,
    Check,
    Compiled,
    EquationLine,
    Scope,
    TermKind,
    converted,
    is_zero,
)
from behaviours.rules.formula_writer import Writer
from behaviours.rules.rounding import MODES


def compile_equations(equations: Sequence[EquationLine], scope: Scope) -> Compiled:
    """Compile the lines in order; ExpressionError names the equation."""
    constants: dict[str, Decimal] = {}
    lines: list[str] = []
    for index, line in enumerate(equations):
        try:
            code = _line(line, scope, constants)
        except ExpressionError as error:
            raise ExpressionError(
                "equation",
                mend="formula.equation",
                name=line.name,
                problem=error.fault.problem,
                remedy=error.fault.remedy,
            ) from None
        lines.append(f"    s{index} = {code}")
        if line.loops:
            sets, kind = tuple(loop.keys for loop in line.loops), TermKind("quantity", line.unit)
            scope.cells[line.name] = Cells(sets, f"s{index}", kind)
        else:
            scope.steps[line.name] = (index, line.unit)
    returned = "".join(f"s{index}, " for index in range(len(equations)))
    source = "\n".join(["def run(q, p, e, m):", *lines, f"    return ({returned})"])
    calculate: Calculate = _made(source, constants)
    timed = not scope.used.isdisjoint(scope.surroundings)
    history, used = MappingProxyType(dict(scope.history)), frozenset(scope.used)
    return Compiled(calculate, history, used, timed=timed)


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


def compile_conditions(conditions: Sequence[str], scope: Scope) -> Check:
    """Compile conditions over what was sent and the figures, not over the equations' steps."""
    constants: dict[str, Decimal] = {}
    codes = []
    for text in conditions:
        code, kind = Writer(scope, constants, FUNCTIONS).write(parse(text))
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
