"""Footprint: what an event or an enterprise emitted, line by line, each with its sources.

It is the claimant's own statement: nobody here verified it. It is signed with the certificate, so
that whoever reads that the footprint was covered can work it out again. A proof of neutrality says
that at least as much was retired (Shenzhen, administration measures for tanpuhui 2022; Chongqing
2021): hence everything is rounded up.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal, Inexact
from math import ceil
from typing import Final, NamedTuple

# Eighteen digits times eighteen, and a thousand of them: nothing of it is ever rounded.
_EXACT: Final = Context(prec=60, traps=[Inexact])
MG_PER_KG: Final = 1_000_000
MG_PER_T: Final = 1_000_000_000
MOST_LINES: Final = 200


class FootprintLine(NamedTuple):
    """One source of emissions: ``quantity`` of ``unit`` at ``factor_kg_per_unit`` kg CO2e each."""

    source: str
    quantity: Decimal
    unit: str
    # Where the quantity was read: bills, meters, tickets.
    quantity_source: str
    factor_kg_per_unit: Decimal
    # The document that prints the factor.
    factor_source: str

    @property
    def kg(self) -> Decimal:
        """Exactly, in kg CO2e."""
        return _EXACT.multiply(self.quantity, self.factor_kg_per_unit)


class Footprint(NamedTuple):
    """Every line of one footprint."""

    lines: tuple[FootprintLine, ...]

    @property
    def total_mg(self) -> int:
        """The sum of the exact lines in mg CO2e, rounded up once."""
        total = Decimal(0)
        for line in self.lines:
            total = _EXACT.add(total, line.kg)
        return ceil(_EXACT.multiply(total, Decimal(MG_PER_KG)))

    @property
    def total_kg(self) -> str:
        """The total as it is written: kg CO2e with all six decimals."""
        return format(Decimal(self.total_mg).scaleb(-6), "f")

    @property
    def needed_t(self) -> int:
        """How many whole tonnes cover it: it is never rounded down."""
        return -(-self.total_mg // MG_PER_T)

    def as_lines(self) -> Iterator[dict[str, str]]:
        """As a certificate states the lines, all of it text."""
        for line in self.lines:
            yield {
                "source": line.source,
                "quantity": format(line.quantity, "f"),
                "unit": line.unit,
                "quantity_source": line.quantity_source,
                "factor_kg_per_unit": format(line.factor_kg_per_unit, "f"),
                "factor_source": line.factor_source,
                "kg": format(line.kg, "f"),
            }


class FootprintCover(NamedTuple):
    """A footprint, and how many free tonnes its enterprise holds that could be retired for it."""

    footprint: Footprint
    held_t: int

    @property
    def missing_t(self) -> int:
        """What is still to be bought; 0 when enough is held."""
        return max(0, self.footprint.needed_t - self.held_t)
