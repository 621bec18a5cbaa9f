"""Tell people that points of theirs expire, once for each day on which some do."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from app.clock import Clock
from app.store.database import Connection
from app.store.points import expiry_notices
from rewards.points.expiry_notice import ExpiringLot, notices_of, told_until

CHUNK_LOTS = 2_000


class ToldExpiries(NamedTuple):
    """How many notices one chunk came to, and where the next one begins; None: it was the last."""

    notices: int
    after: ExpiringLot | None


def tell_expiries(
    connection: Connection,
    *,
    days: int,
    zone: tzinfo,
    clock: Clock,
    after: ExpiringLot | None = None,
    lots: int = CHUNK_LOTS,
) -> ToldExpiries:
    """Look at the next ``lots`` lots that expire within so many civil days, today not counted.

    Run again, or two at a time, it tells nobody twice.
    """
    now = clock.now()
    page = expiry_notices.expiring_lots(
        connection, after=after, now=now, until=told_until(now, zone, days), most=lots
    )
    if not page:
        return ToldExpiries(0, None)
    told = expiry_notices.tell_expiries(connection, notices_of(page, zone), now=now)
    # Lots of one person that expire together may be on both sides of the border: told once.
    return ToldExpiries(len(told), page[-1] if len(page) == lots else None)
