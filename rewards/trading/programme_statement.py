"""Statement of the programme itself: its units, its reserve, what is short, and whose money it has.

::

    closing = opening + the sum of the movements     of each stock, class and vintage

Everything is read from what was written when it happened, as of an enterprise (``statement``).
Masses and money are balances of the books at the two ends. The programme takes no fee: what it has
of its sales is what the published rule leaves it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from rewards.ledger.money import yuan
from rewards.trading.statement import CANCELLED, GIVEN, HANDED_OVER, ISSUED, SOLD

FOR_SALE, RESERVE = STOCKS = ("for_sale", "reserve")
KINDS: Final = (ISSUED, SOLD, GIVEN, CANCELLED, HANDED_OVER)
COLUMNS: Final = (
    *("part", "kind", "stock", "unit_class", "vintage", "quantity_t"),
    *("mass_mg", "amount", "currency"),
)


class StockKind(NamedTuple):
    """Tonnes that are alike in this statement: for sale or behind what was sold."""

    stock: str
    unit_class: str
    vintage: int


class StockMovement(NamedTuple):
    """All tonnes of one kind that came, or went with a minus, in the period."""

    kind: str
    of: StockKind
    quantity_t: int


class ProgrammeMoney(NamedTuple):
    """The money book at a moment, in fen: ``paid_in`` is all the others together.

    ``unconfirmed`` is in no book yet: what buyers say they paid, and nobody confirmed or cleared.
    """

    paid_in: int
    in_escrow: int
    of_sellers: int
    of_people: int
    of_sponsors: int
    of_programme: int
    unconfirmed: int

    @property
    def held_for_others(self) -> int:
        """What is not the programme's, nor went to other sellers."""
        return self.in_escrow + self.of_people + self.of_sponsors


class ProgrammeBalances(NamedTuple):
    """Masses in mg, and money, at one moment."""

    reserve_mg: int
    shortfall_mg: int
    money: ProgrammeMoney


Stocks = dict[StockKind, int]


@dataclass(frozen=True, slots=True)
class ProgrammeStatement:
    """Of ``first`` to ``last``, both included; ``is_final`` once nothing can change it."""

    first: date
    last: date
    is_final: bool
    opening: Stocks
    movements: tuple[StockMovement, ...]
    opening_balances: ProgrammeBalances
    closing_balances: ProgrammeBalances

    @property
    def closing(self) -> Stocks:
        """What the programme had at the end, in tonnes; what came to nothing is left out."""
        held = Counter(self.opening)
        for each in self.movements:
            held[each.of] += each.quantity_t
        assert min(held.values(), default=0) >= 0, "nobody gives what they do not hold"
        return {of: tonnes for of, tonnes in sorted(held.items()) if tonnes}


def programme_statement_csv(said: ProgrammeStatement, *, currency: str) -> bytes:
    """The statement for a spreadsheet: UTF-8 with BOM; masses in mg, amounts in yuan."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_standing("opening", said.opening, said.opening_balances, currency))
    writer.writerows(
        {"part": "movement", "kind": each.kind, **_tonnes(each.of, each.quantity_t)}
        for each in said.movements
    )
    writer.writerows(_standing("closing", said.closing, said.closing_balances, currency))
    return out.getvalue().encode("utf-8-sig")


def _standing(
    part: str, held: Stocks, balances: ProgrammeBalances, currency: str
) -> Iterator[dict[str, str]]:
    for of, tonnes in held.items():
        yield {"part": part, **_tonnes(of, tonnes)}
    for kind in ("reserve_mg", "shortfall_mg"):
        mass = str(getattr(balances, kind))
        yield {"part": part, "kind": kind.removesuffix("_mg"), "mass_mg": mass}
    for kind, fen in balances.money._asdict().items():
        yield {"part": part, "kind": kind, "amount": yuan(fen), "currency": currency}


def _tonnes(of: StockKind, tonnes: int) -> dict[str, str]:
    return {
        "stock": of.stock,
        "unit_class": of.unit_class,
        "vintage": str(of.vintage),
        "quantity_t": str(tonnes),
    }
