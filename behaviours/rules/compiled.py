"""Compiled: the equations of a document as one Python function, made when it is first called.

A process knows more than a hundred versions and prices by a few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from behaviours.rules.formula_functions import RUNTIME

Calculate = Callable[..., tuple[Decimal, ...]]
Check = Callable[..., tuple[bool, ...]]


class FormulaCode(NamedTuple):
    """The text of a function ``run(q, p, e, m)``, and the constants that it names."""

    source: str
    constants: Mapping[str, Decimal]

    def made(self) -> Any:
        """The function itself."""
        space: dict[str, Any] = {"__builtins__": {}, **RUNTIME, **self.constants}
        # The source holds positions, declared names and constants only; nothing of the document's
        # text.
        exec(compile(self.source, "<equations>", "exec"), space)  # noqa: S102
        # It calls itself nowhere: without its name it goes when nobody has it any more.
        return space.pop("run")


@dataclass(slots=True, eq=False)
class Compiled:
    """``calculate(quantities, parameters, evidence, moment)`` gives one value per equation.

    ``check``, of the same arguments, says for each condition of the rule whether it is met; None
    where the rule has no condition. ``timed`` is whether the length of the action is read.

    Each of the two functions is made when it is first called and then stands in its own place:
    looking it up costs nothing, where a cached property costs a tenth of a small rule.
    """

    equations: FormulaCode
    conditions: FormulaCode | None
    history: Mapping[str, int]
    used: frozenset[str]
    timed: bool
    calculate: Calculate = field(init=False, repr=False)
    check: Check | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self.calculate = self._calculate_first
        if self.conditions is not None:
            self.check = self._check_first

    def _calculate_first(self, *given: Any) -> tuple[Decimal, ...]:
        # Whoever has kept this one instead does not make another at every call.
        if self.calculate == self._calculate_first:
            self.calculate = self.equations.made()
        return self.calculate(*given)

    def _check_first(self, *given: Any) -> tuple[bool, ...]:
        assert self.conditions is not None
        if self.check == self._check_first:
            self.check = self.conditions.made()
        assert self.check is not None
        return self.check(*given)
