"""Retirement: whole tonnes used for a stated purpose, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from rewards.registry.block import RETIRE, Block
from rewards.registry.footprint import Footprint
from rewards.registry.refusals import FootprintNotCovered, GroundsMissing, GroundsUnfit
from rewards.registry.unit_classes import (
    DAMAGE_COMPENSATION,
    NEUTRALITY,
    Use,
    check_use,
    fitting_classes,
)


class RetirementTerms(NamedTuple):
    """For whom, what for and for which period units are retired."""

    beneficiary: str
    # The code of a use that the class of the units permits.
    purpose: str
    period: str


class RetirementGrounds(NamedTuple):
    """What some uses have to state beside; a use that has no need of it states none of it."""

    # Where the beneficiary is, a region of the programme's register; any use may say so.
    beneficiary_region: str | None = None
    # The authority's or the court's number of the case of damage that is compensated.
    case_reference: str | None = None
    # What an event or an enterprise emitted that calls itself neutral.
    footprint: Footprint | None = None

    def check(self, purpose: str, quantity_t: int) -> None:
        """Whether ``purpose`` has what it needs, and ``quantity_t`` covers the footprint.

        Raises GroundsMissing, GroundsUnfit, FootprintNotCovered.
        """
        for name, stated, needed in (
            ("case_reference", self.case_reference, purpose == DAMAGE_COMPENSATION.code),
            ("footprint", self.footprint, purpose in {each.code for each in NEUTRALITY}),
        ):
            if needed and stated is None:
                raise GroundsMissing(name, pointer=f"/{name}", purpose=purpose)
            if stated is not None and not needed:
                raise GroundsUnfit(name, pointer=f"/{name}", purpose=purpose)
        if self.footprint and quantity_t < self.footprint.needed_t:
            raise FootprintNotCovered(
                pointer="/quantity_t",
                quantity_t=str(quantity_t),
                needed_t=str(self.footprint.needed_t),
            )


NO_GROUNDS: Final = RetirementGrounds()


@dataclass(frozen=True, slots=True)
class Retirement:
    """Blocks that an enterprise retired together, as they are from then on."""

    retirement_id: UUID
    enterprise_id: UUID
    blocks: tuple[Block, ...]
    terms: RetirementTerms
    retired_at: datetime
    grounds: RetirementGrounds = NO_GROUNDS

    @property
    def quantity_t(self) -> int:
        return sum(each.quantity_t for each in self.blocks)

    @property
    def use(self) -> Use:
        return check_use(self.blocks[0].unit_class, self.terms.purpose)


def retire(
    blocks: Sequence[Block],
    terms: RetirementTerms,
    *,
    retirement_id: UUID,
    enterprise_id: UUID,
    now: datetime,
    grounds: RetirementGrounds = NO_GROUNDS,
) -> Retirement:
    """Retire whole blocks of one enterprise; every class among them must permit the use.

    Raises UseNotPermitted, AlreadyRetired, BlockNotAvailable, GroundsMissing, GroundsUnfit,
    FootprintNotCovered.
    """
    assert blocks, "something is retired"
    for unit_class in sorted({each.unit_class for each in blocks}):
        check_use(unit_class, terms.purpose)
    grounds.check(terms.purpose, sum(each.quantity_t for each in blocks))
    retired = tuple(each.move(RETIRE, now=now) for each in blocks)
    return Retirement(retirement_id, enterprise_id, retired, terms, now, grounds)


def scarcest_last(blocks: Sequence[Block], purpose: str) -> list[Block]:
    """Of somebody's free blocks those that ``purpose`` may use, in the order to use them in.

    Units that serve fewest uses go first, so that what only few units can do is kept for it; among
    one class the oldest vintage, then the lowest numbers. Raises UseNotPermitted when there are
    blocks, and none of them fits.
    """
    ranks = {code: rank for rank, code in enumerate(fitting_classes(purpose))}
    fitting = [each for each in blocks if each.unit_class in ranks]
    if blocks and not fitting:
        check_use(blocks[0].unit_class, purpose)
    return sorted(fitting, key=lambda each: (ranks[each.unit_class], each.vintage, each.numbers))
