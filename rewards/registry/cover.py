"""Cover: what stands behind units whose mass was taken back after the bundle was frozen.

::

    taken back = out of the reserve + replaced by cancelled units + shortfall

The reserve of the same family, vintage and class pays first, in milligrams; its whole numbered
tonnes are cancelled, rounded up over all that one bundle ever took. What the reserve lacks is the
bundle's shortfall: as many unused tonnes are suspended, rounded up, until units of the same class
or a better one are cancelled for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from rewards.registry.block import Block
from rewards.registry.issuing import TONNE_MG

BY_RESERVE: Final = "reserve"
BY_UNITS: Final = "units"


class CoverSums(NamedTuple):
    """What a bundle took from the reserve so far, and how many numbered tonnes went for it."""

    taken_mg: int
    cancelled_t: int


class ReserveTaking(NamedTuple):
    """What comes out of the reserve, which of its tonnes go, and what it lacks."""

    taken_mg: int
    cancelled_t: int
    short_mg: int


class Cover(NamedTuple):
    """One line of a bundle's cover: out of the reserve, or by cancelled units."""

    cover_id: UUID
    bundle_id: UUID
    kind: str
    mg: int
    # Of the carbon book: nothing is made good without it.
    posting_id: UUID
    cancelled_t: int
    # Who gave units; None is the programme, and the reserve.
    organisation_id: UUID | None
    client_reference: str | None
    covered_at: datetime


class BundleCover(NamedTuple):
    """What was taken back from a frozen bundle, and what covers it, in mg."""

    bundle_id: UUID
    reversed_mg: int
    shortfall_mg: int
    lines: tuple[Cover, ...]

    @property
    def from_reserve(self) -> CoverSums:
        """What of it came out of the reserve."""
        lines = [each for each in self.lines if each.kind == BY_RESERVE]
        return CoverSums(sum(each.mg for each in lines), sum(each.cancelled_t for each in lines))


def take_from_reserve(
    wanted_mg: int, *, reserve_mg: int, numbered_t: int, before: CoverSums
) -> ReserveTaking:
    """As much as the reserve holds; its numbered tonnes go rounded up, as far as there are any."""
    assert min(wanted_mg, reserve_mg, numbered_t) >= 0, "masses are positive"
    taken_mg = min(wanted_mg, reserve_mg)
    due_t = whole_tonnes(before.taken_mg + taken_mg) - before.cancelled_t
    return ReserveTaking(taken_mg, min(max(due_t, 0), numbered_t), wanted_mg - taken_mg)


def whole_tonnes(mg: int) -> int:
    """Tonnes, rounded up."""
    return -(-mg // TONNE_MG)


def bearing(blocks: Sequence[Block]) -> list[Block]:
    """Unused blocks in the order in which they are suspended.

    The programme's own stock bears a shortfall first, then what others hold, and what somebody
    ordered last; of equal ones the highest numbers.
    """
    return sorted(
        blocks,
        key=lambda each: (
            each.trade_id is not None,
            each.owner_id is not None,
            each.listing_id is not None,
            -each.numbers.first,
        ),
    )
