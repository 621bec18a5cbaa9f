"""Who stands behind a bundle, a listing, a trade or an offer, as others read it there."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Counterparty(NamedTuple):
    """An organisation by name, whether it takes part, and since when (None: its admission)."""

    organisation_id: UUID
    name: str
    state: str
    changed_at: datetime | None
