"""What the public register says: of a block, a change of hands, a retirement, and in total.

It names organisations, which take part in public, and never a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from rewards.registry.block import ISSUED, RETIRED
from rewards.registry.cover import BundleCover
from rewards.registry.ranges import Range
from rewards.registry.serials import SerialRange, family_of


class RegisteredUnits(NamedTuple):
    """Numbered tonnes and where they come from; ``methodology`` None: of several."""

    numbers: Range
    methodology: str | None
    vintage: int
    unit_class: str

    @property
    def serial(self) -> SerialRange:
        return SerialRange(
            family_of(self.methodology), self.vintage, *self.numbers, self.unit_class
        )


class MadeGood(NamedTuple):
    """What a cancelled block made good: of which bundle, by which posting of the carbon book."""

    bundle_id: UUID
    posting_id: UUID


class HandedTo(NamedTuple):
    """Where a cancelled block lives now: at whom, under which number for the whole, as what."""

    receiver: str
    number: str
    serial: str


class RegisteredBlock(NamedTuple):
    """A block and who holds it, by name; None is the programme."""

    block_id: UUID
    bundle_id: UUID
    units: RegisteredUnits
    state: str
    owner_name: str | None
    parent_id: UUID | None
    retirement_id: UUID | None
    created_at: datetime
    closed_at: datetime | None
    # For what it was cancelled, if it was.
    made_good: MadeGood | None = None
    # What was taken back of its bundle after the freeze, if anything was.
    cover: BundleCover | None = None
    # The block in which its numbers stand, if it was merged.
    merged_into: UUID | None = None
    # Where it lives, if it was handed over to another registry.
    handed_to: HandedTo | None = None


class RegisteredTransfer(NamedTuple):
    """A change of hands; the block may have been split since, so it says its own tonnes."""

    transfer_id: UUID
    block_id: UUID
    units: RegisteredUnits
    quantity_t: int
    # None is the programme.
    sender_name: str | None
    receiver_name: str | None
    trade_id: UUID | None
    transferred_at: datetime
    # Where its trade was closed, if it says so, and what ties that one to a side, as was stated.
    exchange_id: UUID | None = None
    exchange_name: str | None = None
    exchange_tie: str | None = None


class RegisteredRetirement(NamedTuple):
    """Units that were used, with the certificate as it was signed."""

    retirement_id: UUID
    enterprise_id: UUID
    enterprise_name: str | None
    quantity_t: int
    beneficiary: str
    purpose: str
    period: str
    retired_at: datetime
    certificate: JsonObject
    # Of the bundles whose units it used, those of which something was taken back.
    covers: tuple[BundleCover, ...] = ()


class UnitTotal(NamedTuple):
    """How many tonnes of one methodology, vintage and class are in one state."""

    methodology: str | None
    vintage: int
    unit_class: str
    state: str
    blocks: int
    quantity_t: int
    # Tonnes of the reserve were never issued for sale.
    for_reserve: bool = False


class IssuedTotals(NamedTuple):
    """What went into issued bundles, in mg CO2e."""

    bundles: int
    reductions: int
    saved_mg: int
    deducted_mg: int
    reserve_mg: int


class ProjectTotal(NamedTuple):
    """How many projects that everybody may read follow a methodology and are in a state."""

    methodology: str
    state: str
    projects: int


class RegisterTotals(NamedTuple):
    """The register in figures."""

    issued: IssuedTotals
    units: list[UnitTotal]
    projects: Sequence[ProjectTotal] = ()

    @property
    def issued_t(self) -> int:
        return tonnes_in(self.units, ISSUED)

    @property
    def retired_t(self) -> int:
        return tonnes_in(self.units, (RETIRED,))


def tonnes_in(lines: Iterable[UnitTotal], states: Iterable[str]) -> int:
    """Whole tonnes in these states."""
    counted = frozenset(states)
    return sum(line.quantity_t for line in lines if line.state in counted and not line.for_reserve)
