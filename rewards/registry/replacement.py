"""Replacement: units of somebody's that are cancelled to make good what a bundle is short of.

Whoever holds them offers them, and two people of two roles on the programme's side sign. Until the
last of them has signed, whoever offered may take the offer back. What
fits::

    class    the same or a better one: every use that the short units permit, and figures that
             enter it by themselves at least as strictly
    vintage  the same year or a later one: a unit of a year never rests on an older reduction

Only whole tonnes that are active, not promised and covered are taken, and never more than the
bundle is short of, rounded up. They count for as much as it is short of: the rest of a last tonne
is not given back, and makes good nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.viewer import Viewer
from rewards.registry.block import Block
from rewards.registry.cover import whole_tonnes
from rewards.registry.issuing import TONNE_MG
from rewards.registry.refusals import (
    MoreThanIsShort,
    NotEnoughUnits,
    NotYoursToWithdraw,
    ReplacementDone,
    ReplacementLapsed,
    ReplacementWithdrawn,
    UnitsDoNotFit,
    UnknownUnits,
)
from rewards.registry.unit_classes import is_as_good
from rewards.signing import ROLES

OFFERED, MADE_GOOD, WITHDRAWN, LAPSED = STATES = ("offered", "made_good", "withdrawn", "lapsed")

VERB: Final = "replace"


class Lack(NamedTuple):
    """What a bundle is short of: mg of a class and a vintage."""

    unit_class: str
    vintage: int
    mg: int


class ReplacementAsked(NamedTuple):
    """Tonnes of a block that their holder (None: the programme) offers for a short bundle."""

    replacement_id: UUID
    bundle_id: UUID
    block_id: UUID
    quantity_t: int
    organisation_id: UUID | None
    client_reference: str
    asked_by: UUID
    asked_at: datetime


class Replacement(NamedTuple):
    """What was asked, who has signed it, and what it made good once it was done."""

    asked: ReplacementAsked
    signed: tuple[str, ...]
    # Of the carbon book; None until it is done.
    posting_id: UUID | None
    covered_mg: int | None
    covered_at: datetime | None
    # Of the bundle, as it stands.
    shortfall_mg: int
    withdrawn_at: datetime | None = None

    @property
    def awaiting(self) -> list[str]:
        """The roles one of whom has yet to sign."""
        return [role for role in ROLES if role not in self.signed]

    def lapses_at(self, signed_for: timedelta) -> datetime:
        """From then on nobody can sign it any more."""
        return self.asked.asked_at + signed_for

    def state(self, now: datetime, signed_for: timedelta) -> str:
        if self.posting_id is not None:
            return MADE_GOOD
        if self.withdrawn_at is not None:
            return WITHDRAWN
        return OFFERED if now < self.lapses_at(signed_for) else LAPSED

    def check_signable(self, now: datetime, signed_for: timedelta) -> None:
        """Raises ReplacementWithdrawn; ReplacementLapsed: no holder's word stands for ever."""
        state = self.state(now, signed_for)
        if self.withdrawn_at is not None and state == WITHDRAWN:
            raise ReplacementWithdrawn(withdrawn_at=self.withdrawn_at.isoformat())
        if state == LAPSED:
            raise ReplacementLapsed(
                asked_at=self.asked.asked_at.isoformat(),
                lapsed_at=self.lapses_at(signed_for).isoformat(),
            )

    def check_withdrawable(self, now: datetime, signed_for: timedelta, viewer: Viewer) -> None:
        """Whether the viewer may take the offer back; of the programme, whoever may offer.

        Raises NotYoursToWithdraw, ReplacementDone, ReplacementLapsed.
        """
        if viewer.tenant_id != self.asked.organisation_id:
            raise NotYoursToWithdraw
        if self.posting_id is not None:
            raise ReplacementDone(posting_id=f"pst_{self.posting_id.hex}")
        self.check_signable(now, signed_for)

    def visible_to(self, viewer: Viewer) -> bool:
        """Its holder sees it, and who answers for the programme."""
        return viewer.sees_all or viewer.tenant_id == self.asked.organisation_id


def check_visible(found: Replacement | None, viewer: Viewer) -> Replacement:
    """Raises UnknownUnits when there is none that the viewer may see."""
    if found is None or not found.visible_to(viewer):
        raise UnknownUnits("replacement")
    return found


def check_fits(block: Block, quantity_t: int, lack: Lack) -> None:
    """Whether tonnes of a free block make good what a bundle lacks.

    Raises UnitsDoNotFit, MoreThanIsShort, NotEnoughUnits.
    """
    if not is_as_good(block.unit_class, lack.unit_class):
        raise UnitsDoNotFit(
            "class", pointer="/block_id", unit_class=block.unit_class, needed=lack.unit_class
        )
    if block.vintage < lack.vintage:
        raise UnitsDoNotFit(
            "vintage", pointer="/block_id", vintage=block.vintage, needed=lack.vintage
        )
    short_t = whole_tonnes(lack.mg)
    if quantity_t > short_t:
        raise MoreThanIsShort(
            pointer="/quantity_t", quantity_t=str(quantity_t), short_t=str(short_t)
        )
    if quantity_t > block.quantity_t:
        raise NotEnoughUnits(
            pointer="/quantity_t", available_t=str(block.quantity_t), quantity_t=str(quantity_t)
        )


def made_good_mg(quantity_t: int, shortfall_mg: int) -> int:
    """How much of a shortfall that many cancelled tonnes make good."""
    return min(quantity_t * TONNE_MG, shortfall_mg)
