"""What rests on reductions: which bundles, which units, in whose hands, and what covers them.

Read before something is taken back, so that whoever signs knows what follows from it, and after
it, so that whoever has to act knows where to begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from rewards.registry.cover import BundleCover, CoverSums, ReserveTaking, take_from_reserve


class AffectedReduction(NamedTuple):
    """A reduction, the leaf it is under, and whether it was taken back already."""

    action_id: UUID
    saved_mg: int
    is_reversed: bool
    # None: it is in no bundle.
    bundle_id: UUID | None
    # None as long as its bundle is not sealed.
    leaf: bytes | None


class HeldUnits(NamedTuple):
    """A bundle's tonnes in one state and one holder's hands; None is the programme."""

    bundle_id: UUID
    organisation_id: UUID | None
    name: str | None
    state: str
    blocks: int
    quantity_t: int


class ToldHolder(NamedTuple):
    """An organisation that gets a notice when something of the bundle is taken back."""

    bundle_id: UUID
    organisation_id: UUID
    name: str


class ReserveStand(NamedTuple):
    """What the reserve of a bundle's family, vintage and class holds."""

    mg: int
    numbered_t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedBundle:
    """A bundle with reductions that were asked about, and what taking them back would come to.

    ``taking`` is None before the freeze: what is taken back leaves then, and no unit rests on it.
    """

    bundle_id: UUID
    state: str
    methodology: str | None
    vintage: int
    unit_class: str
    reductions: int
    # Of them, what was not taken back yet.
    standing_mg: int
    taking: ReserveTaking | None
    # Of what was taken back before.
    cover: BundleCover | None
    units: tuple[HeldUnits, ...]
    told: tuple[ToldHolder, ...]


class Affected(NamedTuple):
    """Reductions and all that rests on them."""

    reductions: list[AffectedReduction]
    bundles: list[AffectedBundle]

    @property
    def free(self) -> list[AffectedReduction]:
        """Those in no bundle: nobody but their person has anything of them."""
        return [each for each in self.reductions if each.bundle_id is None]


def standing_in(reductions: Sequence[AffectedReduction], bundle_id: UUID) -> int:
    """The mg of a bundle's reductions that were not taken back yet."""
    return sum(
        each.saved_mg for each in reductions if each.bundle_id == bundle_id and not each.is_reversed
    )


def would_take(
    standing_mg: int, shortfall_mg: int, reserve: ReserveStand, before: CoverSums
) -> ReserveTaking:
    """What the reserve would pay for a frozen bundle, and what the bundle would be short of.

    As it is taken when they are reversed, what the bundle is short of already included.
    """
    return take_from_reserve(
        standing_mg + shortfall_mg,
        reserve_mg=reserve.mg,
        numbered_t=reserve.numbered_t,
        before=before,
    )


def less(reserve: ReserveStand, taking: ReserveTaking) -> ReserveStand:
    """What is left of a reserve for the next bundle of the same family, vintage and class."""
    return ReserveStand(reserve.mg - taking.taken_mg, reserve.numbered_t - taking.cancelled_t)
