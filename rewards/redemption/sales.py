"""Which of a merchant's sales somebody looks at."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class SoughtSales(NamedTuple):
    """Captured since and before moments, from before an id on; None is all of the rest."""

    since: datetime
    until: datetime
    before: UUID
    store_id: str | None = None
    offer_id: UUID | None = None
    state: str | None = None
