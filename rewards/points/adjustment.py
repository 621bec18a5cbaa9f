"""Adjustments: points that two people of two roles give or take by hand, and say why.

They are no award and no clawback: they have an account of their own, so that every report tells
them apart. What is given lies in a lot like points that were earned on that day, is available at
once, and pays an old debt first. What is taken comes from what the person can spend; more than that
is not taken, because nobody is made to owe by hand. The person reads both with the ground and the
reason.

Points that expired are given back on a ground of their own, ``reinstated``: never more than expired
of the person's and was neither given back before nor taken back with its action since.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid
from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.debt import pay_debt
from rewards.points.lots import Lot, allocate
from rewards.reference import ADJUSTING, Reference, reference

REINSTATED: Final = "reinstated"
GROUNDS: Final = (
    *("missing_credit", "credited_twice", "wrong_person", "outage", "complaint_decided"),
    REINSTATED,
)
MOST_BY_HAND: Final = 1_000_000


class NothingToAdjust(Invalid):
    """No points were to be given and none to be taken."""


class NothingIsReinstatedSo(Invalid):
    """Points were to be taken on the ground on which expired ones are given back."""


class NotSoManyExpired(Conflict):
    """More points were to be given back than expired."""


class Adjusting(NamedTuple):
    """So many points more, or less, for a person; ``reference_text`` names it once for ever."""

    participant_id: UUID
    points: int
    ground: str
    reason: str
    reference_text: str
    # The number that both state, if they state one.
    stated_reference: str | None

    @property
    def key(self) -> Reference:
        """The number under which it is done once."""
        content = (self.points, self.ground, self.reason)
        return reference(ADJUSTING, self.participant_id, self.reference_text, *content)


def check_reinstating(points: int, expired: int) -> None:
    """``expired`` of the person's points expired and were not given back.

    Raises NothingIsReinstatedSo and NotSoManyExpired.
    """
    if points < 0:
        raise NothingIsReinstatedSo(pointer="/ground")
    if points > expired:
        raise NotSoManyExpired(pointer="/points", expired=expired)


class Adjustment(NamedTuple):
    """What was done, by whom who signed last, and when."""

    adjustment_id: UUID
    participant_id: UUID
    points: int
    ground: str
    reason: str
    # What both have signed, as one number.
    asked: bytes
    adjusted_by: UUID
    adjusted_at: datetime


def give(
    whose: PersonsPoints, transfer_ids: Sequence[UUID], lot_id: UUID, points: int, debt: int
) -> list[PointsPosting]:
    """Points put into a lot, and what of them pays an old debt; the first id is the adjustment."""
    put = [LotUse(lot_id, points)]
    given = whose.adjust(transfer_ids[0], put)
    return [given, *pay_debt(whose, transfer_ids[1], put, debt)]


def take(
    whose: PersonsPoints, transfer_id: UUID, lots: Sequence[Lot], points: int, now: datetime
) -> list[PointsPosting]:
    """Points taken from what can be spent. Raises NotEnoughPoints."""
    return [whose.adjust(transfer_id, allocate(lots, points, now))]
