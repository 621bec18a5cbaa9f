"""Proceeds: what a bundle's units were sold for, shared by the rule of the day of the sale.

The rule is the programme's, published before it holds (``behaviours.proceeds_terms``). The people's
part goes to those whose reductions the bundle rests on, by what each saved, to the last fen by
largest remainder; of equal remainders those with the lower id come first. What was taken back until
the sharing has no part. A share is shown to its person and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.proceeds_terms import ProceedsTerms, SharedAmount


class Sale(NamedTuple):
    """A delivered trade of the programme's own units."""

    trade_id: UUID
    quantity_t: int
    amount_fen: int
    delivered_at: datetime


class Contributors(NamedTuple):
    """How many people a bundle rests on, and what they saved together, in mg CO2e."""

    people: int
    saved_mg: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """Sales of one bundle under one version of the programme, shared together."""

    distribution_id: UUID
    bundle_id: UUID
    programme_version: str
    quantity_t: int
    amount_fen: int
    people_fen: int
    sponsors_fen: int
    programme_fen: int
    people: int
    saved_mg: int
    made_at: datetime


class OwnShare(NamedTuple):
    """A person's share of one distribution, beside what was shared."""

    distribution: Distribution
    saved_mg: int
    fen: int


def distribute(
    distribution_id: UUID,
    bundle_id: UUID,
    sales: Iterable[Sale],
    contributors: Contributors,
    terms: ProceedsTerms,
    *,
    programme_version: str,
    now: datetime,
) -> Distribution:
    """Share what the ``sales`` brought.

    The part of people of whom there are none is the sponsors'.
    """
    sold = list(sales)
    amount_fen = sum(each.amount_fen for each in sold)
    parts = terms.split(amount_fen)
    if not contributors.people:
        parts = SharedAmount(0, parts.people_fen + parts.sponsors_fen, parts.programme_fen)
    return Distribution(
        distribution_id,
        bundle_id,
        programme_version,
        sum(each.quantity_t for each in sold),
        amount_fen,
        *parts,
        *contributors,
        now,
    )
