"""Deductions for uncertainty: what a rule takes off a result that is not known well enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from behaviours.document import Part
from behaviours.rules.clauses import read_source
from behaviours.rules.members import Parameter, Source
from behaviours.rules.ranges import Ranges, read_ranges
from behaviours.rules.uncertainty import DEVIATIONS


@dataclass(frozen=True, slots=True, eq=False)
class Deduction:
    """Of the half-width at a ``confidence`` a part is taken off, by how wide it is.

    The part stands in a table by the relative half-width, or is what lies above the ``allowed``
    one.
    """

    confidence: str
    table: Ranges | None
    allowed: Decimal | None
    source: str
    grade: str

    def taken_off(self, half_width: Decimal, result: Decimal) -> Decimal:
        """Of a result above nought with such a half-width, both in one unit."""
        if self.allowed is not None:
            return max(half_width - self.allowed * result, Decimal(0))
        assert self.table is not None
        part = self.table.at(half_width / result)
        assert part is not None, "the table has neither a beginning nor an end"
        return half_width * part


def read_deduction(
    part: Part | None, parameters: tuple[Parameter, ...], sources: Mapping[str, Source]
) -> Deduction | None:
    """What a document says of it; it needs a figure whose uncertainty is, or may be, known."""
    if part is None:
        return None
    part.only("confidence", "rows", "allowed", "source", "grade")
    source, grade = read_source(part, sources)
    known = any(value.uncertainty for each in parameters for value in each.values)
    if not known and not any(each.series for each in parameters):
        part.flawed("deduction_of_nothing")
    if part.has("rows") == part.has("allowed"):
        raise part.wrong("deduction_form")
    table = allowed = None
    if part.has("rows"):
        table = read_ranges(part.at("rows"))
        open_ends = table.begin is None and len(table.ends) < len(table.values)
        if not open_ends or not all(0 <= each <= 1 for each in table.values):
            raise part.at("rows").wrong("deduction_rows")
    else:
        allowed = part.at("allowed").number()
        if allowed < 0:
            raise part.at("allowed").wrong("uncertainty_of_nothing")
    return Deduction(part.at("confidence").one_of(*DEVIATIONS), table, allowed, source, grade)
