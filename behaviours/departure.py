"""What becomes of an account whose person leaves, as the receipt of it says."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Departure(NamedTuple):
    """What ended with an account, what was lost, and what is kept.

    Counted under the lock, before anything of it happened. ``saved_mg`` of ``actions`` stays in the
    books under an id that leads to nobody; what was used of limits, and ``debt``, is kept until
    ``kept_until`` for whoever comes back as the same.
    """

    participant_id: UUID
    consents: int
    contributions: int
    links: int
    points: int
    debt: int
    actions: int
    saved_mg: int
    left_at: datetime
    kept_until: datetime
