"""What a verified period came to in the end, in milligrams."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class ProjectIssuance(NamedTuple):
    """``reported - deducted + remeasured = credited + set off - deficit``; its units stand in the
    registry. ``remeasured`` are settled losses that the report has once more."""

    period_id: UUID
    project_id: UUID
    reported_mg: int
    deducted_mg: int
    remeasured_mg: int
    set_off_mg: int
    deficit_mg: int
    credited_mg: int
    unit_class: str
    issued_at: datetime
