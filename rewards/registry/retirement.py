"""Retirement: whole tonnes used for a stated purpose, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from rewards.registry.block import RETIRE, Block
from rewards.registry.unit_classes import Use, check_use


class RetirementTerms(NamedTuple):
    """For whom, what for and for which period units are retired."""

    beneficiary: str
    # The code of a use that the class of the units permits.
    purpose: str
    period: str


@dataclass(frozen=True, slots=True)
class Retirement:
    """Blocks that an enterprise retired together, as they are from then on."""

    retirement_id: UUID
    enterprise_id: UUID
    blocks: tuple[Block, ...]
    terms: RetirementTerms
    retired_at: datetime

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
) -> Retirement:
    """Retire whole blocks of one enterprise; every class among them must permit the use.

    Raises UseNotPermitted, AlreadyRetired, BlockNotAvailable.
    """
    assert blocks, "something is retired"
    for unit_class in sorted({each.unit_class for each in blocks}):
        check_use(unit_class, terms.purpose)
    retired = tuple(each.move(RETIRE, now=now) for each in blocks)
    return Retirement(retirement_id, enterprise_id, retired, terms, now)
