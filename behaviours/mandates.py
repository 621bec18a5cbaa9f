"""Mandate: how much of a person's reductions an entrustment lets be pooled, as the person states.

A cap is a mass for a vintage year, a mass for one bundle, or a share of what qualifies for one.
Reductions are weighed in the order in which they were done: each that fits goes in, what does not
stays the person's and may go into a later bundle. An entrustment may be for one bundle alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from behaviours.refusal import Conflict, Invalid

# A thousand tonnes: no person saves more in a year, and 64 bits hold it a hundred times over.
MOST_KG: Final = Decimal(1_000_000)
_MG_PER_KG: Final = 1_000_000


class NoCapStated(Invalid):
    """Caps are named, and none is stated."""


class CapOutOfRange(Invalid):
    """A cap is nothing, or more than anybody could save."""


class MandateOverlaps(Conflict):
    """An entrustment with caps stands beside no other one for the same reductions."""


class Caps(NamedTuple):
    """The most that may be pooled: mg of a vintage year, mg of a bundle, per cent of a bundle."""

    per_year_mg: int | None = None
    per_bundle_mg: int | None = None
    percent: int | None = None


class Weighed(NamedTuple):
    """What was weighed of a mandate so far, in mg: qualified and taken of the bundle, the year."""

    qualified_mg: int = 0
    bundle_mg: int = 0
    year_mg: int = 0


def fits(caps: Caps, before: Weighed, saved_mg: int) -> bool:
    """Whether a reduction that qualifies goes in after those of ``before``."""
    bundle_mg, year_mg = before.bundle_mg + saved_mg, before.year_mg + saved_mg
    return (
        (caps.per_bundle_mg is None or bundle_mg <= caps.per_bundle_mg)
        and (caps.per_year_mg is None or year_mg <= caps.per_year_mg)
        and (
            caps.percent is None
            or bundle_mg * 100 <= caps.percent * (before.qualified_mg + saved_mg)
        )
    )


def weigh(caps: Caps, before: Weighed, masses_mg: Iterable[int]) -> list[bool]:
    """Which of the reductions, in the order in which they were done, go in."""
    taken = []
    for saved_mg in masses_mg:
        goes_in = fits(caps, before, saved_mg)
        more_mg = saved_mg if goes_in else 0
        before = Weighed(
            before.qualified_mg + saved_mg, before.bundle_mg + more_mg, before.year_mg + more_mg
        )
        taken.append(goes_in)
    return taken


def caps_of(
    *, per_year_kg: Decimal | None, per_bundle_kg: Decimal | None, percent: int | None
) -> Caps:
    """The caps that a person states. Raises NoCapStated, CapOutOfRange."""
    if per_year_kg is None and per_bundle_kg is None and percent is None:
        raise NoCapStated(pointer="/caps")
    for name, stated in (("per_year_kg", per_year_kg), ("per_bundle_kg", per_bundle_kg)):
        if stated is not None and not 0 < stated <= MOST_KG:
            raise CapOutOfRange(pointer=f"/caps/{name}", most=str(MOST_KG))
    if percent is not None and not 0 < percent <= 100:
        raise CapOutOfRange(pointer="/caps/share_percent", most="100")
    return Caps(_mg(per_year_kg), _mg(per_bundle_kg), percent)


class Mandate(Protocol):
    """An entrustment as far as it says which reductions it is of; both days are of it."""

    @property
    def methodology(self) -> str | None: ...
    @property
    def occurred_from(self) -> date: ...
    @property
    def occurred_to(self) -> date: ...
    @property
    def bundle_id(self) -> UUID | None: ...
    @property
    def caps(self) -> Caps | None: ...


def check_alone(new: Mandate, standing: Collection[Mandate]) -> None:
    """Raises MandateOverlaps where it is not clear which caps are of a reduction."""
    for other in standing:
        if (new.caps or other.caps) and _overlap(new, other):
            raise MandateOverlaps(pointer="/caps" if new.caps else "/from")


def _overlap(one: Mandate, other: Mandate) -> bool:
    return (
        (one.methodology is None or other.methodology in (None, one.methodology))
        and (one.bundle_id is None or other.bundle_id in (None, one.bundle_id))
        and one.occurred_from <= other.occurred_to
        and other.occurred_from <= one.occurred_to
    )


def _mg(stated: Decimal | None) -> int | None:
    return None if stated is None else int(stated * _MG_PER_KG)
