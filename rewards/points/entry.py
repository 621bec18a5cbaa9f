"""An entry of a person's points: one transfer, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from rewards.ledger.points import (
    ADJUST,
    CARRY,
    DEBT,
    EXPIRE,
    HELD,
    PARTICIPANT,
    WRITE_OFF,
    change_of,
)
from rewards.points.refund import WhyTakenBack


class WhyAdjusted(NamedTuple):
    """Why points were given or taken by hand: one of the grounds, and in words."""

    ground: str
    reason: str


@dataclass(frozen=True, slots=True)
class PointsEntry:
    """As stored; ``is_for_redemption`` False: it was for an action.

    An expiry was for a lot, a write-off, a carried debt and what was done by hand for the person.
    """

    transfer_id: UUID
    kind: str
    debit_account: str
    credit_account: str
    points: int
    reference_id: UUID
    posted_at: datetime
    is_for_redemption: bool
    # Of a refund: who took the sale back, and why.
    why: WhyTakenBack | None = None
    # Of what two people did by hand: on which ground, and why.
    by_hand: WhyAdjusted | None = None

    @property
    def balance_change(self) -> int:
        """Of available and pending together."""
        return self._change_of(PARTICIPANT)

    @property
    def held_change(self) -> int:
        """Of what is set aside."""
        return self._change_of(HELD)

    @property
    def debt_change(self) -> int:
        """Of what is owed: positive when more is owed."""
        return self._change_of(DEBT)

    @property
    def has_public_reference(self) -> bool:
        """Whether it was for something that has an id outside: a lot has none."""
        return self.kind not in (EXPIRE, WRITE_OFF, CARRY, ADJUST)

    def _change_of(self, account: str) -> int:
        return change_of(account, self.debit_account, self.credit_account, self.points)
