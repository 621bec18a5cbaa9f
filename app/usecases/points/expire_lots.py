"""Take points that were not used in time out of the book: one posting for each lot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.ids import new_ids
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.points.due import due_lots, people_with_due_lots
from app.store.points.posting import post
from rewards.ledger.points import LotUse, PersonsPoints

CHUNK_LOTS = 2_000


@dataclass(frozen=True, slots=True)
class Expired:
    """What one chunk of the sweep did; ``lots`` of zero means that nothing is due."""

    people: int
    lots: int
    points: int


def expire_lots(connection: Connection, *, now: datetime, lots: int = CHUNK_LOTS) -> Expired:
    """Sweep the due lots of the people who own the oldest ``lots`` of them.

    Whole people, so that a person's points expire at once. Run it again until it reports no lots;
    running it twice, or two at a time, expires nothing twice. Nobody can spend due points
    meanwhile, so it does not matter how late it runs.
    """
    people = people_with_due_lots(connection, now=now, lots=lots)
    if not people:
        return Expired(0, 0, 0)
    lock_accounts(connection, people)
    # Read again under the locks: another sweep or a clawback may have been here.
    due = due_lots(connection, people, now=now)
    ids = new_ids(len(due))
    postings = [
        PersonsPoints(participant_id, lot.lot_id).expire(
            transfer_id, [LotUse(lot.lot_id, -lot.remaining)]
        )
        for (participant_id, lot), transfer_id in zip(due, ids, strict=True)
    ]
    post(connection, postings, posted_at=now)
    return Expired(
        people=len({participant_id for participant_id, _ in due}),
        lots=len(due),
        points=sum(lot.remaining for _, lot in due),
    )
