"""Holder's notice: what became of the bundle behind units that somebody holds, used or bought."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from rewards.registry.refusals import UnknownUnits

TAKEN_BACK: Final = "taken_back"
REPLACED: Final = "replaced"
KINDS: Final = (TAKEN_BACK, REPLACED)


class HolderNotice(NamedTuple):
    """One notice; masses in mg. ``covered_mg`` is what its posting made good, 0 without one."""

    notice_id: UUID
    bundle_id: UUID
    posting_id: UUID | None
    reversed_mg: int
    covered_mg: int
    shortfall_mg: int
    written_at: datetime
    acknowledged_at: datetime | None

    @property
    def kind(self) -> str:
        return TAKEN_BACK if self.reversed_mg else REPLACED


def check_notice(found: HolderNotice | None) -> HolderNotice:
    """Raises UnknownUnits: there is none, or it is somebody else's."""
    if found is None:
        raise UnknownUnits("notice")
    return found
