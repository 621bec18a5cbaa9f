"""Take points that were not used in time out of the book: one posting for each lot."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.points.due import due_lots, people_with_due_lots
from app.store.points.posting import post
from rewards.points.expiry import Expired, expire, summed

CHUNK_LOTS = 2_000


def expire_lots(connection: Connection, *, clock: Clock, lots: int = CHUNK_LOTS) -> Expired:
    """Sweep the due lots of the people who own the oldest ``lots`` of them.

    Whole people, so that a person's points expire at once. Run it again until it reports no lots;
    running it twice, or two at a time, expires nothing twice.
    """
    people = people_with_due_lots(connection, now=clock.now(), lots=lots)
    if not people:
        return summed([])
    lock_accounts(connection, people)
    now = clock.now()
    # Read again under the locks: another sweep or a clawback may have been here.
    due = due_lots(connection, people, now=now)
    post(connection, expire(due, new_ids(len(due)), now=now), posted_at=now)
    return summed(due)
