"""Take back the points of reversed actions; what of them was spent is owed, in the open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.ids import new_ids
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.points.own_lots import own_lots
from app.store.points.posting import post
from rewards.points.clawback import AwardToTakeBack, Clawback, claw_back_awards


def claw_back(
    connection: Connection, awards: Sequence[AwardToTakeBack], now: datetime
) -> list[Clawback]:
    """Take back each award, in order: what its own lot holds, what expired of it, rest owed.

    An award of no points takes nothing. The caller makes sure that each action comes here once
    (its reversal row is the guard), and that the people exist.
    """
    lock_accounts(connection, sorted({award.participant_id for award in awards}))
    lots = own_lots(connection, {award.window for award in awards})
    # At most one posting for what is taken, one for what expired and one for what is owed.
    transfer_ids = iter(new_ids(3 * len(awards)))
    results, postings = claw_back_awards(awards, lots, transfer_ids)
    post(connection, postings, posted_at=now)
    return results
